import math

import numpy as np
import pytest
import torch
from helpers.by_the_paper import by_the_paper
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from motionedit_bench.metrics import motion_alignment_score
from motionedit_bench.metrics.functional.motion_alignment import align, cosine, length, prepare


def random_flow(seed, shape=(24, 32), scale=5.0):
    return np.random.default_rng(seed).normal(0, scale, (*shape, 2)).astype(np.float32)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("spread", [0.01, 1.0, 20.0])
def test_equals_the_papers_formulas(seed, spread):
    target = random_flow(seed)
    predicted = target + random_flow(seed + 100, scale=spread)
    found = align(predicted, prepare(target))
    score, unruled, d_mag, d_dir = by_the_paper(predicted, target)
    assert float(found.score) == pytest.approx(score, abs=1e-4)
    assert float(found.unruled) == pytest.approx(unruled, abs=1e-4)
    assert float(found.d_mag) == pytest.approx(d_mag, abs=1e-6)
    assert float(found.d_dir) == pytest.approx(d_dir, abs=1e-6)


def test_each_term_by_hand():
    """3x4 pixels, diagonal 5: half of them move by (3, 4) in truth; the edit moves all of them back."""
    target = np.zeros((3, 4, 2), np.float64)
    target[:, :2] = (3, 4)
    predicted = np.full((3, 4, 2), (-3.0, -4.0))
    found = align(predicted, prepare(target))
    assert float(found.mean_target) == pytest.approx(0.5)
    assert float(found.mean_predicted) == pytest.approx(1.0)
    assert float(found.d_mag) == pytest.approx((2.8**0.4 + 1.4**0.4) / 2, rel=1e-5)
    assert float(found.d_dir) == pytest.approx(1.0, rel=1e-6)
    assert float(found.d_min) == pytest.approx(0.7 * 1e-6**0.4, rel=1e-6)
    assert float(found.d_ovl) == pytest.approx(0.7 * float(found.d_mag) + 0.3 * float(found.d_dir))
    assert float(found.score) == 0.0  # a distance beyond d_max


def test_the_weight_is_relative_to_the_largest_motion():
    """Two moving pixels, the slower one turned back: its weight is 1 against 4."""
    target = np.zeros((30, 40, 2), np.float64)  # diagonal 50
    target[0, 0], target[0, 1] = (4, 0), (1, 0)
    predicted = target.copy()
    predicted[0, 1] = (-1, 0)
    assert float(align(predicted, prepare(target)).d_dir) == pytest.approx(0.2, rel=1e-4)


def test_motion_below_tau_has_no_direction():
    target = np.zeros((30, 40, 2))
    target[..., 0] = 0.09  # 0.0018 of the diagonal
    assert not bool(prepare(target).moves)
    assert math.isnan(float(motion_alignment_score(target, target)))
    target[5, 5, 0] = 0.2
    assert float(motion_alignment_score(target, target)) == 100.0


def test_a_target_without_motion_has_no_score():
    nothing = np.zeros((8, 8, 2), np.float32)
    assert math.isnan(float(motion_alignment_score(nothing, nothing)))
    assert math.isnan(float(motion_alignment_score(random_flow(0, (8, 8)), nothing)))


def test_static_edits_score_zero_and_the_unruled_score_stays():
    target = random_flow(3)
    found = align(target * 0.009, prepare(target))
    assert bool(found.static)
    assert float(found.score) == 0.0
    assert float(found.unruled) > 10
    assert not bool(align(target * 0.011, prepare(target)).static)


flows = arrays(np.float32, (6, 7, 2), elements=st.floats(-50, 50, width=32))


@settings(deadline=None, max_examples=60)
@given(predicted=flows, target=flows)
def test_bounds_and_anchors(predicted, target):
    score = float(motion_alignment_score(predicted, target))
    moves = bool(prepare(target).moves)
    assert math.isnan(score) != moves
    if moves:
        assert 0 <= score <= 100
        assert float(motion_alignment_score(target, target)) == 100.0
        assert float(motion_alignment_score(np.zeros_like(target), target)) == 0.0


def test_a_batch_is_its_members_and_tensors_are_arrays():
    predicted = np.stack([random_flow(k) for k in range(6)]).reshape(2, 3, 24, 32, 2)
    target = np.stack([random_flow(k + 50) for k in range(6)]).reshape(2, 3, 24, 32, 2)
    together = motion_alignment_score(torch.from_numpy(predicted), torch.from_numpy(target))
    assert together.shape == (2, 3)
    one = motion_alignment_score(predicted[1, 2], target[1, 2])
    assert float(together[1, 2]) == pytest.approx(float(one), abs=1e-5)


