"""Points of two pictures that look alike, wherever they are: SIFT (Lowe 2004)."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.flow.base import Array

Points = npt.NDArray[np.float64]

MOST = 4000
"""Points of a picture that are kept, the strongest."""
CONTRAST = 0.02
"""The contrast below which a point does not count; half of OpenCV's own value, for smooth subjects."""
RATIO = 0.85
"""A match counts where the second best is further away by more than this factor."""


@dataclass(frozen=True)
class Matches:
    """Points of the first picture and, row by row, those of the second that look like them.

    Attributes:
        first, second: (N, 4): x, y and diameter in pixels, direction in radians.
    """

    first: Points
    second: Points

    def scaled(self, across: float, down: float) -> "Matches":
        """The same in pictures of another size; the centre of the first pixel is (0, 0)."""
        factors = np.array([across, down])
        places = [np.c_[(one[:, :2] + 0.5) * factors - 0.5, one[:, 2:]] for one in (self.first, self.second)]
        return Matches(*places)


def find_matches(first: Array, second: Array) -> Matches:
    """The points of two grey pictures, uint8, that are each other's best match, and clearly so.

    Descriptors are compared as in RootSIFT (Arandjelovic and Zisserman 2012). They are whole numbers,
    so that their products are exact and the same however many threads compute them.
    """
    one, descriptions = _detect(first)
    two, others = _detect(second)
    if len(one) == 0 or len(two) < 2:
        return Matches(np.empty((0, 4)), np.empty((0, 4)))
    likeness = descriptions @ others.T
    best = likeness.argmax(1)
    rows = np.arange(len(one))
    mutual = likeness.argmax(0)[best] == rows
    highest = likeness[rows, best].copy()
    likeness[rows, best] = -1
    distances = [np.sqrt(np.maximum(2 * UNIT**2 - 2 * values, 0)) for values in (highest, likeness.max(1))]
    clear = mutual & (distances[0] < RATIO * distances[1])
    return Matches(one[clear], two[best[clear]])


UNIT = 512
"""The length of a descriptor, but for rounding."""


def _detect(image: Array) -> tuple[Points, npt.NDArray[np.float32]]:
    detector = cv2.SIFT.create(MOST, contrastThreshold=CONTRAST)
    found, described = detector.detectAndCompute(image, None)
    if described is None:
        return np.empty((0, 4)), np.empty((0, 128), np.float32)
    points = np.array([(*point.pt, point.size, np.deg2rad(point.angle)) for point in found])
    sums = np.maximum(described.sum(1, keepdims=True), 1)
    return points, np.rint(UNIT * np.sqrt(described / sums)).astype(np.float32)
