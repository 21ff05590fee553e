"""Known answers of means, intervals and tests."""

import numpy as np
import pytest
from scipy import stats

from motionedit_bench.leaderboard.statistics import bootstrap_interval, paired_p, ratio_interval


def test_the_interval_is_that_of_a_normal_mean():
    values = np.random.default_rng(4).normal(50, 10, 400)
    low, high = bootstrap_interval(values)
    reach = 1.96 * values.std() / 20
    assert (values.mean() - low, high - values.mean()) == pytest.approx((reach, reach), rel=0.05)


def test_two_values_have_an_interval():
    assert bootstrap_interval(np.array([0.0, 1.0])) == (
        0,
        1,
    )  # each twice in a quarter of the resamples
    assert ratio_interval(np.array([0.0, 1.0, 5.0]), np.array([2.0, 2.0, 0.0])) == (0, 0.5)


def test_small_wholes_count():
    parts, wholes = np.random.default_rng(2).uniform(0.1, 0.9, (2, 50))
    assert ratio_interval(parts, wholes) == pytest.approx(ratio_interval(100 * parts, 100 * wholes))


@pytest.mark.parametrize("differences", [[1.0, 3.0], [-0.5, 0.5, 1.5], [-2.0, -2.0, -1.0, 0.0]])
def test_the_paired_test_of_a_few(differences):
    expected = stats.ttest_1samp(differences, 0).pvalue
    assert 0 < paired_p(np.array(differences), np.zeros(len(differences))) == pytest.approx(expected)
