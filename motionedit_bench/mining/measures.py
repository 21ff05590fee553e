"""Stage 4: what is measured of a pair of frames, and of the frames between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.flow import FlowEstimator
from motionedit_bench.metrics.flow.base import Flow
from motionedit_bench.mining.camera import STILL, Matrix, displacement, fit
from motionedit_bench.mining.decoding import Film, Frame, Unreadable, opened
from motionedit_bench.mining.looks import light, phash, sharpness, without_bars
from motionedit_bench.mining.records import Box, Measures, Pair
from motionedit_bench.mining.settings import MeasureSettings

Array = npt.NDArray[np.uint8]

NOTABLE = 0.01
"""Share of the diagonal above which a place counts as moved, and below which two flows agree."""


MOST = 0.5
"""Share of the places that must agree on what is left of the camera's motion."""


@dataclass(frozen=True)
class Window:
    """The frames of a pair: some in order, small, RGB; the first and the last also in grey, at full size."""

    small: Sequence[Array]
    first: Array
    last: Array


def measure_pairs(
    path: Path, pairs: Sequence[Pair], settings: MeasureSettings, flow: FlowEstimator
) -> list[Measures]:
    """The measures of pairs of one video.

    Raises:
        Unreadable: the video cannot be decoded there.
    """
    with opened(path) as film:
        return [measure(window_of(film, pair, settings), flow) for pair in pairs]


def window_of(film: Film, pair: Pair, settings: MeasureSettings) -> Window:
    """The frames from a pair's input to its target, ``rate`` a second."""
    count = max(1, round((pair.t1 - pair.t0) * settings.rate))
    times = [pair.t0 + (pair.t1 - pair.t0) * number / count for number in range(count)] + [pair.t1]
    frames: list[Frame] = []
    small = []
    for frame in film.shown_at(times):
        small.append(frame.rgb(settings.width))
        frames = [*frames[:1], frame]  # the first and the latest
    return Window(small, frames[0].grey(), frames[-1].grey())


def measure(window: Window, flow: FlowEstimator) -> Measures:
    """The measures of a window; see `Measures`.

    Raises:
        Unreadable: what black bars leave is too flat or too narrow for the flow.
    """
    box = without_bars(window.first, window.last)
    small = [_cut(one, _scaled(box, window.first.shape, one.shape)) for one in window.small]
    height, width = small[0].shape[:2]
    if min(height, width) < flow.smallest:
        raise Unreadable(
            "not_applicable",
            f"{width}x{height} pixels to be measured, and {flow.name} needs {flow.smallest} a side",
        )
    diagonal = float(np.hypot(height, width))
    fits = [fit(one) for one in _between(small, flow)]
    matrix = STILL
    for one in fits:
        matrix = one.matrix @ matrix
    warped, inside = _warped(small[0], matrix)
    there = flow.flow(warped, small[-1])
    matrix = _closer(matrix, there, inside)
    warped, inside = _warped(small[0], matrix)
    there, back = flow.flow(warped, small[-1]), flow.flow(small[-1], warped)
    camera = displacement(matrix, height, width)
    share = there[inside] / diagonal
    length = np.hypot(share[:, 0], share[:, 1])
    first, last = _cut(window.first, box), _cut(window.last, box)
    scale = window.first.shape[1] / window.small[0].shape[1]
    return Measures(
        camera=_mean(np.hypot(camera[..., 0], camera[..., 1]) / diagonal),
        shift=_two(*(_mean(camera[..., side]) * scale for side in (0, 1))),
        subject=_mean(length),
        direction=_two(*(_mean(share[:, side]) for side in (0, 1))),
        moved=_mean(length > NOTABLE),
        fb=_mean(_disagreement(there, back)[inside] < NOTABLE * diagonal),
        inliers=round(min(one.inliers for one in fits), 6),
        sharpness=_two(sharpness(first), sharpness(last)),
        light=_two(light(first), light(last)),
        box=box,
        phash=(phash(small[0]), phash(small[-1])),
    )


def _closer(matrix: Matrix, left: Flow, inside: npt.NDArray[np.bool_]) -> Matrix:
    """The camera's matrix with what a composition of many small fits misses.

    What is ``left`` of the flow, once the first frame is moved as the matrix says, can be followed to the
    last frame at once; all of it would be too far.
    """
    rest = fit(left, inside)
    return rest.matrix @ matrix if rest.inliers >= MOST else matrix


def _between(frames: Sequence[Array], flow: FlowEstimator) -> Iterator[Flow]:
    return (flow.flow(one, other) for one, other in pairwise(frames))


def _warped(frame: Array, matrix: Matrix) -> tuple[Array, npt.NDArray[np.bool_]]:
    """A frame as the camera's motion alone would leave it, and where it shows anything."""
    size = frame.shape[1], frame.shape[0]
    warped = cv2.warpAffine(frame, matrix[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    whole = np.ones(frame.shape[:2], np.uint8)
    inside = cv2.warpAffine(whole, matrix[:2], size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(warped, np.uint8), np.asarray(inside) > 0


def _disagreement(there: Flow, back: Flow) -> npt.NDArray[np.float64]:
    """By how many pixels the way there and back misses its start; infinite where it leaves the frame."""
    height, width = there.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = columns + there[..., 0], rows + there[..., 1]
    home = cv2.remap(back, x, y, cv2.INTER_LINEAR)
    missed = np.hypot(there[..., 0] + home[..., 0], there[..., 1] + home[..., 1])
    outside = (x < 0) | (y < 0) | (x > width - 1) | (y > height - 1)
    return np.where(outside, np.inf, missed)


def _cut(pixels: Array, box: Box) -> Array:
    left, top, right, bottom = box
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def _scaled(box: Box, large: tuple[int, ...], small: tuple[int, ...]) -> Box:
    """A box of a large picture as one of a small picture of it, whose edges are nowhere outside."""
    across, down = small[1] / large[1], small[0] / large[0]
    left, top = int(np.ceil(box[0] * across)), int(np.ceil(box[1] * down))
    return left, top, int(box[2] * across), int(box[3] * down)


def _mean(values: npt.NDArray[np.generic]) -> float:
    """The mean, to six digits; 0 of nothing."""
    return round(float(values.mean(dtype=np.float64)), 6) if values.size else 0.0


def _two(one: float, other: float) -> tuple[float, float]:
    return round(one, 6), round(other, 6)
