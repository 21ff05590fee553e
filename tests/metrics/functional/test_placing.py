import numpy as np
import pytest

from motionedit_bench.metrics.functional.placing import place, subject

START = np.array([[10.0, 10], [20, 10], [10, 20], [20, 20], [15, 15]])
MOTION = np.array([40.0, 30])
GOAL = START + MOTION


@pytest.mark.parametrize(
    ("share", "wanted"), [(0, 0), (1 / 3, 1 / 3), (0.5, 0.5), (1, 1), (1.5, 0.5), (2, 0), (-1, 0)]
)
def test_the_share_of_the_way_is_the_value_and_beyond_the_goal_it_falls_again(share, wanted):
    assert place(START, GOAL, START + share * MOTION) == pytest.approx(wanted)


def test_the_wrong_way_and_the_right_way_at_the_side_are_0():
    assert place(START, GOAL, START + np.array([-30, 40])) == 0
    assert place(START, GOAL, GOAL + np.array([-60, 80])) == 0


def test_single_points_that_go_astray_do_not_count():
    found = GOAL.copy()
    found[0] += 500
    assert place(START, GOAL, found) == 1


def test_points_that_are_not_found_are_left_out_and_fewer_than_four_are_nowhere():
    found = GOAL.copy()
    found[0] = np.nan
    assert place(START, GOAL, found) == 1
    found[1] = np.nan
    assert place(START, GOAL, found) == 0


@pytest.mark.parametrize("goal", [GOAL[:3], np.vstack([GOAL[:4], START[4]])], ids=["few", "still"])
def test_too_few_points_and_points_that_stay_are_refused(goal):
    start = START[: len(goal)]
    with pytest.raises(ValueError, match="4 points that move"):
        place(start, goal, start)


def test_the_subject_is_what_leaves_the_rest_behind():
    background = np.arange(40.0).reshape(20, 2)
    pan = np.array([8.0, 0])
    start = np.concatenate([background, START])
    goal = np.concatenate([background + pan, GOAL])
    chosen = subject(start, goal, start + pan, 200)
    assert chosen.tolist() == [False] * 20 + [True] * 5


def test_where_everything_moves_alike_all_of_it_is_the_subject():
    assert subject(START, GOAL, GOAL, 200).all()
    assert not subject(START, START + 0.5, START, 200).any()
