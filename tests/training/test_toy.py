"""The toy: its world is what it says, and it runs from end to end."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/training"


@pytest.fixture(scope="module")
def toy():
    sys.path.insert(0, str(EXAMPLES))
    try:
        import toy

        yield toy
    finally:
        sys.path.remove(str(EXAMPLES))


def test_the_codec_keeps_nearly_all_of_a_picture(toy):
    pictures = np.stack([toy.pixels_of(item.input) for item in toy.items("some", 8, 0)])
    error = toy.Codec().decode(toy.Codec().encode(pictures)).astype(float) - pictures
    assert np.sqrt(np.mean(error**2)) < 0.1 * pictures.std()


def test_the_reward_tells_the_directions_apart(toy):
    reward, some = toy.Movement(), toy.items("some", 4, 0)
    for item in some:
        before, after = toy.pixels_of(item.input), toy.pixels_of(item.target)
        assert (np.roll(before, 8, axis=1) == after).all()
        right, still, left = (
            reward.score(item, [one])[0].value for one in (after, before, np.roll(before, -8, axis=1))
        )
        assert right > still > left
        assert toy.goes_right(item, after)
        assert not toy.goes_right(item, np.roll(before, -8, axis=1))


def test_shuffled_rewards_are_the_same_ones_given_to_others(toy):
    (item,) = toy.items("one", 1, 0)
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (32, 32, 3), dtype=np.uint8) for _ in range(8)]
    plain, shuffled = (
        [one.value for one in toy.Movement(mixed).score(item, pictures)] for mixed in (False, True)
    )
    assert sorted(plain) == sorted(shuffled)
    assert plain != shuffled


@pytest.mark.slow
def test_it_runs_from_pretraining_to_the_table(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(toy, "HELD_OUT", 2)
    weights = toy.base(tmp_path, seed=0, steps=2)
    found = {name: [toy.one(tmp_path, 0, name, 1, weights)] for name in toy.VARIANTS}
    rows = toy.table(found).splitlines()
    assert len(rows) == 2 + 1 + len(toy.VARIANTS)
    assert max(map(len, rows)) <= 80
    recipes = [json.loads(path.read_text())["recipe"] for path in sorted(tmp_path.glob("*/0/run.json"))]
    assert [one["negative"] for one in recipes] == [1.0, 0.0, 1.0]
    toy.figure(tmp_path, 0, 1, tmp_path / "toy.png", count=2)
    assert (tmp_path / "toy.png").stat().st_size > 1000
