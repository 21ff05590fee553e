import errno
import json
import os
import subprocess
import sys

import orjson
import pytest

from motionedit_bench.errors import StorageError
from motionedit_bench.files import (
    TAIL,
    Journal,
    make_folder,
    read_at,
    read_json,
    read_lines,
    read_toml,
    sweep,
    write_whole,
)


def test_lines_come_back_in_order(tmp_path):
    path = tmp_path / "log.jsonl"
    with Journal(path) as journal:
        journal.append({"k": 1})
        journal.append({"k": "zwei\n"})
    with Journal(path) as journal:
        journal.append({"k": None})
    assert [line["k"] for line in read_lines(path)] == [1, "zwei\n", None]
    assert list(read_lines(tmp_path / "absent.jsonl")) == []


def test_a_torn_last_line_is_passed_over_and_cut_off(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"k": 1}\n{"k": 2')
    assert [line["k"] for line in read_lines(path)] == [1]
    with Journal(path) as journal:
        journal.append({"k": 3})
    assert path.read_bytes() == b'{"k": 1}\n{"k": 3}\n'


def test_damage_in_the_middle_is_an_error(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"k": 1}\nrubbish\n{"k": 3}\n')
    with pytest.raises(StorageError, match="line 2 is damaged"):
        list(read_lines(path))


def test_one_writer_at_a_time(tmp_path):
    with Journal(tmp_path / "log.jsonl"), pytest.raises(StorageError, match="another process"):
        Journal(tmp_path / "log.jsonl")


def test_not_a_number_is_never_written(tmp_path):
    with Journal(tmp_path / "log.jsonl") as journal, pytest.raises(ValueError, match="JSON compliant"):
        journal.append({"value": float("nan")})
    assert (tmp_path / "log.jsonl").read_bytes() == b""


HALVES = {"reason": "half \ud83d", "folder\udcff": ["\udcff", {"deep": "\ud83d\ude00 \ud83d"}], "n": 1.5}


def test_halves_of_characters_are_written_as_their_escapes_and_read_as_such(tmp_path):
    path = tmp_path / "log.jsonl"
    with Journal(path) as journal:
        place = journal.append(HALVES)
        journal.append({"k": 1})
    told = {
        "reason": "half \\ud83d",
        "folder\\udcff": ["\\udcff", {"deep": "\\ud83d\\ude00 \\ud83d"}],
        "n": 1.5,
    }
    assert list(read_lines(path)) == [told, {"k": 1}]
    assert read_at(path, place) == told
    assert orjson.loads(path.read_bytes().splitlines()[0]) == told
    with Journal(path) as journal:
        journal.append(next(read_lines(path)))
    assert list(read_lines(path))[-1] == told


@pytest.mark.parametrize(
    "line", [rb'{"a": "\ud83d"}', rb'{"a": "\ude00", "\ud800": 1}', b'{"a": "\\ud83d \xc3\xa9"}']
)
def test_halves_that_others_wrote_are_read(tmp_path, line):
    path = tmp_path / "log.jsonl"
    path.write_bytes(line + b"\n")
    (found,) = read_lines(path)
    assert found == read_at(path, 0)
    assert json.dumps(found, ensure_ascii=False).encode()
    assert found["a"].startswith("\\ud")


@pytest.mark.parametrize(
    "line", [rb'{"a": "\ud83d", "b": NaN}', rb'{"a": "\ud83d"', rb'["\ud83d"]', b'{"a": "\xff\\u0041"}']
)
def test_a_line_with_halves_may_be_damaged_as_well(tmp_path, line):
    path = tmp_path / "log.jsonl"
    path.write_bytes(line + b"\n{}\n")
    with pytest.raises(StorageError, match="line 1 is damaged"):
        list(read_lines(path))


def test_a_file_is_seen_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    with pytest.raises(StorageError, match="cannot write"):
        write_whole(tmp_path / "no" / "a.png", b"new")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
    (tmp_path / ".b.png.tmp").write_bytes(b"left by a kill")
    sweep(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match="taken"):
        make_folder(tmp_path / "taken" / "below")


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from motionedit_bench.errors import StorageError
from motionedit_bench.files import Journal, write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    write_whole(folder / "big.png", b"x" * 1000)
except StorageError as error:
    print(error)
with Journal(folder / "log.jsonl") as journal:
    try:
        while True:
            journal.append({"key": "0123456789"})
    except StorageError as error:
        print(error)
"""


def test_a_full_disk_leaves_what_was_whole(tmp_path):
    """The system's own limit on file size stands for the full disk: the same calls fail."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path], capture_output=True, text=True, check=True
    )
    assert "cannot write" in done.stdout.splitlines()[0]
    assert "log.jsonl" in done.stdout.splitlines()[1]
    assert sorted(os.listdir(tmp_path)) == ["log.jsonl"]
    lines = list(read_lines(tmp_path / "log.jsonl"))
    assert lines == [{"key": "0123456789"}] * 4
    with Journal(tmp_path / "log.jsonl") as journal:
        journal.append({"key": "after"})
    text = (tmp_path / "log.jsonl").read_text()
    assert [json.loads(line)["key"] for line in text.splitlines()][-1] == "after"


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK])
def test_a_file_system_without_locks_is_written_and_named(tmp_path, monkeypatch, caplog, number):
    def flock(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", flock)
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"key": 1}\n{"torn')
    with Journal(path) as journal:
        journal.append({"key": 2})
    assert [record["key"] for record in read_lines(path)] == [1, 2]
    assert "lies on a file system without locks: see to it that no other process writes to it" in caplog.text


def test_another_trouble_with_locks_is_an_error(tmp_path, monkeypatch):
    def flock(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(StorageError, match="cannot write .*: Input/output error"):
        Journal(tmp_path / "log.jsonl")


@pytest.mark.parametrize("whole", [0, 1, TAIL - 2, TAIL - 1, TAIL, 3 * TAIL + 7])
@pytest.mark.parametrize("torn", [0, 1, TAIL - 1, TAIL, 2 * TAIL + 1])
def test_a_torn_line_is_cut_off_however_long_it_and_the_file_are(tmp_path, whole, torn):
    path = tmp_path / "log.jsonl"
    kept = b"x" * (whole - 1) + b"\n" if whole else b""
    path.write_bytes(kept + b"y" * torn)
    Journal(path).close()
    assert path.read_bytes() == kept


def test_what_nests_too_deeply_or_is_a_folder_is_an_error_of_its_own(tmp_path):
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(b"[" * 100_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        read_toml("a = " + "[" * 3000)
    with pytest.raises(StorageError, match="is no file"):
        list(read_lines(tmp_path))
