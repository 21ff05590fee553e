"""The motions that the embedded benchmark is made of."""

import numpy as np
import pytest

from motionedit_bench.benchmarks.sample.motions import (
    above,
    chain,
    grid,
    inverse,
    shift,
    stretch,
    turn,
    within,
)
from motionedit_bench.benchmarks.sample.scenes import SCENES, Scene

OF_SCENE = {scene.task.id: scene for scene in SCENES}


def test_motions_by_hand() -> None:
    points = np.array([[3.0, 1.0]])
    assert shift(2, -5)(points).tolist() == [[5, -4]]
    assert turn(90, about=(1, 1))(points) == pytest.approx(np.array([[1.0, 3.0]]))  # clockwise: y is down
    assert stretch(2, 0.5, about=(1, 3))(points).tolist() == [[5, 2]]
    assert chain(shift(1, 0), turn(90, (0, 0)))(points) == pytest.approx(np.array([[-1.0, 4.0]]))


def test_fading_is_full_at_the_centre_and_exactly_none_outside() -> None:
    points = np.array([[10.0, 10.0], [14.0, 10.0], [10.0, 12.0], [30.0, 30.0]])
    moved = within((10, 10), (4, 2), shift(3, 0))(points) - points
    assert moved.tolist() == [[3, 0], [0, 0], [0, 0], [0, 0]]
    points = np.array([[5.0, 0.0], [5.0, 10.0], [5.0, 15.0], [5.0, 20.0], [5.0, 25.0]])
    moved = above(20, 10, shift(4, 0))(points) - points
    assert moved.tolist() == [[4, 0], [4, 0], [2, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize("scene", SCENES, ids=list(OF_SCENE))
def test_motions_are_undone_to_a_thousandth_of_a_pixel(scene: Scene) -> None:
    for subject in scene.subjects:
        pixels = grid(300, 450)
        if subject.outline is not None:
            outline = np.array(subject.outline, float)
            left, top = outline.min(axis=0)
            right, bottom = outline.max(axis=0)
            pixels = shift(left, top)(grid(int(bottom - top) + 1, int(right - left) + 1))
        assert np.abs(inverse(subject.motion, subject.motion(pixels)) - pixels).max() < 1e-3


def test_a_motion_beyond_fixed_points_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be inverted"):
        inverse(turn(90, (0, 0)), grid(5, 5))
