"""What is packed, what is said of it, and what stays at home."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from helpers.honest_submission import CARD, in_many_ways, look_at, prepare, rows_of, write_rows
from helpers.pictures import make_benchmark, png

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import PredictionsError, UsageError
from motionedit_bench.leaderboard.submission import bounds
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.destination import deliver
from motionedit_bench.leaderboard.submission.history import current
from motionedit_bench.leaderboard.submission.packing import Package, pack, read_card

ADAPTER = """
from motionedit_bench.adapters import Adapter
from motionedit_bench.images import decode

class Shifter(Adapter):
    def edit(self, item, seed):
        if item.id == "item-1":
            raise FileNotFoundError(f"no file {__file__}, nor {HOME}/weights.pth")
        return decode(item.input.read())
""".replace("{HOME}", os.path.expanduser("~"))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packing")
    make_benchmark(folder / "bench", 2)
    return prepare(folder, folder / "bench")


def submit(mebench, place, folder, *more):
    return mebench("submit", folder, "--card", place / "card.json", *more)


def packed(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_said_what_was_packed(mebench, place, tmp_path):
    status, out, err = submit(mebench, place, place / "preds", "--with-images", "--to", tmp_path / "a.zip")
    files = packed(tmp_path / "a.zip")
    rows = len(files["scores.jsonl"].splitlines())
    size = sum(map(len, files.values()))
    told = f"packed {len(files)} files, {size} bytes: {rows} rows, 2 images of 2 items\n"
    assert (status, out, err) == (0, f"{tmp_path}/a.zip\n", told)
    status, out, err = submit(mebench, place, place / "preds", "--to", tmp_path / "b.zip")
    assert (status, f"{rows} rows, no images of 2 items" in err) == (0, True)


def test_images_that_are_not_beside_the_scores_are_no_empty_promise(mebench, place, tmp_path):
    arguments = ("--bench", place / "bench", "--metrics", "ssim", "--flow", "dis")
    mebench("score", place / "preds" / "shifter", *arguments, "--out", tmp_path / "o")
    scores, archive = tmp_path / "o" / "shifter", tmp_path / "a.zip"
    status, _, err = submit(mebench, place, scores, "--with-images", "--to", archive)
    why = f"mebench: no images of the scored items are in {scores}: name them with --images DIR\n"
    assert (status, err, archive.exists()) == (2, why, False)
    (tmp_path / "other").mkdir()
    shutil.copy(place / "preds" / "shifter" / "item-0.png", tmp_path / "other" / "frame.png")
    assert submit(mebench, place, scores, "--images", tmp_path / "other", "--to", archive)[0] == 2
    status, _, err = submit(mebench, place, scores, "--images", place / "preds" / "shifter", "--to", archive)
    assert (status, "2 images of 2 items" in err) == (0, True)
    assert {"run.json", "records.jsonl", "images/item-0.png"} <= packed(archive).keys()
    assert look_at(archive, open_benchmark(str(place / "bench"))).findings == []


def test_another_archive_is_not_overwritten(mebench, place, tmp_path):
    archive = tmp_path / "a.zip"
    assert submit(mebench, place, place / "preds", "--with-images", "--to", archive)[0] == 0
    before = archive.read_bytes()
    assert submit(mebench, place, place / "preds", "--with-images", "--to", archive)[0] == 0
    status, _, err = submit(mebench, place, place / "preds", "--to", archive)
    assert (status, "is there already, and is not this submission" in err, err.count("\n")) == (2, True, 1)
    (tmp_path / "b.zip").mkdir()
    assert submit(mebench, place, place / "preds", "--to", tmp_path / "b.zip")[0] == 2
    assert archive.read_bytes() == before


def test_pictures_of_no_item_stay_here(mebench, place, tmp_path):
    shutil.copytree(place / "preds", tmp_path / "preds")
    for name in ("grid.png", "item-0.json"):
        (tmp_path / "preds" / "shifter" / name).write_bytes(b"x")
    status, _, err = submit(mebench, place, tmp_path / "preds", "--with-images", "--to", tmp_path / "a.zip")
    assert (status, "2 images of 2 items" in err) == (0, True)
    (tmp_path / "preds" / "shifter" / "item-0.png").rename(tmp_path / "preds" / "shifter" / "item-0.img")
    status, _, err = submit(mebench, place, tmp_path / "preds", "--with-images", "--to", tmp_path / "b.zip")
    assert (status, "call it item-0.png" in err, err.count("\n")) == (2, True, 1)


def test_a_renamed_folder_goes_under_its_present_name(mebench, place, tmp_path):
    shutil.copytree(place / "preds" / "shifter", tmp_path / "preds" / "mover")
    (tmp_path / "card.json").write_text(json.dumps(CARD | {"name": "mover"}))
    archive = tmp_path / "a.zip"
    arguments = ("--card", tmp_path / "card.json", "--with-images", "--to", archive)
    assert mebench("submit", tmp_path / "preds", *arguments)[0] == 0
    files = packed(archive)
    assert {json.loads(line)["model"] for line in files["scores.jsonl"].splitlines()} == {"mover"}
    assert json.loads(files["scoring.json"])["model"] == "mover"
    assert look_at(archive, open_benchmark(str(place / "bench"))).findings == []


def test_a_name_that_differs_in_case_alone_is_refused(mebench, place, tmp_path):
    (tmp_path / "board" / "submissions" / "Shifter").mkdir(parents=True)
    status, _, err = submit(mebench, place, place / "preds", "--to", tmp_path / "board")
    assert (status, "the same name on some systems" in err, err.count("\n")) == (2, True, 1)
    assert not (tmp_path / "board" / "submissions" / "shifter").exists()


@pytest.fixture
def told_of(mebench, place, tmp_path, monkeypatch):
    """A run whose adapter and weights fail with paths in their words, and scores of it."""
    from motionedit_bench import weights

    def unreachable(*arguments, **options):
        raise weights.URLError(OSError(-2, "Name or service not known"))

    monkeypatch.setattr(weights, "reach", unreachable)
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "the cache"))
    monkeypatch.setattr("sys.argv", ["mebench", "score", f"--out={tmp_path}/x", str(tmp_path / "preds")])
    (tmp_path / "mine.py").write_text(ADAPTER)
    preds = tmp_path / "preds" / "shifter"
    arguments = ("--adapter", f"{tmp_path}/mine.py:Shifter", "--bench", place / "bench", "--out", preds)
    assert mebench("run", *arguments)[0] == 1
    status, _, err = mebench("score", preds, "--metrics", "psnr,lpips,mas", "--flow", "raft_small")
    assert (status, "weights" in err) == (1, True)
    return preds


def places(place: Path, tmp_path: Path) -> list[bytes]:
    home = os.path.expanduser("~")
    return [os.fsencode(name) for name in (tmp_path, place, "the cache", home) if str(name) != "/"]


def test_no_archive_site_or_report_tells_of_folders_here(mebench, place, told_of, tmp_path):
    for name, more in (("bare", ()), ("full", ("--with-images",))):
        status, _, err = submit(mebench, place, told_of, *more, "--to", tmp_path / f"{name}.zip")
        assert status == 0, err
    site, report = tmp_path / "site", tmp_path / "report.html"
    assert mebench("leaderboard", told_of.parent, "--format", "html", "--out", site)[0] == 0
    assert mebench("report", told_of, "--out", report)[0] == 0
    seen = {path.name: path.read_bytes() for path in (report, *site.rglob("*")) if path.is_file()}
    for name in ("bare", "full"):
        seen |= {f"{name}/{inner}": content for inner, content in packed(tmp_path / f"{name}.zip").items()}
    found = [(name, it) for name, content in seen.items() for it in places(place, tmp_path) if it in content]
    assert found == []
    rows = [json.loads(line) for line in seen["bare/scores.jsonl"].splitlines()]
    unavailable = {row["reason"] for row in rows if row["status"] == "unavailable"}
    assert unavailable
    assert not any(word in reason for reason in unavailable for word in ("Errno", "http", "://"))
    assert json.loads(seen["full/scoring.json"])["bench"]["spec"] == "bench"
    assert json.loads(seen["full/run.json"])["bench"]["spec"] == "bench"
    assert b"no file mine.py, nor" in seen["full/records.jsonl"]


def test_here_the_manifest_still_opens_its_benchmark(mebench, place, told_of, tmp_path):
    assert json.loads((told_of / "run.json").read_text())["bench"]["spec"] == str(place / "bench")
    assert mebench("score", told_of, "--metrics", "psnr", "--out", tmp_path / "o")[0] == 1


def test_an_image_that_is_not_the_one_scored_is_found(mebench, place, tmp_path):
    shutil.copytree(place / "preds", tmp_path / "preds")
    shutil.copy(place / "bench" / "input" / "item-0.png", tmp_path / "preds" / "shifter" / "item-0.png")
    status, _, err = submit(mebench, place, tmp_path / "preds", "--with-images", "--to", tmp_path / "a.zip")
    assert (status, "the image of item-0 is not the one that was scored" in err) == (2, True)
    (tmp_path / "preds" / "shifter" / "item-0.png").unlink()
    assert submit(mebench, place, tmp_path / "preds", "--with-images", "--to", tmp_path / "a.zip")[0] == 2


@pytest.mark.parametrize("reason", ["<b>r", "=r", "a\nb"])
def test_a_reason_that_no_board_takes_is_none(mebench, tmp_path, reason):
    status, _, err = mebench("submit", "--to", tmp_path, "--withdraw", "m", "--reason", reason)
    assert (status, err.count("\n"), "say it in plain words" in err) == (2, 1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--images", "nowhere"),
        ("--images", "card.json"),
        ("--reason", "x"),
        ("--to", ""),
        ("--card", "deep.toml"),
    ],
)
def test_a_mistaken_request_is_one_line_and_packs_nothing(mebench, place, tmp_path, arguments):
    (tmp_path / "deep.toml").write_text(f"name = {'[' * 3000}")
    option, value = arguments
    given = {"--card": place / "card.json", "--to": tmp_path / "a.zip"}
    given[option] = tmp_path / value if option in ("--images", "--card") else value
    status, _, err = mebench("submit", place / "preds", *(one for pair in given.items() for one in pair))
    assert (status, err.count("\n"), list(tmp_path.iterdir())) == (2, 1, [tmp_path / "deep.toml"])


@pytest.mark.parametrize("folder", ["preds", "preds/shifter", "preds/shifter/../"])
def test_the_scores_own_folder_does_not_become_a_board(mebench, place, folder):
    before = sorted((place / "preds").rglob("*"))
    status, _, err = submit(mebench, place, place / "preds", "--to", place / folder)
    assert (status, err.count("\n"), "holds the scores themselves" in err) == (2, 1, True)
    assert sorted((place / "preds").rglob("*")) == before


def test_a_withdrawal_is_not_tried_dry(mebench, place):
    arguments = ("--withdraw", "shifter", "--reason", "a bug", "--to", place / "board")
    status, _, err = mebench("submit", *arguments, "--dry-run")
    assert (status, "--withdraw goes with --reason and --to alone" in err) == (2, True)
    assert "shifter" in current(place / "board")


@pytest.mark.parametrize("name", ["o", "o/", "/n", "o n/m", "o/n@main", "../n", "o--p/n", "o/n.git", "o/n/m"])
def test_what_is_no_data_set_on_the_hub_is_one_line(name):
    with pytest.raises(UsageError, match="must look like hf://datasets/OWNER/NAME"):
        deliver(Package("shifter", {}, 0, 0), f"hf://datasets/{name}")


def test_a_flat_picture_is_no_bomb(place, tmp_path):
    """As it lies, of one colour and unpacked, it would be deflated a thousand times."""
    preds = shutil.copytree(place / "preds" / "shifter", tmp_path / "shifter")
    rows = [json.loads(line) for line in (preds / "scores.jsonl").read_text().splitlines()]
    (preds / "scores.jsonl").write_text("".join(json.dumps(row | {"image": None}) + "\n" for row in rows))
    (preds / "item-0.png").write_bytes(png(np.zeros((900, 900, 3), np.uint8), "BMP"))
    archive = tmp_path / "a.zip"
    archive.write_bytes(pack(preds, read_card(place / "card.json"), preds).as_zip())
    with open_contents(archive, Bounds(2)) as contents:
        assert contents.read("images/item-0.png").startswith(b"BM")


def spoilt(name, old, new):
    def spoil(preds):
        text = (preds / name).read_text()
        assert old in text
        (preds / name).write_text(text.replace(old, new, 1))

    return spoil


UNTAKEN = {
    "a value of another kind": spoilt("scores.jsonl", '"value": ', '"value": "x", "v": '),
    "a key that is none": spoilt("scores.jsonl", '"key": "', '"key": "k'),
    "a text that is too long": spoilt("scores.jsonl", '"dis"', f'"{"x" * 20_001}"'),
    "a page for a reason": spoilt("records.jsonl", "null", '"<html>502"'),
    "a name with markup": spoilt("run.json", "{", '{"x": "<b>", '),
    "a field of its own": spoilt("scoring.json", "{", '{"extra": 1, '),
}


@pytest.mark.parametrize("kind", UNTAKEN)
def test_what_no_board_takes_is_said_before_it_is_sent(place, tmp_path, kind):
    preds = shutil.copytree(place / "preds" / "shifter", tmp_path / "shifter")
    card = read_card(place / "card.json")
    assert pack(preds, card).rows
    UNTAKEN[kind](preds)
    with pytest.raises(PredictionsError, match="no board takes it") as told:
        pack(preds, card)
    assert "\n" not in str(told.value)


def test_more_ways_than_a_board_takes_are_named(place, tmp_path):
    preds = shutil.copytree(place / "preds" / "shifter", tmp_path / "shifter")
    write_rows(preds, in_many_ways(rows_of(preds)))
    with pytest.raises(PredictionsError, match="no board takes a metric in more than 8 ways"):
        pack(preds, read_card(place / "card.json"))


def test_an_image_that_is_too_large_for_any_board_is_named(place, tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_IMAGE", 1000)
    preds = place / "preds" / "shifter"
    with pytest.raises(PredictionsError, match=r"images/item-0.png has \d+ bytes, and no board takes more"):
        pack(preds, read_card(place / "card.json"), preds)
