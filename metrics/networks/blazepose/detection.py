"""What BlazePose's first network answers, turned into people: anchors, boxes, one box a person."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

SIDE = 224
"""Side of the network's input, pixels."""
LAYERS = ((8, 2), (16, 2), (32, 6))
"""Stride of each grid of anchors, pixels, and how many anchors a cell has."""
CERTAIN = 0.5
"""The score from which on a box counts as a person."""
SAME = 0.3
"""Boxes whose intersection is more than this share of their union are of one person."""
LARGEST_LOGIT = 100.0

Array = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Detection:
    """One person as the first network sees it, in pixels of the picture.

    Attributes:
        score: how certain it is, 0 to 1.
        hips: the middle of the hips, (x, y).
        rim: a point of the circle around hips that holds the whole body, in the direction of the head.
    """

    score: float
    hips: Array
    rim: Array


def letterboxed(image: Pixels) -> npt.NDArray[np.float32]:
    """The network's input, (1, 224, 224, 3), -1 to 1: the picture in the middle, black around it."""
    height, width = image.shape[:2]
    scale = SIDE / max(height, width)
    size = max(1, round(scale * width)), max(1, round(scale * height))
    shrunk = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    canvas = np.full((1, SIDE, SIDE, 3), -1, np.float32)
    canvas[0, top : top + size[1], left : left + size[0]] = shrunk / np.float32(127.5) - 1
    return canvas


def anchors() -> Array:
    """Centres of the 2,254 anchors, (2254, 2), x and y, 0 to 1, in the order of the network's answers."""
    grids = []
    for stride, count in LAYERS:
        cells = SIDE // stride
        rows, columns = np.mgrid[:cells, :cells]
        centres = (np.stack([columns.ravel(), rows.ravel()], axis=-1) + 0.5) / cells
        grids.append(np.repeat(centres, count, axis=0))
    return np.concatenate(grids)


def detections(values: Array, logits: Array, width: int, height: int) -> list[Detection]:
    """The people of a picture of that size, the most certain first.

    Takes the network's answers: (2254, 12), centre and sides of a box and four points, in pixels of its input
    from the anchor's centre on, and (2254,), the scores' logits. Boxes of one person become their mean,
    weighted by their scores.
    """
    scores = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -LARGEST_LOGIT, LARGEST_LOGIT)))
    chosen = np.flatnonzero(scores >= CERTAIN)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")]
    scores, values, centres = scores[chosen], values[chosen].astype(np.float64), anchors()[chosen]
    places = values.reshape(-1, 6, 2) / SIDE
    middle, sides = places[:, 0] + centres, places[:, 1]
    corners = np.hstack([middle - sides / 2, middle + sides / 2])
    points = np.hstack([corners, (places[:, 2:4] + centres[:, None]).reshape(-1, 4)])
    found = []
    while len(scores):
        one = overlaps(points[0, :4], points[:, :4]) > SAME
        one[0] = True
        mean = np.average(points[one], axis=0, weights=scores[one])
        found.append(_placed(float(scores[0]), mean[4:].reshape(2, 2), width, height))
        scores, points = scores[~one], points[~one]
    return found


def overlaps(box: Array, others: Array) -> Array:
    """Intersection over union of a box with each of others (N, 4), 0 to 1."""
    shared = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    both = np.prod(np.maximum(shared, 0), axis=-1)
    union = np.prod(box[2:] - box[:2]) + np.prod(others[:, 2:] - others[:, :2], axis=-1) - both
    return np.asarray(both / np.maximum(union, 1e-12))


def _placed(score: float, points: Array, width: int, height: int) -> Detection:
    """From shares of the network's input to pixels of the picture, whose first has its centre at (0, 0)."""
    longer = max(width, height)
    placed = points * longer - (longer - np.array([width, height])) / 2 - 0.5
    return Detection(score, placed[0], placed[1])
