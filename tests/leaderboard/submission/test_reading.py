"""What lies in a folder, and what is read of it."""

import json
import os
import shutil
import socket

import pytest
from helpers.honest_submission import look_at, seal
from helpers.hostile import rejected

from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.parsing import parse
from motionedit_bench.leaderboard.submission.reading import Hostile

THREE = Bounds(3)


def opened(folder, bounds=THREE):
    return open_contents(folder, bounds)


def test_every_file_is_read_as_it_lies_there(place):
    with opened(place / "honest") as contents:
        assert json.loads(contents.read("card.json"))["name"] == "shifter"
        assert contents.read("images/item-0.png").startswith(b"\x89PNG")
        assert len(contents.sizes) == 3 + len([p for p in (place / "honest").iterdir() if p.is_file()])


def hard_link_outside(folder):
    os.link(folder.parent.parent / "secret", folder / "images" / "item-0.jpg")


def listening(folder):
    with socket.socket(socket.AF_UNIX) as one:
        os.chdir(folder)
        one.bind("run.json")


ODD = {
    "a hard link to a file outside": hard_link_outside,
    "a pipe among the texts": lambda folder: os.mkfifo(folder / "records.jsonl.fifo"),
    "a pipe instead of scores": lambda folder: (
        (folder / "scores.jsonl").unlink(),
        os.mkfifo(folder / "scores.jsonl"),
    ),
    "a socket instead of a manifest": lambda folder: ((folder / "run.json").unlink(), listening(folder)),
    "linked images": lambda folder: (
        shutil.move(folder / "images", folder.parent / "elsewhere"),
        (folder / "images").symlink_to(folder.parent / "elsewhere"),
    ),
    "a file called images": lambda folder: (
        shutil.rmtree(folder / "images"),
        (folder / "images").write_text("x"),
    ),
    "a repository": lambda folder: (folder / ".git").mkdir(),
    "attributes": lambda folder: (folder / ".gitattributes").write_text("* filter=x\n"),
    "modules": lambda folder: (folder / ".gitmodules").write_text("[submodule]\n"),
    "attributes among the images": lambda folder: (folder / "images" / ".gitattributes").write_text("*\n"),
    "two names for one file on some systems": lambda folder: (folder / "images" / "ITEM-0.png").write_bytes(
        b"x"
    ),
    "a name that is no text": lambda folder: open(os.fsencode(folder) + b"/images/\xff.png", "wb").close(),
    "many images": lambda folder: [(folder / "images" / f"x{k}.png").touch() for k in range(50)],
    "large scores": lambda folder: os.truncate(folder / "scores.jsonl", 40_000_000),
    "a large scoring": lambda folder: os.truncate(folder / "scoring.json", 10_000_000),
    "a large list of checksums": lambda folder: os.truncate(folder / "checksums.json", 100_000),
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_folders(spoiled, benchmark, kind, monkeypatch):
    monkeypatch.chdir(spoiled)
    (spoiled.parent.parent / "secret").write_text("secret")
    ODD[kind](spoiled)
    os.chdir("/")
    verdict = rejected(spoiled, benchmark)
    assert [finding.kind for finding in verdict.findings] == ["unreadable"]


def test_a_linked_submission_is_none(spoiled, benchmark, tmp_path):
    (tmp_path / "inner" / "link").symlink_to(spoiled)
    rejected(tmp_path / "inner" / "link", benchmark)


def test_a_link_that_takes_a_files_place_during_the_check_is_not_followed(spoiled, tmp_path):
    (tmp_path / "secret").write_bytes((spoiled / "card.json").read_bytes())
    with opened(spoiled) as contents:
        (spoiled / "card.json").unlink()
        (spoiled / "card.json").symlink_to(tmp_path / "secret")
        with pytest.raises(Hostile, match=r"card\.json"):
            contents.read("card.json")


def test_a_folder_that_takes_the_images_place_during_the_check_is_not_read(spoiled, tmp_path):
    with opened(spoiled) as contents:
        first = contents.read("images/item-0.png")
        (spoiled / "images").rename(tmp_path / "aside")
        (spoiled / "images").symlink_to(tmp_path)
        assert contents.read("images/item-0.png") == first


def test_a_pipe_that_takes_a_files_place_during_the_check_does_not_hang_it(spoiled):
    with opened(spoiled) as contents:
        (spoiled / "card.json").unlink()
        os.mkfifo(spoiled / "card.json")
        with pytest.raises(Hostile, match="no plain file"):
            contents.read("card.json")


def test_what_is_changed_between_two_looks_is_seen(spoiled):
    with opened(spoiled) as contents:
        content = contents.read("card.json")
        (spoiled / "card.json").write_bytes(content.replace(b"Example", b"Another"))
        with pytest.raises(Hostile, match="changed while it was checked"):
            contents.read("card.json")


def test_what_grows_during_the_check_is_seen(spoiled):
    with opened(spoiled) as contents:
        with (spoiled / "card.json").open("ab") as file:
            file.write(b"\n")
        with pytest.raises(Hostile, match="not as large as was said"):
            contents.read("card.json")


def test_bounds_grow_with_the_benchmark_alone():
    small, large = Bounds(10), Bounds(1000)
    assert large.rows == 100 * small.rows
    for name in ("scores.jsonl", "records.jsonl", "scoring.json", "checksums.json"):
        assert small.of(name) < large.of(name) <= 110 * small.of(name)
    assert small.of("card.json") == large.of("card.json")


def test_more_rows_than_there_can_be_are_not_even_parsed(spoiled, benchmark):
    row = b'{"model": "shifter"}\n'
    (spoiled / "scores.jsonl").write_bytes(row * (Bounds(3).rows + 1))
    seal(spoiled)
    verdict = rejected(spoiled, benchmark)
    assert [finding.where for finding in verdict.findings] == ["scores.jsonl"]
    assert "more than the" in verdict.findings[0].what


NO_JSON = {
    "a mark at the beginning": b'\xef\xbb\xbf{"a": 1}',
    "another encoding": '{"a": 1}'.encode("utf-16"),
    "half a character": b'{"a": "\xc3"}',
    "half an emoji": b'{"a": "\\ud83d"}',
    "no number": b'{"a": NaN}',
    "an endless number": b'{"a": Infinity}',
    "a number beyond all": b'{"a": 1e999}',
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, escaped": b'{"a": 1, "\\u0061": 2}',
    "a name twice, inside": b'{"a": [{"b": 1, "b": 1}]}',
    "deep lists": b"[" * 5000 + b"]" * 5000,
    "deep, but not too deep to parse": b"[" * 100 + b"]" * 100,
    "two values": b"{}{}",
    "a comment": b'{"a": 1 /* x */}',
    "a comma too many": b'{"a": 1,}',
    "a zero byte": b'{"a": "\\u0000"}',
    "nothing": b"",
}


@pytest.mark.parametrize("kind", NO_JSON)
def test_what_readers_could_differ_in_is_no_json(kind):
    with pytest.raises(ValueError, match=r"."):
        parse(NO_JSON[kind])


@pytest.mark.parametrize("kind", [k for k in NO_JSON if k not in ("nothing",)])
@pytest.mark.parametrize("file", ["card.json", "scoring.json", "run.json", "scores.jsonl", "checksums.json"])
def test_nor_in_any_file(spoiled, benchmark, kind, file):
    content = NO_JSON[kind] + b"\n"
    (spoiled / file).write_bytes(content + (spoiled / file).read_bytes() if "jsonl" in file else content)
    if file != "checksums.json":
        seal(spoiled)
    assert look_at(spoiled, benchmark, sample=0).findings
