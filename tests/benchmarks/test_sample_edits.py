"""Edits of known quality: each is what it says it is."""

import numpy as np
import pytest

from motionedit_bench.benchmarks import EMBEDDED, open_benchmark
from motionedit_bench.benchmarks.sample.edits import QUALITY, edits
from motionedit_bench.benchmarks.sample.scenes import STEREO
from motionedit_bench.images import decode, to_array

pytestmark = pytest.mark.slow  # it builds the benchmarks, with all their photographs


@pytest.mark.parametrize(
    ("bench", "name"), [("sample", "rocket-lifts-off"), ("sample-far", "coin-rolls-away")]
)
def test_each_is_what_it_says(bench: str, name: str) -> None:
    (item,) = open_benchmark(bench).select(ids=[name])
    assert item.target is not None
    assert item.true_flow is not None
    first, target = (to_array(decode(one.read())).astype(float) for one in (item.input, item.target))
    made = {name: make().target.astype(float) for name, make in edits(item, bench).items()}
    assert list(made) == list(QUALITY)
    assert (made["the input"] == first).all()
    assert 0 < np.abs(made["the input resaved"] - first).mean() < 5
    assert 3 < np.abs(made["the input with noise"] - first).mean() < 10
    light = np.abs(target - first).mean(axis=-1)[:40].mean()  # the sky, the gravel: nothing moves there
    assert np.abs(made["all of the motion"] - target).mean() < light + 1
    for moved in ("two thirds", "a third", "the wrong way", "another subject"):
        assert (np.abs(made[moved] - first).max(axis=-1) > 30).mean() > 0.002
    flows = {name: make().flow for name, make in edits(item, bench).items()}
    assert (flows["all of the motion"] == item.true_flow()).all()
    assert (flows["the input with noise"] == 0).all()
    moving = np.linalg.norm(flows["all of the motion"], axis=-1) > 1
    toward = {
        name: (flow * flows["all of the motion"]).sum(axis=-1)[moving].mean() for name, flow in flows.items()
    }
    assert toward["all of the motion"] > toward["two thirds"] > toward["a third"] > 0
    assert toward["the wrong way"] < 0
    distances = [np.abs(made[name] - made["all of the motion"]).mean() for name in QUALITY]
    assert distances[0] == 0
    assert min(distances[1:]) > 0


def test_the_other_subject_lies_apart_from_what_moves() -> None:
    (item,) = open_benchmark("sample").select(ids=["coins-meet"])
    assert item.true_flow is not None
    change = np.abs(
        edits(item, "sample")["another subject"]().target.astype(int) - to_array(decode(item.input.read()))
    )
    moving = np.linalg.norm(item.true_flow(), axis=-1) > 1
    changed = change.max(axis=-1) > 10
    assert changed.mean() > 0.01
    assert (changed & moving).sum() < 0.02 * moving.sum()


def test_of_the_stereo_pair_there_are_no_parts() -> None:
    (item,) = open_benchmark("sample").select(ids=[STEREO.id])
    assert set(edits(item, "sample")) == {
        "the input",
        "the input resaved",
        "the input with noise",
        "another subject",
    }


@pytest.mark.always("sample")
@pytest.mark.parametrize("bench", list(EMBEDDED))
def test_every_item_can_go_the_wrong_way(bench: str) -> None:
    for item in open_benchmark(bench).items:
        if item.id != STEREO.id:
            wrong = edits(item, bench)["the wrong way"]().target
            assert (wrong != to_array(decode(item.input.read()))).any()
