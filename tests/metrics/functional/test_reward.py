import json
from pathlib import Path

import numpy as np
import pytest

from motionedit_bench.metrics import motion_reward

GOLDEN = json.loads((Path(__file__).parents[2] / "data" / "golden_reward.json").read_text())["cases"]


def recipe(case):
    """The flows of a golden case, by the file's own recipe: (edited, target)."""
    rng = np.random.default_rng(case["seed"])
    height, width = rng.integers(24, 96), rng.integers(24, 96)
    target = rng.normal(0, 6, (height, width, 2)).astype(np.float32)
    number = case["case"]
    if number == 0:
        return target, target
    if number == 1:
        return np.zeros_like(target), target
    if number == 2:
        return -target, target
    if number == 3:
        return rng.normal(0, 6, (height, width, 2)).astype(np.float32), np.zeros_like(target)
    return (target + rng.normal(0, rng.uniform(0.1, 12), (height, width, 2))).astype(np.float32), target


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: str(case["case"]))
def test_equals_the_released_scorer(case):
    edited, target = recipe(case)
    assert target.shape == (case["height"], case["width"], 2)
    found = motion_reward(edited, target)
    for term in ("d_mag", "d_dir", "m_move", "continuous", "reward"):
        assert float(getattr(found, term)) == pytest.approx(case[term], abs=1e-6), term


def test_terms_by_hand():
    """3x4 pixels, diagonal 5, all moving by (3, 4); the edit stands still."""
    target = np.full((3, 4, 2), (3.0, 4.0))
    found = motion_reward(0 * target, target)
    assert float(found.d_mag) == pytest.approx((0.6**0.4 + 0.8**0.4) / 2, rel=1e-5)
    assert float(found.d_dir) == pytest.approx(0.5)
    assert float(found.m_move) == pytest.approx(0.51)
    combined = 0.7 * float(found.d_mag) + 0.2 * 0.5 + 0.1 * 0.51
    assert float(found.d_comb) == pytest.approx(combined)
    assert float(found.continuous) == pytest.approx(1 - (combined - 1e-6**0.4) / (1 - 1e-6**0.4))
    assert float(found.reward) == pytest.approx(0.2)


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="differ in shape"):
        motion_reward(np.ones((4, 5, 2)), np.ones((5, 4, 2)))


def test_a_batch_is_its_members():
    rng = np.random.default_rng(0)
    edited, target = rng.normal(0, 2, (2, 2, 3, 5, 7, 2))
    together = motion_reward(edited, target)
    for k in np.ndindex(2, 3):
        alone = motion_reward(edited[k], target[k])
        for term in ("reward", "continuous", "d_mag", "d_dir", "m_move", "d_comb"):
            assert float(getattr(together, term)[k]) == pytest.approx(float(getattr(alone, term))), term


def test_one_pixel_has_a_direction_if_it_moves_by_more_than_the_threshold():
    """3x4 pixels, diagonal 5; the edit moves the one pixel the other way."""
    target = np.zeros((3, 4, 2))
    target[1, 1, 0] = 0.01  # 0.002 of the diagonal: not more
    assert float(motion_reward(-target, target).d_dir) == 0
    target[1, 1, 0] = 0.02
    assert float(motion_reward(-target, target).d_dir) == pytest.approx(1)


def test_no_reward_is_below_zero():
    target = np.full((3, 4, 2), 1.0)
    found = motion_reward(1000 * target, target)
    assert float(found.d_comb) > 1
    assert float(found.continuous) == float(found.reward) == 0
