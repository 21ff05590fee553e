import json

import pyarrow
import pytest
from helpers.pictures import photograph, png
from pyarrow import parquet

from motionedit_bench.judging.pairs import read_pairs


def picture(number):
    return png(photograph(number, 32, 24))


def shown(pair):
    """The contents of a pair's pictures."""
    return [path.read_bytes() for path in (pair.input, pair.a, pair.b)]


def mmrb2(folder, **changes):
    """A built MMRB2 folder with one pair that can be used and two that cannot."""
    for name, number in (("input_images/in.jpg", 0), ("images/one.jpg", 1), ("images/two.jpg", 2)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(picture(number))
    edits = {
        f"response_{side}": {"model_name": "m", "response_content": [["image", f"images/{name}.jpg"]]}
        for side, name in (("a", "one"), ("b", "two"))
    }
    prompt = [["image", "input_images/in.jpg"], ["text", "Move the cup."]]
    pair = {
        "id": "emu-edit_1",
        "prompt_content": prompt,
        **edits,
        "chosen": "B",
        "human_annotations": [1, 2, 1],
        "prompt_source": "emu-edit",
        **changes,
    }
    several = pair | {"id": "two", "prompt_content": [*prompt, prompt[0]]}
    silent = pair | {"id": "three", "response_a": {"response_content": [["text", "no"]]}}
    (folder / "edit.json").write_text(json.dumps({"pairs": [pair, several, silent]}))
    return folder


def test_mmrb2(mebench, tmp_path):
    status, out, _ = mebench("import-pairs", "mmrb2", mmrb2(tmp_path / "mmrb2"), "--out", tmp_path / "out")
    assert status == 0
    assert "left out: 1 pairs: the prompt has no picture or several" in out
    assert "left out: 1 pairs: a response has no picture or several" in out
    (pair,) = read_pairs(tmp_path / "out" / "pairs.csv")
    assert (pair.id, pair.prompt, pair.preferred) == ("emu-edit_1", "Move the cup.", "b")
    assert (pair.category, pair.annotators) == ("emu-edit", 3)
    assert shown(pair) == [picture(0), picture(1), picture(2)]


def test_a_picture_elsewhere_is_not_taken(mebench, tmp_path):
    (tmp_path / "secret.jpg").write_bytes(picture(3))
    source = mmrb2(tmp_path / "mmrb2", prompt_content=[["image", "../secret.jpg"], ["text", "x"]])
    status, _, err = mebench("import-pairs", "mmrb2", source, "--out", tmp_path / "out")
    assert (status, err.count("\n")) == (2, 1)
    assert "leads out of the folder" in err


def save(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pyarrow.Table.from_pylist(rows), path)


def image(number):
    return {"bytes": picture(number), "path": None}


def test_the_editreward_bench_of_editscore(mebench, tmp_path):
    rows = [
        {
            "key": ["k1", "k2"],
            "instruction": "Raise the arm.",
            "input_image": image(0),
            "output_images": [image(1), image(2)],
            "task_type": "motion_change",
            "dimension": dimension,
        }
        for dimension in ("overall", "consistency")
    ]
    save(tmp_path / "data" / "train-0.parquet", rows)
    status, out, _ = mebench("import-pairs", "editscore", tmp_path / "data", "--out", tmp_path / "out")
    assert status == 0
    assert "left out: 1 pairs: the dimension is consistency" in out
    (pair,) = read_pairs(tmp_path / "out" / "pairs.csv")
    assert (pair.prompt, pair.preferred, pair.category) == ("Raise the arm.", "a", "motion_change")
    assert shown(pair) == [picture(0), picture(1), picture(2)]


@pytest.mark.parametrize(
    ("kind", "ranking", "expected"), [("AvsB", "A=B", "tie"), ("AvsC", "C>A", "b"), ("BvsD", "B>D", "a")]
)
def test_the_editreward_bench_of_tiger(mebench, tmp_path, kind, ranking, expected):
    row = {
        "id": "17",
        "dataset": "3pair",
        "instruction": "Turn it.",
        "source_image": image(0),
        "candidate_1": image(1),
        "candidate_2": image(2),
        "ranking": ranking,
        "comparison_type": kind,
    }
    save(tmp_path / "data" / "3pair" / "train.parquet", [row])
    status, out, _ = mebench("import-pairs", "editreward", tmp_path / "data", "--out", tmp_path / "out")
    assert (status, "wrote 1 pairs" in out) == (0, True)
    (pair,) = read_pairs(tmp_path / "out" / "pairs.csv")
    assert (pair.preferred, pair.category) == (expected, "3pair")
    assert shown(pair) == [picture(0), picture(1), picture(2)]


@pytest.mark.parametrize("kind", ["mmrb2", "editscore", "editreward"])
def test_what_is_of_another_format_is_told_in_one_line(mebench, tmp_path, kind):
    (tmp_path / "edit.json").write_text('{"pairs": [{}]}')
    if kind != "mmrb2":
        save(tmp_path / "x.parquet", [{"other": 1}])
    status, _, err = mebench("import-pairs", kind, tmp_path, "--out", tmp_path / "out")
    assert (status, err.count("\n")) == (2, 1)
    assert f"is not of the format {kind}" in err
