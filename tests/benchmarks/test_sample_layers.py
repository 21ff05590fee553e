"""Layers of a picture: holes, guests, and what lies in front."""

import numpy as np
import pytest

from motionedit_bench.benchmarks.sample.holes import Subject, render
from motionedit_bench.benchmarks.sample.layers import Outline, ellipse
from motionedit_bench.benchmarks.sample.motions import (
    grid,
    shift,
)


def ramp(height: int = 60, width: int = 80) -> np.ndarray:
    """A photograph that is a slope of grey."""
    grey = grid(height, width) @ np.array([1.5, 1.0]) + 20
    return np.repeat(grey[..., None], 3, axis=-1).astype(np.uint8)


def square(x: float, y: float, side: float) -> Outline:
    return (x, y), (x + side, y), (x + side, y + side), (x, y + side)


@pytest.mark.parametrize("donor", [None, (20, 0), (0, 300)])
def test_a_hole_in_a_slope_is_filled_with_the_slope(donor: tuple[int, int] | None) -> None:
    photo = ramp()
    block = photo.copy()
    block[20:31, 20:31] = 250
    triplet = render(block, (Subject(shift(40, 0), square(20, 20, 10), donor),))
    hole = (slice(14, 37), slice(14, 37))
    assert np.abs(triplet.target[hole].astype(int) - photo[hole]).max() <= 2
    assert (triplet.target[22:29, 62:69] == 250).all()
    assert (triplet.input[22:29, 22:29] == 250).all()
    assert (triplet.flow[22:29, 22:29] == (40, 0)).all()


def test_a_guest_stands_before_an_untouched_photograph() -> None:
    photo, guests = ramp(), np.full((60, 80, 3), 200, np.uint8)
    triplet = render(photo, (Subject(shift(30, 0), ellipse((20, 30), (8, 8))),), guests=guests)
    assert (triplet.input[30, 20] == 200).all()
    assert (triplet.target[30, 50] == 200).all()
    assert (triplet.target[20:40, 5:35] == photo[20:40, 5:35]).all()


def test_a_later_subject_and_the_front_lie_over_earlier_ones() -> None:
    photo = ramp()
    photo[10:20, 10:20], photo[10:20, 60:70], photo[40:50, 10:20] = 0, 255, 128
    black, white, grey = square(10, 10, 9), square(60, 10, 9), square(10, 40, 9)
    meeting = (Subject(shift(25, 0), black), Subject(shift(-25, 0), white))
    assert (render(photo, meeting).target[15, 39] == 255).all()
    sinking = render(photo, (Subject(shift(0, 30), black),), front=grey)
    assert (sinking.target[45, 15] == 128).all()
    assert (sinking.flow[15, 15] == (0, 30)).all()
