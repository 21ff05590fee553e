"""The camera by places that are known in two pictures."""

import numpy as np
import pytest

from motionedit_bench.metrics.functional.camera import FEWEST, STILL, camera, undone

START = np.random.default_rng(0).uniform(0, 500, (60, 2))
PAN = np.array([[1, 0, 30.0], [0, 1, -10.0]])
ZOOM = np.array([[1.1, 0.05, -20.0], [-0.05, 1.1, 8.0]])


def moved(matrix, places=START):
    return places @ matrix[:, :2].T + matrix[:, 2]


@pytest.mark.parametrize("rigid", [False, True])
@pytest.mark.parametrize("matrix", [STILL, PAN, ZOOM], ids=["still", "pan", "zoom"])
def test_what_most_places_follow_is_the_camera_whatever_the_others_do(matrix, rigid):
    end = moved(matrix)
    end[:15] += np.random.default_rng(1).uniform(60, 300, (15, 2))
    found = camera(START, end, 2.0, rigid)
    assert found == pytest.approx(matrix, abs=1e-4)
    assert undone(found, moved(matrix)) == pytest.approx(START, abs=1e-3)


def test_a_stretch_is_no_rigid_camera():
    stretched = np.array([[1.4, 0, 0], [0, 0.7, 0]])
    assert camera(START, moved(stretched), 2.0) == pytest.approx(stretched, abs=1e-4)
    assert camera(START, moved(stretched), 2.0, rigid=True) is None


def test_stillness_is_preferred_to_a_large_subject():
    end = START.copy()
    end[:38] += [30, 0]
    assert camera(START, end, 2.0) is STILL
    end[38:42] += [30, 0]
    assert camera(START, end, 2.0) == pytest.approx(np.array([[1, 0, 30.0], [0, 1, 0]]), abs=1e-4)


def test_from_few_places_or_from_disorder_no_camera_is_told():
    few = START[: FEWEST - 1]
    assert camera(few, few, 2.0) is None
    assert camera(START[:FEWEST], START[:FEWEST], 2.0) is STILL
    assert camera(START[:0], START[:0], 2.0) is None
    assert camera(START, np.random.default_rng(2).uniform(0, 500, START.shape), 2.0) is None
