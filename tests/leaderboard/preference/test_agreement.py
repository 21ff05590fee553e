import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.leaderboard.preference.agreement import (
    as_ratings,
    fleiss_kappa,
    kendall_tau,
    krippendorff_alpha,
    spread,
)

FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
"""A worked example of Fleiss' kappa that many textbooks have: 0.210."""


def test_a_known_kappa():
    assert fleiss_kappa(np.array(FLEISS)) == pytest.approx(0.210, abs=5e-4)


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        ([[3, 0], [0, 3]], 1.0),
        ([[1, 1], [1, 1]], -1.0),
        ([[3, 0], [3, 0]], None),
        ([[1, 0], [0, 1]], None),
    ],
)
def test_the_ends_of_kappa(counts, kappa):
    assert fleiss_kappa(np.array(counts)) == kappa


def test_kappa_without_subjects_and_with_uneven_raters():
    assert fleiss_kappa(np.zeros((0, 3), int)) is None
    with pytest.raises(ValueError, match="equally many raters"):
        fleiss_kappa(np.array([[3, 0], [2, 0]]))


def alpha_by_hand(ratings):
    """Krippendorff 2011, interval level: 1 - observed over expected disagreement, all pairs by loops."""
    units = [[value for value in column if not np.isnan(value)] for column in ratings.T]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in units for value in unit]
    observed = sum(
        sum((a - b) ** 2 for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j) / (len(unit) - 1)
        for unit in units
    ) / len(pooled)
    pairs = [(a - b) ** 2 for i, a in enumerate(pooled) for j, b in enumerate(pooled) if i != j]
    return 1 - observed / (sum(pairs) / len(pairs))


@pytest.mark.parametrize("seed", range(4))
def test_alpha_equals_an_independent_computation(seed):
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 6, (3, 12)).astype(float)
    ratings[rng.random(ratings.shape) < 0.2] = np.nan
    assert krippendorff_alpha(ratings) == pytest.approx(alpha_by_hand(ratings))


def test_the_ends_of_alpha():
    assert krippendorff_alpha(np.array([[1.0, 2, 3], [1, 2, 3]])) == 1
    assert krippendorff_alpha(np.full((2, 4), 3.0)) is None
    assert krippendorff_alpha(np.array([[1.0, np.nan], [np.nan, 2.0]])) is None
    assert krippendorff_alpha(np.zeros((1, 3))) is None


def test_the_spread_is_that_of_units_with_two_ratings():
    ratings = np.array([[1.0, 2.0, 5.0], [3.0, 2.0, np.nan]])
    assert spread(ratings) == 1.0
    assert spread(ratings[:1]) is None


def test_tau_by_hand_and_where_it_is_undefined():
    assert kendall_tau([1, 2, 3], [10, 30, 20]) == pytest.approx(1 / 3)
    assert kendall_tau([1, 2], [2, 2]) is None
    assert kendall_tau([1], [2]) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12))
def test_tau_is_symmetric(pairs):
    first, second = zip(*pairs, strict=True)
    assert kendall_tau(first, second) == pytest.approx(kendall_tau(second, first))


def test_ratings_by_rater_become_an_array():
    found = as_ratings({"one": {"x": 1.0}, "two": {"x": 2.0, "y": 3.0}})
    assert np.array_equal(found, [[1.0, np.nan], [2.0, 3.0]], equal_nan=True)
