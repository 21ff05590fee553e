"""From rewards to optimality, against the formulas in plain NumPy, and group by group."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.training.optimality import advantages, banned, optimalities, optimality, standing

RULES = {"flat_std": 0.05, "good_mean": 0.9}


def test_advantages_and_optimality_equal_the_formulas_computed_apart():
    rng = np.random.default_rng(0)
    table = rng.random((24, 8)) * 0.8
    rewards = {f"item-{row}": list(values) for row, values in enumerate(table)}
    expected = (table - table.mean(1, keepdims=True)) / (table.std() + 1e-4)
    found = advantages(rewards)
    assert np.abs(np.array(list(found.values())) - expected).max() < 1e-10
    released = np.clip(expected, -5, 5) / 10 + 0.5
    paper = 0.5 + 0.5 * np.clip((table - table.mean(1, keepdims=True)) / (5 * (table.std() + 1e-4)), -1, 1)
    found = np.array(list(optimalities(rewards, **RULES).values()))
    assert np.abs(found - released).max() < 1e-10
    assert np.abs(found - paper).max() < 1e-10


def test_an_edit_without_a_reward_leaves_every_statistic_and_is_no_zero():
    with_hole = advantages({"a": [0.2, None, 0.6], "b": [0.5, 0.9, None]})
    without = advantages({"a": [0.2, 0.6], "b": [0.5, 0.9]})
    assert with_hole == {"a": [without["a"][0], None, without["a"][1]], "b": [*without["b"], None]}


def test_groups_that_teach_nothing_are_skipped_and_named():
    assert standing([0.2, None, None], **RULES) == "unscored"
    assert standing([], **RULES) == "unscored"
    assert standing([0.40, 0.45, 0.42], **RULES) == "flat"
    assert standing([0.8, 1.0, 0.95], **RULES) == "good"
    assert standing([0.7, 0.9, 0.8], **RULES) == "taught"
    found = optimalities({"flat": [0.5, 0.5], "lonely": [0.1, None], "taught": [0.2, 0.8]}, **RULES)
    assert found["flat"] == found["lonely"] == [None, None]
    assert found["taught"][0] < 0.5 < found["taught"][1]


def test_a_skipped_group_still_counts_in_the_spread_of_the_step():
    alone = advantages({"a": [0.2, 0.8]})["a"][1]
    beside = advantages({"a": [0.2, 0.8], "flat": [0.5] * 10})["a"][1]
    assert beside == pytest.approx(0.3 / (np.std([0.2, 0.8, *[0.5] * 10]) + 1e-4))
    assert beside > alone


def test_only_what_is_alike_and_good_is_banned():
    assert banned([0.95, 0.96, 0.97], **RULES)
    assert not banned([0.95, 0.8, 1.0], **RULES)
    assert not banned([0.5, 0.5], **RULES)
    assert not banned([0.95, None], **RULES)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8))
def test_optimality_is_a_number_from_0_to_1_that_never_falls(values):
    found = [optimality(one) for one in sorted(values)]
    assert found == sorted(found)
    assert 0 <= found[0] <= found[-1] <= 1


def test_no_rewards_at_all_are_no_error():
    assert optimalities({"a": [None, None]}, **RULES) == {"a": [None, None]}
    assert optimalities({}, **RULES) == {}
