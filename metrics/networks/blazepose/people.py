"""People in a picture, and which of them are still there when it is mirrored. Pure functions on arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SIDES = ("left", "right")
JOINTS = (
    "nose",
    *(f"{side}_eye_{part}" for side in SIDES for part in ("inner", "middle", "outer")),
    *(f"{side}_{part}" for part in ("ear", "mouth") for side in SIDES),
    *(f"{side}_{part}" for part in ("shoulder", "elbow", "wrist") for side in SIDES),
    *(f"{side}_{part}" for part in ("little_finger", "index_finger", "thumb") for side in SIDES),
    *(f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "toe") for side in SIDES),
)
"""The 33 joints in order."""
LIMBS = (
    *((0, 2), (0, 5), (2, 7), (5, 8), (9, 10), (11, 12), (11, 23), (12, 24), (23, 24)),
    *((11, 13), (13, 15), (15, 19), (12, 14), (14, 16), (16, 20)),
    *((23, 25), (25, 27), (27, 31), (24, 26), (26, 28), (28, 32)),
)
"""Pairs of joints that a line joins in a drawing."""
MIRRORED = [
    JOINTS.index(name.replace("left", "L").replace("right", "left").replace("L", "right")) for name in JOINTS
]
"""Which joint each is in the mirror."""
SEEN = 0.5
"""The visibility from which on a joint is seen."""
AGREE = 0.05
"""How far a joint may lie from where the mirrored picture has it, as a share of the body's size."""


@dataclass(frozen=True)
class Person:
    """One person in a picture.

    Attributes:
        joints: (33, 2), x and y in pixels, those of the picture's first pixel (0, 0); see `JOINTS`. All are
            told, also where they are hidden or outside of the picture.
        visibility: (33,), how likely each is seen, 0 to 1; 0 where the mirrored picture has it elsewhere.
        size: diameter of the circle around the whole body, pixels: about how tall the person stands.
        certainty: the second network's that somebody is there, 0 to 1.
    """

    joints: Array
    visibility: Array
    size: float
    certainty: float


def confirmed(people: Sequence[Person], mirrored: Sequence[Person], width: int) -> list[Person]:
    """Those that the mirrored picture, as wide as that, has as well; each the mean of both.

    Somebody is confirmed if half of the joints that both see are in one place. A joint that is not is seen by
    neither. What only looks like a person (a car on its nose, a cookie) rarely passes.
    """
    left = [_back(one, width) for one in mirrored]
    found = []
    for one in people:
        if not left:
            break
        offs = [_off(one, other) for other in left]
        best = int(np.argmin(offs))
        if offs[best] < AGREE:
            found.append(_mean(one, left.pop(best)))
    return found


def _back(one: Person, width: int) -> Person:
    """Somebody in the mirror as in the picture."""
    joints = one.joints[MIRRORED] * [-1, 1] + [width - 1, 0]
    return Person(joints, one.visibility[MIRRORED], one.size, one.certainty)


def _apart(one: Person, other: Person) -> Array:
    """How far the joints of two lie apart, as a share of the body's size."""
    size = (one.size + other.size) / 2
    return np.asarray(np.linalg.norm(one.joints - other.joints, axis=-1) / size)


def _off(one: Person, other: Person) -> float:
    """The median over the joints that both see; infinite where there is none."""
    seen = np.minimum(one.visibility, other.visibility) >= SEEN
    return float(np.median(_apart(one, other)[seen])) if seen.any() else np.inf


def _mean(one: Person, other: Person) -> Person:
    visibility = np.minimum(one.visibility, other.visibility)
    return Person(
        joints=(one.joints + other.joints) / 2,
        visibility=np.where(_apart(one, other) < AGREE, visibility, 0.0),
        size=(one.size + other.size) / 2,
        certainty=min(one.certainty, other.certainty),
    )
