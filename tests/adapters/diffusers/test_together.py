"""Several items in one call of a pipeline: the same edits, nearly, and nobody's failure is another's."""

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.pictures import make_benchmark, png
from PIL import Image

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext
from motionedit_bench.adapters.diffusers.families.pix2pix import InstructPix2Pix
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import read_lines
from motionedit_bench.running.attempt import attempt_together, item_seed

KINDS = {
    FluxKontext: ("FluxKontextPipeline", ["steps=2", f"max_area={128 * 96}"]),
    InstructPix2Pix: ("StableDiffusionInstructPix2PixPipeline", ["steps=2"]),
}
NEAR = 3
"""Steps of 255 that sums in another order may move a pixel by: tiny networks with random weights."""


def far(one, two):
    return np.abs(np.asarray(one).astype(int) - np.asarray(two)).max()


@pytest.fixture
def items(tmp_path):
    return open_benchmark(str(make_benchmark(tmp_path / "bench", 3, 128, 96))).items


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_items_of_one_call_are_each_what_they_are_alone(checkpoints, items, kind):
    pipeline, assignments = KINDS[kind]
    adapter = kind(parse_settings(kind.Settings, assignments), str(checkpoints[pipeline]), "cpu")
    adapter.load()
    seeds = [item_seed(1, item.id) for item in items]
    alone = [adapter.edit(item, seed) for item, seed in zip(items, seeds, strict=True)]
    made = attempt_together(adapter, items, seeds)
    assert [attempt.notes["batch"] for attempt in made] == [3, 3, 3]
    assert far(alone[0], alone[1]) > 10 * NEAR  # they differ by far more than that
    for one, attempt in zip(alone, made, strict=True):
        assert far(one, attempt.image) <= NEAR
    assert adapter.shape(items[0]) == adapter.shape(items[1])
    turned = Image.fromarray(np.zeros((128, 96, 3), np.uint8))
    (Path(items[2].input.name)).write_bytes(png(turned))
    again = open_benchmark(str(Path(items[2].input.name).parents[1])).items
    assert adapter.shape(again[2]) != adapter.shape(again[0])


@pytest.mark.slow
def test_a_run_in_batches_says_how_far_it_is_from_one_by_one(mebench, checkpoints, tmp_path):
    bench = make_benchmark(tmp_path / "bench", 3, 128, 96)
    out = tmp_path / "out"
    words = ["run", "--adapter", "instruct_pix2pix", "--bench", bench, "--out", out, "--device", "cpu"]
    words += ["--model", checkpoints["StableDiffusionInstructPix2PixPipeline"], "--set", "steps=2"]
    assert mebench(*words, "--batch", "2")[0] == 0
    told = json.loads((out / "run.json").read_bytes())["provenance"]
    assert told["batch"] == 2
    assert told["batch_deviation"]["items"] == ["item-0", "item-1"]
    assert 0 <= told["batch_deviation"]["steps"] <= NEAR
    assert [record.get("batch") for record in read_lines(out / "records.jsonl")] == [2, 2, None]
    status, _, err = mebench(*words)
    assert (status, err) == (0, "")  # nothing is left to be edited
    (out / "item-0.png").unlink()
    status, _, err = mebench(*words)
    assert status == 2
    assert "holds a run with another batch (2, now null)" in err
