"""Whether an edit takes a person's joints where the target takes them, as a pure function on arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

LEAST = 6
"""Joints without which nothing is said of a pose."""
SEEN = 0.5
"""A joint counts if it is as visible as this in all three pictures."""
SMALLEST = 0.03
"""A person moves if the joints do by this share of the body's size, in the mean: about three times as far as
a network's joints wander between pictures of the same pose."""


@dataclass(frozen=True)
class PoseAlignment:
    """How an edit's pose compares with the target's.

    Attributes:
        value: -1 to 1, higher is better: 1 in the target's pose and place, 0 where the person was.
        motion: how far the target takes the joints, weighted mean, as a share of the body's size.
        error: how far the edit's joints are from the target's, likewise.
    """

    value: float
    motion: float
    error: float


def weights(visibilities: Array) -> Array:
    """How much each joint counts, (N,), 0 to 1, by how visible it is in each of several pictures, (P, N).

    As much as where it is seen worst; nothing below `SEEN`.
    """
    worst = visibilities.min(axis=0)
    return np.asarray(np.where(worst >= SEEN, worst, 0.0))


def motion_of(first: Array, second: Array, weight: Array, size: float) -> float:
    """How far joints (N, 2) move, weighted mean, as a share of the body's size."""
    return float(np.average(np.linalg.norm(second - first, axis=-1), weights=weight)) / size


def pose_alignment(first: Array, target: Array, edited: Array, weight: Array, size: float) -> PoseAlignment:
    """How near an edit takes a person's joints to where the target takes them.

    ``1 - sum(w |edited - target|) / sum(w |target - first|)``, and not below -1: 1 for the target, 0 for
    doing nothing, 1/2 half the way, negative where the joints are further from the target than they were. A
    joint that the target leaves where it was counts as well: an edit that moves it is further off.

    Takes joints (N, 2) in pixels, weights (N,), 0 and up, and the body's size in pixels.

    Raises:
        ValueError: other shapes, no weight, a size that is not positive, or a target that moves no joint.

    >>> import numpy as np
    >>> start = np.zeros((2, 2)); goal = start + [8.0, 0.0]
    >>> [pose_alignment(start, goal, start + [x, 0.0], np.ones(2), 64.0).value for x in (8, 4, 0, -4)]
    [1.0, 0.5, 0.0, -0.5]
    """
    if not (first.shape == target.shape == edited.shape == (*weight.shape, 2)) or weight.ndim != 1:
        shapes = [one.shape for one in (first, target, edited, weight)]
        raise ValueError(f"joints must be (N, 2) thrice and weights (N,), but got {shapes}")
    if not (weight >= 0).all() or not weight.any() or not size > 0:
        raise ValueError("weights must be 0 and up with one above, and the body's size above 0")
    motion, error = motion_of(first, target, weight, size), motion_of(edited, target, weight, size)
    if not motion:
        raise ValueError("the target moves no joint: there is nothing to align with")
    return PoseAlignment(max(1 - error / motion, -1.0), motion, error)
