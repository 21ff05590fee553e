"""The camera's motion: similarity fits between consecutive frames, composed.

A fit straight from the first frame to the last is wrong for pans: what leaves the frame cannot be followed.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.flow.base import Flow

Matrix = npt.NDArray[np.float64]

STEP = 8
"""Pixels between the points whose flow a fit goes through."""

NEAR = 0.5
"""Pixels by which a point's flow may differ from the fit to agree with it."""

FEWEST = 12
"""From fewer points no fit is made."""

STILL: Matrix = np.eye(3)
"""The matrix of a camera that does not move."""


@dataclass(frozen=True)
class Fit:
    """A similarity (rotation, one scale, shift) as a matrix (3, 3) of pixels to pixels.

    ``inliers`` is the share of the points that agree with it; 0 where no fit can be made.
    """

    matrix: Matrix
    inliers: float


def fit(flow: Flow, inside: npt.NDArray[np.bool_] | None = None) -> Fit:
    """The similarity that most of a flow (H, W, 2) agrees with, by RANSAC; the same each time.

    With ``inside`` (H, W), only that part of the flow is looked at.
    """
    height, width = flow.shape[:2]
    rows, columns = np.mgrid[STEP // 2 : height : STEP, STEP // 2 : width : STEP]
    rows, columns = rows.ravel(), columns.ravel()
    if inside is not None:
        rows, columns = rows[inside[rows, columns]], columns[inside[rows, columns]]
    if len(rows) < FEWEST:
        return Fit(STILL, 0.0)
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    there = points + flow[rows, columns]
    found, agree = cv2.estimateAffinePartial2D(
        points, there, method=cv2.RANSAC, ransacReprojThreshold=NEAR, maxIters=2000, confidence=0.999
    )
    if found is None:
        return Fit(STILL, 0.0)
    return Fit(np.vstack([found, [0, 0, 1]]), float(np.mean(agree)))


def displacement(matrix: Matrix, height: int, width: int) -> Matrix:
    """By how many pixels (dx, dy) a matrix moves each pixel; shape (H, W, 2)."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    a, b, c = matrix[0]
    d, e, f = matrix[1]
    return np.stack([a * columns + b * rows + c - columns, d * columns + e * rows + f - rows], axis=2)
