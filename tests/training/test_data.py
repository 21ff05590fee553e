import io
import json

import pytest
from helpers.pictures import make_benchmark, photograph, png
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import BenchmarkError, UsageError
from motionedit_bench.training.data import held_out_of, open_training_set


@pytest.fixture
def training(tmp_path):
    return make_benchmark(tmp_path / "train", count=12)


@pytest.fixture
def nowhere(monkeypatch):
    """The hub cannot be reached."""

    def closed(name, revision=None, chosen=None):
        raise BenchmarkError(f"cannot open benchmark {name}: the hub cannot be reached")

    monkeypatch.setattr("motionedit_bench.benchmarks.hub.open_hub", closed)


@pytest.fixture
def elsewhere(tmp_path):
    """A benchmark of other pictures."""
    return other_bench(tmp_path, [png(photograph(700, 40, 32))])


def change(folder, number, **fields):
    lines = [json.loads(line) for line in (folder / "metadata.jsonl").read_text().splitlines()]
    lines[number].update(fields)
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def other_bench(tmp_path, contents):
    """A benchmark of items with these pictures as inputs."""
    folder = tmp_path / "measured"
    folder.mkdir()
    lines = []
    for number, content in enumerate(contents):
        (folder / f"{number}.png").write_bytes(content)
        (folder / f"{number}-target.png").write_bytes(png(photograph(900 + number, 40, 32)))
        lines.append(
            {
                "id": f"m{number}",
                "prompt": "x",
                "file_name": f"{number}.png",
                "target_file_name": f"{number}-target.png",
            }
        )
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_a_set_falls_into_two_parts_that_have_nothing_in_common(training, elsewhere):
    found = open_training_set(str(training), not_in=str(elsewhere), held_out=3)
    ids, kept = {item.id for item in found.items}, {item.id for item in found.held_out}
    assert (len(ids), len(kept)) == (9, 3)
    assert not ids & kept
    assert kept != {f"item-{k}" for k in range(3)}
    told = json.loads(json.dumps(found.told()))
    assert told["train"] == 9
    assert told["held_out"] == [item.id for item in found.held_out]
    assert told["not_in"]["checked"] is True
    assert told["not_in"]["fingerprint"] == open_benchmark(str(elsewhere)).fingerprint()


@given(st.sets(st.text("abc0", min_size=1, max_size=6), min_size=2, max_size=20), st.randoms())
def test_who_is_held_out_depends_on_ids_alone(ids, random):
    shuffled = sorted(ids)
    random.shuffle(shuffled)
    kept = held_out_of(shuffled, 2)
    assert kept == held_out_of(sorted(ids), 2)
    joined = held_out_of([*ids, "d"], 2)
    assert len(set(kept) & set(joined)) >= 1


def test_items_of_the_benchmark_are_left_out_however_their_files_were_written(training, tmp_path, capsys):
    first = (training / "input" / "item-2.png").read_bytes()
    target = (training / "target" / "item-5.png").read_bytes()
    again = io.BytesIO()
    Image.open(io.BytesIO(target)).save(again, "WEBP", lossless=True)
    measured = other_bench(tmp_path, [first, again.getvalue()])
    found = open_training_set(str(training), not_in=str(measured), held_out=2)
    left = {item.id for item in (*found.items, *found.held_out)}
    assert left == {f"item-{k}" for k in range(12)} - {"item-2", "item-5"}
    assert found.left_out == {"of the benchmark": 2}
    assert "left out 2 of the benchmark" in capsys.readouterr().err


def test_nearly_the_benchmarks_pictures_are_left_out_as_well(training, tmp_path):
    input_2, target_5 = (
        Image.open(training / name).convert("RGB") for name in ("input/item-2.png", "target/item-5.png")
    )
    copies = [png(input_2.resize((96, 72))), png(target_5, "JPEG", quality=60)]
    found = open_training_set(str(training), not_in=str(other_bench(tmp_path, copies)), held_out=2)
    assert found.left_out == {"nearly of the benchmark": 2}
    assert not {"item-2", "item-5"} & {item.id for item in (*found.items, *found.held_out)}


def test_items_without_a_target_or_with_a_damaged_picture_are_left_out_and_counted(training, elsewhere):
    change(training, 1, target_file_name=None)
    (training / "input" / "item-7.png").write_bytes(b"no picture")
    found = open_training_set(str(training), not_in=str(elsewhere), held_out=2)
    assert found.left_out == {"no target": 1, "unusable": 1}
    assert len(found.items) + len(found.held_out) == 10


def test_where_the_papers_benchmark_cannot_be_opened_that_is_said_and_recorded(training, nowhere, capsys):
    found = open_training_set(str(training), held_out=2)
    said = capsys.readouterr().err
    assert "not checked whether items of elaine1wan/MotionEdit-Bench are among those to learn from" in said
    assert found.told()["not_in"] == {
        "bench": "elaine1wan/MotionEdit-Bench",
        "checked": False,
        "fingerprint": None,
        "why_not": "cannot open benchmark elaine1wan/MotionEdit-Bench: the hub cannot be reached",
    }


def test_a_benchmark_that_was_asked_for_has_to_be_there(training, nowhere):
    with pytest.raises(BenchmarkError, match="cannot be reached"):
        open_training_set(str(training), not_in="elaine1wan/MotionEdit-Bench")


def test_a_benchmark_teaches_nothing_about_itself(training):
    with pytest.raises(UsageError, match="has 0 items to learn from"):
        open_training_set(str(training), not_in=str(training))


def test_too_few_items_are_refused(training, elsewhere):
    with pytest.raises(UsageError, match="has 12 items to learn from, and 12 are to be held out"):
        open_training_set(str(training), not_in=str(elsewhere), held_out=12)
