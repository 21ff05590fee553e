"""A flow as arrows: what a subject does once the camera's motion is taken away. Pure functions on arrays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.functional.camera import camera as fitted_camera
from motionedit_bench.metrics.functional.regions import diagonal

Flow = npt.NDArray[np.floating]
Region = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]

ACROSS = 24
"""So many cells, and arrows at most, lie along the longer side; a cell has 8 pixels at least."""
FOLLOWS = 0.005
"""How near a motion must be to the camera's to be the camera's, as a share of the diagonal; twice the
length below which metrics of motion call a pixel still, and a half."""
VISIBLE = 0.03
"""Arrows whose longer ones are below this share of the diagonal are drawn longer; see `enlargement`."""
MOST_ENLARGED = 8

Arrow = tuple[float, float, float, float]
"""(x, y, dx, dy), pixels of the first picture: where it starts, and the way to its end."""


@dataclass(frozen=True)
class Arrows:
    """The motion that is left when the camera's is taken away.

    Attributes:
        arrows: one a cell that moves by itself, in reading order.
        camera: mean length over the picture of the camera's motion, pixels; 0 where it stands still,
            ``None`` where it cannot be told: then nothing was taken away.
        diagonal: length of the picture's diagonal, pixels.
    """

    arrows: tuple[Arrow, ...]
    camera: float | None
    diagonal: float


def arrows(flow: Flow, trusted: Region) -> Arrows:
    """A flow (H, W, 2), (dx, dy) in pixels, as arrows where it is trusted (H, W) and not the camera's.

    The picture is divided into square cells, `ACROSS` along the longer side. A cell has an arrow if at least
    half of its pixels are trusted and move by more than `FOLLOWS` against the camera: their median, from the
    cell's centre. A pan alone has none.
    """
    across = diagonal(flow)
    found = camera(flow, trusted)
    left = flow if found is None else flow - _moved_by(found, flow.shape[:2])
    moving = trusted & (np.hypot(left[..., 0], left[..., 1]) > FOLLOWS * across)
    drawn = []
    for (x, y), place in _cells(flow.shape[:2]):
        if moving[place].mean() >= 0.5:
            dx, dy = np.median(left[place][moving[place]], axis=0)
            drawn.append((round(x, 1), round(y, 1), _tenths(dx), _tenths(dy)))
    length = None
    if found is not None:
        own = _moved_by(found, flow.shape[:2])
        length = float(np.hypot(own[..., 0], own[..., 1]).mean())
    return Arrows(tuple(drawn), length, across)


def camera(flow: Flow, trusted: Region) -> Matrix | None:
    """The motion of the camera, (2, 3), by the cells' median flows where at least half of a cell is trusted.

    A cell follows it within `FOLLOWS` of the diagonal; see `motionedit_bench.metrics.functional.camera`.
    """
    cells = [
        ((x, y), np.median(flow[place][trusted[place]], axis=0))
        for (x, y), place in _cells(flow.shape[:2])
        if trusted[place].mean() >= 0.5
    ]
    start = np.array([place for place, _ in cells]).reshape(-1, 2)
    end = start + np.array([motion for _, motion in cells]).reshape(-1, 2)
    return fitted_camera(start, end, FOLLOWS * diagonal(flow))


def enlargement(drawn: Iterable[Arrows]) -> int:
    """How many times as long as the motion all arrows of an item are drawn: 1, 2, 4 or `MOST_ENLARGED`.

    The least with which a tenth of the arrows are as long as `VISIBLE` of the diagonal.
    """
    lengths = [np.hypot(dx, dy) / each.diagonal for each in drawn for _, _, dx, dy in each.arrows]
    if not lengths:
        return 1
    longer = float(np.quantile(lengths, 0.9))
    return next((times for times in (1, 2, 4) if times * longer >= VISIBLE), MOST_ENLARGED)


def _tenths(value: float) -> float:
    return round(float(value), 1) + 0.0  # never -0.0


def _moved_by(matrix: Matrix, size: tuple[int, ...]) -> Flow:
    """The flow (H, W, 2) that a motion of the camera makes."""
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float64)
    places = np.stack([columns, rows], -1)
    return np.asarray(places @ matrix[:, :2].T + matrix[:, 2] - places)


def _cells(size: tuple[int, ...]) -> Iterator[tuple[tuple[float, float], tuple[slice, slice]]]:
    """Centre (x, y) and place of each whole cell, in reading order; what is left over lies at the borders."""
    side = max(8, round(max(size) / ACROSS))
    counts = [max(1, length // side) for length in size]
    top, left = ((length - count * side) // 2 for length, count in zip(size, counts, strict=True))
    for row in range(max(0, top), size[0] - side + 1, side):
        for column in range(max(0, left), size[1] - side + 1, side):
            centre = (column + (side - 1) / 2, row + (side - 1) / 2)
            yield centre, (slice(row, row + side), slice(column, column + side))
