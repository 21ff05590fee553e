"""What a camera does between two pictures, from places that are known in both. Pure functions on arrays.

Source: RANSAC (Fischler and Bolles 1981), then least squares on those that follow.
"""

import cv2
import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

FEWEST = 12
"""From fewer places no camera is told."""
STILL = np.eye(2, 3)
"""A camera that does not move."""


def camera(start: Points, end: Points, near: float, rigid: bool = False) -> Matrix | None:
    """The motion that most places follow within ``near`` pixels, (2, 3): ``matrix @ (x, y, 1)`` is the end.

    Shift, turn, zoom and stretch in one; ``rigid`` leaves out the stretch, so that it can be carried on to
    where no place is known. Stillness is preferred where at least half as many stand still as follow the fit:
    a large subject is no camera. ``None`` where fewer than `FEWEST` places, or less than a third, follow.

    Takes places (N, 2) in pixels, row by row.
    """
    if len(start) < FEWEST:
        return None
    fit = cv2.estimateAffinePartial2D if rigid else cv2.estimateAffine2D
    matrix, _ = fit(start, end, ransacReprojThreshold=near, maxIters=2000)
    follow, best = _followers(STILL, start, end, near), STILL
    if matrix is not None and (count := _followers(matrix, start, end, near)) > 2 * follow:
        follow, best = count, matrix
    return best if follow >= max(FEWEST, len(start) / 3) else None


def undone(matrix: Matrix, places: Points) -> Points:
    """Where places (N, 2) of the second picture were before the camera moved."""
    return np.asarray(np.linalg.solve(matrix[:, :2], (places - matrix[:, 2]).T).T)


def _followers(matrix: Matrix, start: Points, end: Points, near: float) -> int:
    goal = start @ matrix[:, :2].T + matrix[:, 2]
    return int(np.count_nonzero(np.hypot(*(goal - end).T) <= near))
