import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from motionedit_bench.leaderboard.statistics import (
    MANY,
    bootstrap_interval,
    holm,
    paired_p,
    places,
    ratio_interval,
)


def test_the_paired_test_is_students():
    rng = np.random.default_rng(3)
    a, b = rng.normal(1, 1, 40), rng.normal(0.8, 1, 40)
    t = (a - b).mean() / ((a - b).std(ddof=1) / np.sqrt(40))
    assert paired_p(a, b) == pytest.approx(2 * stats.t.sf(abs(t), 39))


def test_the_paired_test_of_many_rows_is_that_of_each():
    rng = np.random.default_rng(4)
    a, b = rng.normal(1, 1, 30), rng.normal(0.8, 1, (5, 30))
    b[rng.random(b.shape) < 0.2] = np.nan
    b[4] = np.nan
    kept = [~np.isnan(row) for row in b]
    each = [paired_p(a[there], row[there]) for row, there in zip(b, kept, strict=True)]
    assert paired_p(a, b) == pytest.approx(np.array(each))
    assert each[4] == 1


@pytest.mark.parametrize(("differences", "p"), [([], 1), ([3.0], 1), ([0.0] * 5, 1), ([2.0] * 5, 0)])
def test_degenerate_differences(differences, p):
    values = np.arange(len(differences), dtype=float)
    assert paired_p(values + differences, values) == p


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_corrects_upwards_and_keeps_the_order(p_values):
    found = holm(p_values)
    assert all(before <= after <= 1 for before, after in zip(p_values, found, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [found[k] for k in order] == sorted(found)


def test_models_that_differ_by_chance_share_a_place():
    rng = np.random.default_rng(0)
    base = rng.normal(50, 10, 300)
    alike = [base + rng.normal(0, 5, 300) for _ in range(2)]
    better = base + 20 + rng.normal(0, 5, 300)
    ordered = sorted(alike, key=lambda one: -one.mean())
    assert places(np.array([better, *ordered, base - 30])) == [1, 2, 2, 4]


def test_items_without_a_value_do_not_count():
    first = np.array([5.0, 6.0, 7.0, np.nan])
    second = np.array([4.0, 5.0, 6.0, 1000.0])
    assert places(np.array([first, second])) == [1, 2]


def test_one_model_and_none():
    assert places(np.array([[1.0, 2.0]])) == [1]
    assert places(np.zeros((0, 5))) == []


def test_the_interval_of_a_ratio_is_that_of_the_mean_where_all_weigh_the_same():
    values = np.random.default_rng(1).normal(50, 10, 80)
    assert ratio_interval(values * 3, np.full(80, 3.0)) == pytest.approx(bootstrap_interval(values))
    assert ratio_interval(np.array([1.0]), np.array([2.0])) is None
    assert ratio_interval(np.zeros(5), np.zeros(5)) is None


def test_above_many_items_intervals_are_those_that_resampling_tends_to():
    rng = np.random.default_rng(5)
    parts, wholes = rng.lognormal(0, 1, MANY + 1), rng.lognormal(0, 0.5, MANY + 1)
    for above, below in (
        (bootstrap_interval(parts), bootstrap_interval(parts[:-1])),
        (ratio_interval(parts, wholes), ratio_interval(parts[:-1], wholes[:-1])),
    ):
        assert above == pytest.approx(below, abs=0.06 * (below[1] - below[0]))


def test_the_interval_of_many_equal_values_is_a_point():
    assert bootstrap_interval(np.full(MANY + 1, 3.0)) == (3.0, 3.0)


def test_clusters_of_one_value_each_change_nothing():
    rng = np.random.default_rng(6)
    values, others = rng.normal(50, 10, 60), rng.normal(48, 10, (3, 60))
    others[1, :20] = np.nan
    alone = np.arange(60)
    assert bootstrap_interval(values, alone) == pytest.approx(bootstrap_interval(values))
    assert paired_p(values, others, alone) == pytest.approx(paired_p(values, others))
    assert places(np.array([values, *others[[0, 2]]]), alone) == places(np.array([values, *others[[0, 2]]]))


def test_clusters_of_equal_values_widen_the_interval_to_that_of_the_clusters():
    means = np.random.default_rng(7).normal(50, 10, 40)
    values, clusters = np.repeat(means, 9), np.repeat(np.arange(40), 9)
    found = bootstrap_interval(values, clusters)
    assert found == pytest.approx(bootstrap_interval(means))
    low, high = bootstrap_interval(values)
    assert found[1] - found[0] == pytest.approx(3 * (high - low), rel=0.15)
    zero = np.zeros_like(values)
    assert paired_p(values - 48, zero, clusters) == pytest.approx(paired_p(means - 48, np.zeros(40)))


def test_an_interval_over_clusters_covers_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(8)
    clusters = np.repeat(np.arange(60), 5)
    covered = plain = 0
    for _ in range(60):
        values = np.repeat(rng.normal(0, 1, 60), 5) + rng.normal(0, 0.5, 300)
        covered += bootstrap_interval(values, clusters)[0] < 0 < bootstrap_interval(values, clusters)[1]
        plain += bootstrap_interval(values)[0] < 0 < bootstrap_interval(values)[1]
    assert covered >= 53 > 45 >= plain


def test_clusters_of_unequal_size_by_hand():
    gaps, clusters = np.array([1.0, 2.0, 6.0]), np.array([0, 0, 1])
    error = np.sqrt((3.0**2 + 3.0**2) * 2 / 1) / 3  # residuals from the mean of 3, summed by cluster
    assert paired_p(gaps, np.zeros(3), clusters) == pytest.approx(2 * stats.t.sf(3 / error, 1))


@pytest.mark.parametrize(
    ("gaps", "clusters", "p"),
    [
        ([1.0, 2.0], [0, 0], 1),
        ([np.nan, 2.0], [0, 1], 1),
        ([], [], 1),
        ([0.0, 0.0], [0, 1], 1),
        ([2.0, 2.0], [0, 1], 0),
    ],
)
def test_degenerate_clusters(gaps, clusters, p):
    gaps, clusters = np.array(gaps), np.array(clusters, dtype=np.int64)
    assert paired_p(gaps, np.zeros(len(gaps)), clusters) == p
    if len(set(clusters.tolist())) < 2:
        assert bootstrap_interval(gaps, clusters) is None
