"""The motions of the embedded benchmarks: maps of the plane, known exactly.

A motion takes points (..., 2), float64, (x, y) in pixels (x right, y down, pixel centres at whole
numbers), and says where they go.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Motion = Callable[[Points], Points]
Pair = tuple[float, float]

TOLERANCE = 1e-4
"""`inverse` is right to this many pixels."""


def grid(height: int, width: int) -> Points:
    """All pixels of a picture, (height, width, 2)."""
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    return np.stack([columns, rows], axis=-1)


def shift(right: float, down: float) -> Motion:
    """Everything moves by the same vector."""
    return lambda points: points + np.array([right, down])


def turn(degrees: float, about: Pair) -> Motion:
    """A rotation, clockwise as one sees it, about a fixed point."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return lambda points: (points - about) @ matrix.T + np.array(about)


def stretch(across: float, upright: float, about: Pair) -> Motion:
    """Distances from a fixed point multiplied, separately along x and y."""
    return lambda points: (points - about) * (across, upright) + np.array(about)


@dataclass(frozen=True)
class Similarity:
    """Turned by degrees, clockwise as one sees it, and scaled, both about a point; then shifted.

    It is a motion with an exact inverse, and with parts that turn and scale on the way.
    """

    shift: Pair = (0.0, 0.0)
    turn: float = 0.0
    scale: float = 1.0
    about: Pair = (0.0, 0.0)

    def __call__(self, points: Points) -> Points:
        return (points - self.about) @ self._matrix().T * self.scale + np.add(self.about, self.shift)

    def back(self, points: Points) -> Points:
        """Where points came from."""
        start: Points = (points - np.add(self.about, self.shift)) @ self._matrix() / self.scale + self.about
        return start

    def part(self, fraction: float) -> Self:
        """That fraction of it: 0 is none of it, 1 all of it, less than 0 the opposite way."""
        right, down = self.shift
        shift = (fraction * right, fraction * down)
        return type(self)(shift, fraction * self.turn, self.scale**fraction, self.about)

    def _matrix(self) -> Points:
        angle = np.radians(self.turn)
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def part(fraction: float, motion: Motion) -> Motion:
    """That fraction of the way of a motion, straight: 0 is none of it, 1 all of it."""
    return lambda points: points + fraction * (motion(points) - points)


def chain(*motions: Motion) -> Motion:
    """One motion after the other."""

    def chained(points: Points) -> Points:
        for motion in motions:
            points = motion(points)
        return points

    return chained


def within(centre: Pair, radii: Pair, motion: Motion) -> Motion:
    """That motion in full at the centre, fading smoothly to exactly none at an ellipse's rim."""

    def faded(points: Points) -> Points:
        squared = (((points - centre) / radii) ** 2).sum(axis=-1, keepdims=True)
        weight: Points = np.clip(1 - squared, 0, 1) ** 2
        return points + weight * (motion(points) - points)

    return faded


def above(base: float, full: float, motion: Motion) -> Motion:
    """That motion in full above the row ``full``, fading smoothly to exactly none at ``base``."""

    def faded(points: Points) -> Points:
        height = np.clip((base - points[..., 1:]) / (base - full), 0, 1)
        return points + height**2 * (3 - 2 * height) * (motion(points) - points)

    return faded


def inverse(motion: Motion, points: Points) -> Points:
    """Where points came from, to `TOLERANCE`, by fixed-point iteration.

    Raises:
        ValueError: no convergence, as for motions that fold the plane or turn by 60 degrees.
    """
    origin = points
    for _ in range(100):
        miss = points - motion(origin)
        if np.abs(miss).max() < TOLERANCE:
            return origin
        origin = origin + miss
    raise ValueError("this motion cannot be inverted by fixed-point iteration")
