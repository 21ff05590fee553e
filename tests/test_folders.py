"""Which folders are models', what they are called, and what is passed over."""

import os
import shutil
import unicodedata
from pathlib import Path

import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import PredictionsError
from motionedit_bench.folders import model_folders, open_models
from motionedit_bench.predictions import ModelPredictions, model_name

IDS = {"1", "2", "3"}


@pytest.fixture
def put(tmp_path):
    """Puts small pictures into folders."""

    def call(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(photograph(len(name))).save(path, format="PNG")
        return tmp_path

    return call


def found(folder, ids=IDS):
    return [path.name for path in model_folders(folder, ids)]


def test_pictures_a_level_too_deep_are_named(put, capsys):
    preds = put("p/A/1.png", "p/B/images/1.png", "p/B/images/2.png") / "p"
    (preds / "notes").mkdir()
    assert found(preds) == ["A"]
    assert capsys.readouterr().err.splitlines() == [
        "mebench: passed over B: no images of items in it (found images/ with 2)",
        "mebench: passed over notes: no images of items in it",
    ]


def test_pictures_of_no_item_are_passed_over_by_name(put, capsys):
    preds = put("p/A/1.png", "p/B/x1.png", "p/B/x2.png", "p/B/x3.png") / "p"
    assert found(preds) == ["A"]
    assert "passed over B: no images of items in it (found x1.png, x2.png, .. (3))" in capsys.readouterr().err


@pytest.mark.parametrize("stray", ["stray.png", "1.png", "1.heic", "grid.JPG"])
def test_a_stray_picture_does_not_make_the_parent_the_only_model(put, stray, capsys):
    preds = put("p/A/1.png", "p/A/2.png", "p/A/3.png", "p/B/1.png", "p/B/2.png", f"p/{stray}") / "p"
    assert found(preds) == ["A", "B"]
    assert f"passed over {stray} in {preds}" in capsys.readouterr().err
    (preds / stray).unlink()
    assert found(preds) == ["A", "B"]
    assert capsys.readouterr().err == ""


def test_what_a_stray_picture_left_behind_does_not_stick(put):
    preds = put("p/A/1.png", "p/B/1.png") / "p"
    (preds / "scores.jsonl").touch()
    (preds / "scoring.json").write_text("{}")
    assert found(preds) == found(preds, None) == ["A", "B"]


def test_a_model_with_pictures_in_folders_of_its_own_stays_one(put, capsys):
    model = put("A/1.png", "A/2.png", "A/inputs/1.png", "A/inputs/2.png", "A/inputs/3.png") / "A"
    assert found(model) == ["A"]
    assert f"passed over inputs: {model} is a model's folder by itself" in capsys.readouterr().err


def test_a_run_is_a_model_whatever_lies_in_it(put):
    model = put("A/old/1.png", "A/old/2.png") / "A"
    (model / "records.jsonl").touch()
    assert found(model) == found(model, None) == ["A"]


def test_a_run_beside_many_loose_pictures_tells_the_benchmark(put, bench):
    preds = put("p/A/item-0.png", *(f"p/grid-{number}.png" for number in range(9))) / "p"
    (preds / "A" / "run.json").write_text(f'{{"bench": {{"spec": "{bench}", "fingerprint": "f"}}}}')
    opened, folders = open_models(preds)
    assert (opened.spec, folders) == (str(bench), [preds / "A"])


@pytest.mark.parametrize("place", ["w", "w/A"])
def test_pictures_named_like_no_item_are_said_and_nothing_is_written(put, bench, mebench, place):
    preds = put(*(f"{place}/frame{number}.png" for number in range(216))) / "w"
    before = sorted(preds.rglob("*"))
    for verb in ("score", "validate"):
        status, out, err = mebench(verb, preds, "--bench", bench)
        assert (status, out) == (2, "")
        assert "216 images, none named like an item (found frame0.png, frame1.png, .., expected item-0" in err
        assert len(err.splitlines()) == 1
    assert sorted(preds.rglob("*")) == before


@pytest.mark.parametrize("closed", ["p/B", "p"])
def test_a_folder_that_cannot_be_read_is_named(put, monkeypatch, capsys, closed):
    place = put("p/A/1.png", "p/B/1.png")
    listed = os.scandir

    def scandir(folder):
        if Path(folder) == place / closed:
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    if closed == "p":
        with pytest.raises(PredictionsError, match="p cannot be read: Permission denied"):
            found(place / "p")
    else:
        assert found(place / "p") == ["A"]
        assert "passed over B: it cannot be read: Permission denied" in capsys.readouterr().err


def test_an_empty_folder_says_what_lies_deeper(put):
    preds = put("w/A/images/1.png") / "w"
    with pytest.raises(PredictionsError, match=r"holds no predictions: .*; found A/images/ with 1$"):
        model_folders(preds, IDS)


def test_a_model_is_named_by_the_entry_that_the_user_sees(put, monkeypatch):
    place = put("p/A/1.png")
    (place / "p" / "link").symlink_to("A")
    monkeypatch.chdir(place / "p")
    names = {
        "A": "A",
        "A/": "A",
        "./A/.": "A",
        "link": "link",
        "A/../link": "link",
        "A/..": "p",
        "../p/A": "A",
    }
    assert {way: model_name(type(place)(way)) for way in names} == names
    assert found(place / "p") == ["A", "link"]


def test_the_working_folder_is_named_by_the_way_taken(put, monkeypatch):
    place = put("p/A/1.png")
    (place / "link").symlink_to("p/A")
    monkeypatch.chdir(place / "link")
    monkeypatch.setenv("PWD", str(place / "link"))
    assert model_name(type(place)()) == "link"
    monkeypatch.setenv("PWD", str(place))
    assert model_name(type(place)()) == "A"


@pytest.mark.parametrize(
    "name", [b"\xff\xfe", "a\u200bb".encode(), b"a\nb", "a\u2028b".encode(), "\u3164".encode()]
)
def test_a_name_that_cannot_be_seen_is_refused_in_one_line(put, bench, mebench, name):
    preds = put("p/A/item-0.png") / "p"
    strange = os.fsencode(preds) + b"/" + name
    shutil.copytree(os.fsencode(preds / "A"), strange)
    for verb in ("score", "validate"):
        status, out, err = mebench(verb, preds, "--bench", bench)
        assert (status, out, len(err.splitlines())) == (2, "", 1)
        assert "cannot name a model" in err
    assert os.listdir(strange) == [b"item-0.png"]


def test_a_run_into_a_folder_that_names_no_model_is_refused(bench, mebench, tmp_path):
    before = sorted(tmp_path.iterdir())
    status, out, err = mebench("run", "--adapter", "shift", "--bench", bench, "--out", tmp_path / "a\u200b")
    assert (status, out, err.count("\n"), "cannot name a model" in err) == (2, "", 1, True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["модель", "模型 2", "x|y", "=1+1", "café", "con"])
def test_a_name_in_any_script_is_a_name(put, name):
    assert found(put(f"p/{name}/1.png") / "p") == [name]


def test_names_that_read_the_same_are_refused_by_name(put):
    preds = put(*(f"p/{unicodedata.normalize(form, 'é')}/1.png" for form in ("NFC", "NFD"))) / "p"
    with pytest.raises(PredictionsError, match="differ in how that is encoded"):
        model_folders(preds, IDS)
    assert found(put("q/Editor/1.png", "q/editor/1.png") / "q") == ["Editor", "editor"]


def gap(folder, item="1"):
    prediction = ModelPredictions(folder).of(item)
    return prediction.status, prediction.reason


@pytest.mark.parametrize("name", ["1", "1.img", "1.PNG_", "1.heic", "1.Png"])
def test_a_picture_counts_whatever_its_suffix(put, name):
    assert ModelPredictions(put(f"A/{name}") / "A").of("1").picture.name.endswith(name)


@pytest.mark.parametrize("name", ["1.bmp", "1.jfif", "1.heic", "1.svg", "1.bin", "1"])
def test_a_file_that_is_no_picture_is_named_and_not_missing(put, name):
    folder = put("A/2.png") / "A"
    (folder / name).write_bytes(b"rubbish")
    status, reason = gap(folder)
    assert (status, name in reason) == ("corrupt", True)


def test_notes_beside_a_picture_are_no_second_file_and_named_where_it_is_missing(put):
    folder = put("A/2.png") / "A"
    for name in ("1.json", "2.json", "2.txt"):
        (folder / name).write_text("{}")
    assert gap(folder) == ("missing", "no image for this item, though 1.json is there")
    assert ModelPredictions(folder).of("2").status == "ok"


@pytest.mark.parametrize("names", [("1.png", "1.bmp"), ("1.jfif", "1.JPG"), ("1.heic", "1.img")])
def test_two_files_for_one_id_are_both_named(put, names):
    status, reason = gap(put(*(f"A/{name}" for name in names)) / "A")
    assert status == "corrupt"
    assert all(name in reason for name in names)


def test_files_of_the_harness_are_nobodys_pictures(put):
    folder = put("A/2.png") / "A"
    (folder / "scores.jsonl").touch()
    assert gap(folder, "scores") == ("missing", "no image for this item")


def test_a_folder_of_notes_is_no_model(put, capsys):
    preds = put("p/A/1.png") / "p"
    (preds / "meta").mkdir()
    (preds / "meta" / "1.json").write_text("{}")
    assert found(preds) == ["A"]
    assert "passed over meta" in capsys.readouterr().err


def test_the_benchmark_is_opened_with_its_models(bench, put):
    preds = put("p/A/item-0.png") / "p"
    opened, folders = open_models(preds, str(bench))
    assert (opened.ids, folders) == (open_benchmark(str(bench)).ids, [preds / "A"])


def test_a_folder_above_that_is_not_utf8_is_no_trouble(bench, mebench, tmp_path, monkeypatch):
    strange = tmp_path / os.fsdecode(b"\xff\xfe")
    preds = strange / "p" / "shift"
    monkeypatch.setattr("sys.argv", ["mebench", "run", str(preds)])
    assert mebench("run", "--adapter", "shift", "--bench", bench, "--out", preds)[0] == 0
    for verb in (("validate", preds), ("score", preds, "--metrics", "psnr"), ("leaderboard", preds)):
        status, _, err = mebench(*verb)
        assert (status, err) == (0, "")
    shutil.copytree(bench, strange / "bench")
    status, _, err = mebench("validate", preds, "--bench", strange / "bench")
    assert (status, err.count("\n"), "is not UTF-8: rename it" in err) == (2, 1, True)


def test_a_run_that_speaks_of_what_is_no_item_says_nothing_of_items(put):
    folder = put("A/1.png") / "A"
    lines = (
        '{"item_id": ["2"], "status": "failed"}',
        '{"item_id": "3", "status": ["failed"], "reason": "x"}',
    )
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n")
    predictions = ModelPredictions(folder)
    assert [predictions.of(item).status for item in "123"] == ["ok", "missing", "missing"]
