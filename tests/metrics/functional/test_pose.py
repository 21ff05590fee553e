"""Where an edit takes joints, by joints that are given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.metrics.functional.pose import SEEN, pose_alignment, weights

START = np.random.default_rng(0).uniform(0, 100, (33, 2))
ALIKE = np.ones(33)
RIGHT = np.array([40.0, 0.0])


@given(st.floats(-0.9, 2.0), st.floats(0.1, 10.0))
def test_a_part_of_the_way_scores_that_part(share, size):
    found = pose_alignment(START, START + RIGHT, START + share * RIGHT, ALIKE, 100 * size)
    assert found.value == pytest.approx(1 - abs(1 - share))
    assert found.motion == pytest.approx(0.4 / size)
    assert found.error == pytest.approx(abs(1 - share) * 0.4 / size)


def test_no_edit_is_further_off_than_minus_one():
    assert pose_alignment(START, START + RIGHT, START - 5 * RIGHT, ALIKE, 100).value == -1


def test_a_joint_counts_as_its_weight_says():
    goal = START + RIGHT
    edited = goal.copy()
    edited[0] = START[0]
    for weight in (0.0, 0.5, 1.0):
        uneven = ALIKE.copy()
        uneven[0] = weight
        found = pose_alignment(START, goal, edited, uneven, 100).value
        assert found == pytest.approx(1 - weight / uneven.sum())


def test_a_joint_that_should_stay_counts_as_well():
    goal, edited = START.copy(), START.copy()
    goal[0] += RIGHT
    edited[0] += RIGHT
    assert pose_alignment(START, goal, edited, ALIKE, 100).value == 1
    edited[1] += RIGHT / 4
    assert pose_alignment(START, goal, edited, ALIKE, 100).value == pytest.approx(0.75)


def test_weights_are_of_where_a_joint_is_seen_worst():
    seen = np.array([[0.9, 0.8, 1.0, SEEN], [1.0, 0.49, 0.7, 1.0]])
    assert weights(seen) == pytest.approx([0.9, 0, 0.7, SEEN])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"edited": START[:5]}, "joints must be .N, 2. thrice"),
        ({"weight": np.ones((33, 1))}, "joints must be .N, 2. thrice"),
        ({"weight": -ALIKE}, "weights must be 0 and up"),
        ({"weight": 0 * ALIKE}, "weights must be 0 and up"),
        ({"size": 0.0}, "the body's size above 0"),
        ({"target": START}, "the target moves no joint"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, message):
    whole = {"first": START, "target": START + RIGHT, "edited": START, "weight": ALIKE, "size": 100.0}
    with pytest.raises(ValueError, match=message):
        pose_alignment(**(whole | change))
