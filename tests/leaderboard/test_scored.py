"""As many rows as scored folders, each under the name that its folder has now."""

import csv
import io
import json
import shutil
import unicodedata

import pytest
from helpers.scored_models import FIVE, write_model

from motionedit_bench.api import load_scores
from motionedit_bench.errors import PredictionsError
from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.compare import read_models
from motionedit_bench.leaderboard.scored import picture_folders, scored_folders, scored_name

LOW, HIGH = dict.fromkeys(FIVE, 10.0), dict.fromkeys(FIVE, 90.0)


def means(folder):
    return {
        row.model: next(summary.mean for column, summary in row.summaries.items() if column.metric == "mas")
        for row in load(folder).rows
    }


@pytest.fixture
def edits(bench, tmp_path):
    """Two models' edits of the small benchmark: the input, and the target."""
    for name in ("input", "target"):
        (tmp_path / "made" / name).mkdir(parents=True)
        for path in (bench / name).iterdir():
            shutil.copy(path, tmp_path / "made" / name / path.name)
    return tmp_path / "made"


def table(mebench, folder):
    status, out, _ = mebench("leaderboard", folder, "--format", "csv")
    assert status == 0
    return {row["model"]: float(row["psnr_mean"]) for row in csv.DictReader(io.StringIO(out))}


def test_a_renamed_folder_and_its_successor_have_their_own_numbers(bench, edits, mebench):
    r1 = edits.parent / "r1"
    score = ("--bench", bench, "--metrics", "psnr")
    shutil.copytree(edits / "input", r1 / "editor")
    mebench("score", r1 / "editor", *score)
    low = table(mebench, r1)["editor"]
    (r1 / "editor").rename(r1 / "editor_old")
    shutil.copytree(edits / "target", r1 / "editor")
    mebench("score", r1 / "editor", *score)
    assert table(mebench, r1) == {"editor": 100.0, "editor_old": low}
    for out in ("o", "o"):  # the second time into the same tree
        mebench("score", f"{r1}/", *score, "--out", r1.parent / out)
        assert table(mebench, r1.parent / out) == {"editor": 100.0, "editor_old": low}
    assert mebench("score", r1 / "editor_old", *score)[0] == 0
    assert table(mebench, r1) == {"editor": 100.0, "editor_old": low}


def test_copies_and_links_are_rows_of_their_own(tmp_path):
    write_model(tmp_path / "p", "editor", LOW)
    shutil.copytree(tmp_path / "p" / "editor", tmp_path / "p" / "copy")
    (tmp_path / "p" / "link").symlink_to("editor")
    write_model(tmp_path / "elsewhere", "editor", HIGH)
    (tmp_path / "p" / "far").symlink_to(tmp_path / "elsewhere" / "editor")
    assert means(tmp_path / "p") == {"copy": 10, "editor": 10, "far": 90, "link": 10}
    assert load_scores(tmp_path / "p").groupby("model")["value"].mean().to_dict() == means(tmp_path / "p")
    (tmp_path / "all").symlink_to("p")
    assert means(tmp_path / "all") == means(tmp_path / "p")
    assert picture_folders(tmp_path / "p", 5).keys() == means(tmp_path / "p").keys()


def test_names_that_differ_in_case_alone_are_two_rows(tmp_path):
    write_model(tmp_path, "Editor", LOW)
    write_model(tmp_path, "editor", HIGH)
    assert means(tmp_path) == {"Editor": 10, "editor": 90}


def test_names_that_read_the_same_are_refused(tmp_path):
    for form, values in (("NFC", LOW), ("NFD", HIGH)):
        write_model(tmp_path, unicodedata.normalize(form, "é"), values)
    with pytest.raises(PredictionsError, match="differ in how that is encoded"):
        load(tmp_path)


@pytest.mark.parametrize("way", ["p/editor", "p/editor/", "p/./editor", "p/x/../editor"])
def test_one_folder_is_named_by_its_entry(tmp_path, monkeypatch, way):
    write_model(tmp_path / "p", "editor", LOW)
    (tmp_path / "p" / "x").mkdir()
    description = json.loads((tmp_path / "p" / "editor" / "scoring.json").read_text())
    (tmp_path / "p" / "editor" / "scoring.json").write_text(json.dumps(description | {"model": "before"}))
    monkeypatch.chdir(tmp_path)
    assert means(type(tmp_path)(way)) == {"editor": 10}


def test_models_of_one_name_are_compared_by_the_way_to_them(tmp_path, monkeypatch, mebench):
    write_model(tmp_path / "r1", "editor", LOW)
    write_model(tmp_path / "r2", "editor", HIGH)
    write_model(tmp_path / "r2", "other", HIGH)
    monkeypatch.chdir(tmp_path)
    ways = [type(tmp_path)(way) for way in ("r1/editor", "r2/editor", "r2/other")]
    assert [one.model for one in read_models(ways)] == ["r1/editor", "r2/editor", "other"]
    status, out, _ = mebench("compare", "r1/editor", "r2/editor")
    assert (status, "r1/editor - r2/editor" in out) == (0, True)
    status, _, err = mebench("compare", "r1/editor", "r1/editor/")
    assert (status, err) == (2, "mebench: r1/editor is given twice: a model cannot be told from itself\n")


def test_folders_under_two_names_are_scored_once_and_shown_twice(bench, edits, mebench):
    (edits / "link").symlink_to("target")
    status, _, err = mebench("score", edits, "--bench", bench, "--metrics", "psnr")
    assert (status, f"{edits}/target is {edits}/link under another name: scored once" in err) == (0, True)
    assert table(mebench, edits)["link"] == table(mebench, edits)["target"] == 100.0


def test_two_models_never_write_to_one_place(bench, edits, mebench, tmp_path):
    out = tmp_path / "o"
    (out / "input").mkdir(parents=True)
    (out / "target").symlink_to("input")
    status, _, err = mebench("score", edits, "--bench", bench, "--metrics", "psnr", "--out", out)
    assert (status, "would both go to" in err, len(err.splitlines())) == (2, True, 1)
    assert not (out / "input" / "scores.jsonl").exists()


def test_scores_of_a_stray_picture_do_not_hide_the_models(tmp_path, capsys):
    write_model(tmp_path, "p", HIGH)
    write_model(tmp_path / "p", "editor", LOW)
    (tmp_path / "p" / "a.png").touch()
    (tmp_path / "p" / "new").mkdir()
    (tmp_path / "p" / "new" / "a.png").touch()
    assert means(tmp_path / "p") == {"editor": 10}
    assert capsys.readouterr().err == "mebench: passed over new: it is not scored\n"
    (tmp_path / "p" / "records.jsonl").touch()
    assert means(tmp_path / "p") == {"p": 90}


def test_a_submission_is_named_by_its_model_on_the_board(tmp_path):
    place = tmp_path / "board" / "submissions" / "editor" / ("0" * 64)
    write_model(place.parent, place.name, LOW)
    (place.parent / "status.jsonl").write_text(json.dumps({"event": "submitted", "hash": place.name}) + "\n")
    assert scored_folders(tmp_path / "board") == [place]
    assert scored_name(place) == "editor"
