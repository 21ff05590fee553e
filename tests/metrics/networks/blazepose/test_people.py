"""Who is confirmed by the mirror."""

import numpy as np
import pytest

from motionedit_bench.metrics.networks.blazepose.people import JOINTS, LIMBS, MIRRORED, Person, confirmed

WIDTH = 200


def somebody(x=60.0, certainty=0.9, size=100.0):
    rng = np.random.default_rng(0)
    return Person(rng.uniform((x, 0), (x + 80, 80), (33, 2)), np.full(33, 0.8), size, certainty)


def in_the_mirror(one, shift=0.0):
    joints = one.joints[MIRRORED] * [-1, 1] + [WIDTH - 1 + shift, 0]
    return Person(joints, one.visibility[MIRRORED], one.size, one.certainty - 0.1)


def test_the_joints_are_those_of_the_network():
    assert len(JOINTS) == 33
    assert [JOINTS[k] for k in (0, 2, 5, 7, 11, 15, 16, 20, 23, 28, 30, 32)] == [
        "nose",
        "left_eye_middle",
        "right_eye_middle",
        "left_ear",
        "left_shoulder",
        "left_wrist",
        "right_wrist",
        "right_index_finger",
        "left_hip",
        "right_ankle",
        "right_heel",
        "right_toe",
    ]
    assert MIRRORED[0] == 0
    assert [MIRRORED[k] for k in MIRRORED] == list(range(33))
    assert {JOINTS[k].partition("_")[0] for k in (MIRRORED[11], MIRRORED[27])} == {"right"}
    assert max(max(pair) for pair in LIMBS) < 33


def test_who_is_in_the_mirror_as_well_is_confirmed_and_each_gets_their_own():
    one, other = somebody(20), somebody(100)
    found = confirmed([one, other], [in_the_mirror(other), in_the_mirror(one)], WIDTH)
    assert [
        person.joints == pytest.approx(who.joints) for person, who in zip(found, (one, other), strict=True)
    ]
    assert found[0].certainty == pytest.approx(0.8)
    assert found[0].visibility.min() == 0.8


def test_joints_are_the_mean_and_those_that_differ_are_not_seen():
    one = somebody()
    mirrored = in_the_mirror(one, shift=2)
    mirrored.joints[0] += [0, 30]
    (found,) = confirmed([one], [mirrored], WIDTH)
    assert found.visibility[0] == 0
    assert found.visibility[1:].min() == 0.8
    assert found.joints[1:] == pytest.approx(one.joints[1:] - np.array([1, 0]))


@pytest.mark.parametrize("shift", [6.0, -50.0])
def test_who_is_elsewhere_in_the_mirror_is_nobody(shift):
    one = somebody()
    assert confirmed([one], [in_the_mirror(one, shift)], WIDTH) == []
    assert confirmed([one], [], WIDTH) == []
    assert confirmed([], [one], WIDTH) == []


def test_who_shows_no_joint_is_nobody():
    one = somebody()
    hidden = Person(one.joints, np.full(33, 0.4), one.size, one.certainty)
    assert confirmed([hidden], [in_the_mirror(hidden)], WIDTH) == []


def test_one_in_the_mirror_confirms_one_alone():
    one = somebody()
    assert len(confirmed([one, one], [in_the_mirror(one)], WIDTH)) == 1
