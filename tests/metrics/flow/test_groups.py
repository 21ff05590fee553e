import numpy as np
import pytest
from skimage import data

from motionedit_bench.metrics.flow.groups import LEAST, MOST, affine, find_groups, similarity
from motionedit_bench.metrics.flow.keypoints import Matches, find_matches
from motionedit_bench.metrics.flow.likeness import Look, guided, unlikeness

TURNED = np.array([[0.0, -2.0, 300.0], [2.0, 0.0, 20.0]])
SHIFTED = np.array([[1.0, 0.0, -90.0], [0.0, 1.0, 12.0]])
COINS = data.coins()


def matched(matrix: np.ndarray, count: int, seed: int, around: tuple[float, float] = (100, 100)) -> Matches:
    """Points within 40 pixels of a place, and where that similarity takes them."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(-40, 40, (count, 2)) + around
    sizes, angles = rng.uniform(4, 9, count), rng.uniform(-3, 3, count)
    scale, turn = np.hypot(*matrix[:, 0]), np.arctan2(matrix[1, 0], matrix[0, 0])
    goals = places @ matrix[:, :2].T + matrix[:, 2]
    return Matches(np.c_[places, sizes, angles], np.c_[goals, scale * sizes, angles + turn])


def joined(*some: Matches) -> Matches:
    return Matches(np.concatenate([one.first for one in some]), np.concatenate([one.second for one in some]))


def test_two_motions_are_told_apart_and_the_larger_group_comes_first():
    matches = joined(matched(SHIFTED, 10, 0), matched(TURNED, 30, 1))
    first, second = find_groups(matches, 600)
    assert np.allclose(first.matrix, TURNED, atol=1e-6)
    assert np.allclose(second.matrix, SHIFTED, atol=1e-6)
    assert (len(first.places), len(second.places)) == (30, 10)


def test_points_that_agree_with_nobody_are_in_no_group():
    rng = np.random.default_rng(5)
    lost = Matches(rng.uniform(1, 500, (60, 4)), rng.uniform(1, 500, (60, 4)))
    (group,) = find_groups(joined(matched(TURNED, 20, 1), lost), 600)[:1]
    assert np.allclose(group.matrix, TURNED, atol=0.2)
    assert len(group.places) < 24


@pytest.mark.parametrize(("count", "groups"), [(0, 0), (LEAST - 1, 0), (LEAST, 1)])
def test_a_group_has_four_points_at_least(count, groups):
    assert len(find_groups(matched(SHIFTED, count, 2), 600)) == groups


def test_there_are_ten_groups_at_most():
    shifts = (np.array([[1.0, 0, 90 * k], [0, 1, 55 * (k % 3)]]) for k in range(MOST + 3))
    assert len(find_groups(joined(*(matched(m, 6, k) for k, m in enumerate(shifts))), 600)) == MOST


def test_a_shear_is_fitted_from_twelve_points_on_and_points_on_a_line_shear_nothing():
    sheared = np.array([[1.1, 0.1, 5.0], [0.0, 0.95, -3.0]])
    points = np.random.default_rng(0).uniform(0, 200, (20, 2))
    goals = points @ sheared[:, :2].T + sheared[:, 2]
    assert np.abs(affine(points, goals) - sheared).max() < 0.1
    line = np.c_[np.arange(20.0), 2 * np.arange(20.0)]
    turned = line @ TURNED[:, :2].T + TURNED[:, 2]
    assert np.allclose(affine(line, turned), TURNED, atol=1e-6)
    assert np.allclose(similarity(line, turned), TURNED, atol=1e-6)


def test_points_of_a_shifted_picture_match_with_their_places():
    matches = find_matches(COINS[:200, :250], COINS[7:207, 12:262])
    assert len(matches.first) > 50
    off = matches.first[:, :2] - matches.second[:, :2]
    assert np.allclose(np.median(off, 0), (12, 7), atol=0.05)


def test_scaled_points_keep_the_centres_of_pixels():
    half = Matches(np.array([[3.0, 3, 8, 1]]), np.array([[1.0, 5, 8, 1]])).scaled(0.5, 2)
    assert half.first[0].tolist() == [1.25, 6.5, 8, 1]
    assert half.second[0].tolist() == [0.25, 10.5, 8, 1]


@pytest.mark.parametrize("other", [COINS[:64, :64], np.zeros((64, 64), np.uint8)])
def test_a_picture_of_one_grey_matches_nothing(other):
    assert len(find_matches(np.zeros((64, 64), np.uint8), other).first) == 0
    assert len(find_matches(other, np.zeros((64, 64), np.uint8)).first) == 0


def test_unlikeness_is_0_for_the_same_and_1_for_another_and_light_counts_by_half_at_most():
    coloured = data.coffee()[:80, :80]
    look = Look.of(coloured)
    assert not unlikeness(look, look).any()
    board = np.where(np.indices((80, 80)).sum(0)[..., None] // 4 % 2 == 0, [255, 0, 0], [0, 255, 255])
    assert unlikeness(look, Look.of(board.astype(np.uint8))).max() == 1
    darker = unlikeness(look, Look.of((coloured * 0.9).astype(np.uint8)))
    assert 0 < darker.mean() < 0.3


def test_the_guided_filter_keeps_constants_and_edges_and_smooths_the_rest():
    guide = np.zeros((60, 60), np.float32)
    guide[:, 30:] = 1
    assert np.allclose(guided(np.full_like(guide, 0.3), guide), 0.3, atol=1e-5)
    noisy = guide + np.random.default_rng(0).normal(0, 0.2, guide.shape).astype(np.float32)
    smooth = guided(noisy, guide)
    assert np.abs(smooth - guide).max() < 0.15
