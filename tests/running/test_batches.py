"""Runs in batches: the bytes do not depend on where a run stopped, and no failure is another's."""

import json

import pytest
from helpers.pictures import make_benchmark, png, scene
from PIL import Image

from motionedit_bench.adapters.baselines import Shift
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import EditFailed
from motionedit_bench.files import read_lines
from motionedit_bench.images import decode
from motionedit_bench.running.batches import Batches, groups
from motionedit_bench.running.run import Outcome, run


class Together(Shift):
    """Shift in batches, whose pictures show what they were edited with: a pixel holds the batch's size."""

    batches = True

    def __init__(self, broken=None):
        super().__init__()
        self.broken = broken
        self.calls = []

    def shape(self, item):
        return decode(item.input.read()).size

    def edit(self, item, seed):
        self.calls.append(1)
        if item.id == self.broken:
            raise EditFailed("this one is broken")
        return super().edit(item, seed)

    def edit_together(self, items, seeds):
        self.calls.append(len(items))
        assert len({self.shape(item) for item in items}) == 1
        if any(item.id == self.broken for item in items):
            raise MemoryError("too much at once")
        images = [Shift.edit(self, item, seed) for item, seed in zip(items, seeds, strict=True)]
        for image in images:
            image.putpixel((0, 0), (len(items), *image.getpixel((0, 0))[1:]))
        return images


@pytest.fixture
def benchmark_(tmp_path):
    """Seven items, of which the third and the last are of another size."""
    bench = make_benchmark(tmp_path / "bench", 7)
    for item in ("item-2", "item-6"):
        (bench / "input" / f"{item}.png").write_bytes(png(scene(90, 140)))
    return open_benchmark(str(bench))


def edit(benchmark, out, adapter=None, items=None, size=2):
    adapter = adapter or Together()
    engine = Batches(adapter, benchmark.items, size, 5)
    return run("together", adapter, benchmark, items or benchmark.items, out, 5, engine)


def pictures(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("[!.]*.png"))}


def notes(out):
    return {record["item_id"]: record.get("batch") for record in read_lines(out / "records.jsonl")}


def test_batches_are_of_one_size_and_in_order(benchmark_):
    made = groups(benchmark_.items, Together().shape, 3)
    assert [[item.id[-1] for item in group] for group in made] == [["0", "1", "3"], ["2", "6"], ["4", "5"]]


def test_every_item_is_edited_and_says_in_how_large_a_batch(benchmark_, tmp_path):
    assert edit(benchmark_, tmp_path / "out") == Outcome(kept=0, done=7, failed=0)
    assert notes(tmp_path / "out") == {f"item-{k}": None if k == 5 else 2 for k in range(7)}


def test_a_run_that_goes_on_ends_with_the_same_bytes(benchmark_, tmp_path):
    edit(benchmark_, tmp_path / "whole", size=3)
    edit(benchmark_, tmp_path / "out", items=benchmark_.items[:2], size=3)
    assert len(pictures(tmp_path / "out")) == 2
    assert edit(benchmark_, tmp_path / "out", size=3) == Outcome(kept=2, done=5, failed=0)
    assert pictures(tmp_path / "out") == pictures(tmp_path / "whole")
    assert len(list(read_lines(tmp_path / "out/records.jsonl"))) == 7


def test_the_deviation_is_measured_on_the_first_full_batch(benchmark_, tmp_path):
    adapter = Together()
    edit(benchmark_, tmp_path / "out", adapter, size=3)
    told = json.loads((tmp_path / "out/run.json").read_bytes())["provenance"]
    items = ["item-0", "item-1", "item-3"]
    assert told["batch"] == 3
    assert told["batch_deviation"]["items"] == items
    assert told["batch_deviation"]["steps"] > 1  # the pixel in the corner
    assert adapter.calls[:4] == [1, 1, 1, 3]
    edit(benchmark_, tmp_path / "few", size=9)
    assert json.loads((tmp_path / "few/run.json").read_bytes())["provenance"]["batch_deviation"] is None


def test_a_batch_that_fails_is_edited_one_by_one(benchmark_, tmp_path, capfd):
    adapter = Together(broken="item-3")
    assert edit(benchmark_, tmp_path / "out", adapter, size=3) == Outcome(kept=0, done=6, failed=1)
    records = {record["item_id"]: record for record in read_lines(tmp_path / "out/records.jsonl")}
    assert records["item-3"]["reason"] == "this one is broken"
    assert [records[f"item-{k}"]["status"] for k in (0, 1)] == ["ok", "ok"]
    assert notes(tmp_path / "out") == {
        **{"item-0": None, "item-1": None, "item-3": None},
        **dict.fromkeys(("item-2", "item-6", "item-4", "item-5"), 2),
    }
    assert "3 items cannot be edited in one call (MemoryError: too much at once" in capfd.readouterr().err


def test_an_unusable_picture_is_alone(benchmark_, tmp_path):
    (tmp_path / "bench/input/item-1.png").write_bytes(b"no picture")
    benchmark = open_benchmark(str(tmp_path / "bench"))
    assert edit(benchmark, tmp_path / "out") == Outcome(kept=0, done=6, failed=1)


def test_too_few_or_other_pictures_are_a_failure_of_the_batch(benchmark_, tmp_path):
    class Few(Together):
        def edit_together(self, items, seeds):
            return [Image.new("RGB", (8, 8))]

    assert edit(benchmark_, tmp_path / "out", Few()) == Outcome(kept=0, done=7, failed=0)
    assert set(notes(tmp_path / "out").values()) == {None}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--adapter", "identity"], "identity edits one item a call: leave out --batch"),
        (["--adapter", "qwen_image_edit"], "qwen_image_edit edits one item a call: leave out --batch"),
        (["--adapter", "flux_kontext", "--workers", "2"], "--batch goes with one process"),
    ],
)
def test_batches_of_what_takes_none_are_refused(mebench, words, said):
    status, _, err = mebench("run", *words, "--bench", "sample", "--batch", "2")
    assert (status, err.count("\n")) == (2, 1)
    assert said in err