def test_gradients_reach_the_predicted_flow():
    target = torch.from_numpy(random_flow(1)).double()
    predicted = torch.from_numpy(random_flow(2)).double().requires_grad_()
    motion_alignment_score(predicted, target).backward()
    assert predicted.grad is not None
    assert torch.isfinite(predicted.grad).all()
    before = predicted.detach()
    step = before + 1e-2 * predicted.grad.sign()
    assert motion_alignment_score(step, target) > motion_alignment_score(before, target)


@pytest.mark.parametrize("bad", [np.zeros((4, 4)), np.zeros((4, 4, 3)), np.zeros((4, 4, 2), int)])
def test_what_is_no_flow_is_refused(bad):
    with pytest.raises(ValueError, match="a flow has shape"):
        motion_alignment_score(bad, np.ones((4, 4, 2)))


def test_flows_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="differ in shape"):
        motion_alignment_score(np.ones((4, 5, 2)), np.ones((5, 4, 2)))


TERMS = ("score", "unruled", "d_mag", "d_dir", "d_ovl", "d_min", "mean_predicted", "mean_target")


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_every_term_is_a_float64(kind):
    target = random_flow(0).astype(kind)
    found = align(random_flow(1).astype(kind), prepare(target))
    assert {getattr(found, term).dtype for term in TERMS} == {torch.float64}


def test_a_cosine_never_leaves_its_bounds_by_rounding():
    flow = torch.from_numpy(random_flow(2, (200, 200)))
    for factor in (0.3, -0.7):
        found = cosine(flow, factor * flow, length(flow), length(factor * flow))
        assert found.abs().max() == 1
        assert torch.allclose(found, torch.tensor(math.copysign(1, factor)))
    assert (cosine(flow, 0 * flow, length(flow), length(0 * flow)) == 0).all()


def test_weights_are_shares_of_each_targets_own_peak():
    """Diagonal 5: peaks of 1 and 4 px are 0.2 and 0.8 of it."""
    targets = np.zeros((2, 3, 4, 2))
    targets[0, 0, 0], targets[1, 0, 0], targets[1, 2, 3] = (1, 0), (0, 4), (0, -2)
    weight = prepare(targets).weight
    assert weight[0, 0, 0] == pytest.approx(0.2 / (0.2 + 1e-6), rel=1e-12)
    assert weight[1, 0, 0] == pytest.approx(0.8 / (0.8 + 1e-6), rel=1e-12)
    assert weight[1, 2, 3] == pytest.approx(0.4 / (0.8 + 1e-6), rel=1e-12)
    assert np.count_nonzero(weight) == 3


def test_the_mean_direction_is_over_the_weights_and_epsilon():
    target = np.zeros((3, 4, 2))
    target[1, 1] = (1, 0)
    weight = 0.2 / (0.2 + 1e-6)
    assert float(align(-target, prepare(target)).d_dir) == pytest.approx(weight / (weight + 1e-6), rel=1e-12)


def test_on_the_thresholds_a_pixel_is_still_and_an_edit_is_not():
    target = np.zeros((3, 4, 2))
    target[..., 0] = 0.01  # 0.002 of the diagonal, which is 5
    assert not bool(prepare(target).moves)
    target[..., 0] = 125  # 25 times the diagonal: a hundredth of it has no rounding error
    assert not bool(align(target / 100, prepare(target)).static)
    assert bool(align(target / 101, prepare(target)).static)


def test_means_are_weighted_by_confidence():
    """Diagonal 5: the left half moves by 1 px in truth and 3 px in the edit, the right half by 4 and 2."""
    target, edited = np.zeros((3, 4, 2)), np.zeros((3, 4, 2))
    target[:, :2, 0], target[:, 2:, 0] = 1, 4
    edited[:, :2, 0], edited[:, 2:, 0] = 3, 2
    trust = torch.ones(3, 4, dtype=torch.float64)
    trust[:, 2:] = 0.25
    found = align(edited, prepare(target, trust))
    assert float(found.mean_target) == pytest.approx((1 + 0.25 * 4) / 1.25 / 5)
    assert float(found.mean_predicted) == pytest.approx((3 + 0.25 * 2) / 1.25 / 5)
