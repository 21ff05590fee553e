"""Flow that sees far: several rigid motions as starts, the best of them at each pixel; needs no weights."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.metrics.flow.dis import SMALLEST, Dis
from motionedit_bench.metrics.flow.groups import Group, find_groups
from motionedit_bench.metrics.flow.keypoints import find_matches
from motionedit_bench.metrics.flow.likeness import Look, guided, unlikeness
from motionedit_bench.metrics.functional.pair import BYTES_OR_FLOATS, check_pair

WORKING, DETAILED = 640, 960
"""The longer side, pixels, at which flows are estimated and chosen, and at which points are matched."""

RETURN = 0.005
"""The distance from where it started, as a share of the diagonal, that halves a pixel's trust."""
DOUBT = 0.5
"""What a flow costs that does not come back at all; another picture costs 1."""
OUTSIDE = 0.6
"""What a flow costs that leaves the picture, where nothing can be compared."""
UNUSUAL, DISTANT, FURTHEST = 0.02, 0.3, 0.25
"""What any start but stillness costs: so much, and more the further its points are, up to this share."""

Costs = npt.NDArray[np.float32]


class Far(FlowEstimator):
    """`Dis` from several starts, of which each pixel takes the best.

    The starts are no motion at all, and the motions of up to ten groups of matched points (`groups`):
    shifts across the whole picture, turns by any angle, growth up to threefold. The second image is
    brought back by each of them; what remains is estimated by `Dis`, there and back. A pixel takes the
    start whose flow makes the pictures alike and comes back to where it started, near the points that
    speak for it; costs are smoothed along the edges of the first image (`likeness`).

    Large images are brought to 640 pixels along the longer side, and the flow back to their size. Exactly
    0 for identical images, and the same whatever the number of OpenCV's threads.
    """

    name = "far"
    smallest = SMALLEST

    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``; see `FlowEstimator.flow`. Floats are rounded to 8 bits.

        Raises:
            ValueError: not two RGB images of one shape, or a side below 16 pixels.
        """
        check_pair(first, second, SMALLEST, BYTES_OR_FLOATS)
        height, width = first.shape[:2]
        one, two = _bytes(first), _bytes(second)
        if np.array_equal(one, two):
            return np.zeros((height, width, 2), np.float32)
        a, b = _at_most(one, WORKING), _at_most(two, WORKING)
        groups = _groups(_at_most(one, DETAILED), _at_most(two, DETAILED), a.shape)
        starts = [STILL, *groups]
        look = Look.of(a)
        candidates = [_candidate(a, b, look, start) for start in starts]
        costs = np.stack([guided(candidate.cost, look.grey) for candidate in candidates])
        choice = cv2.medianBlur(costs.argmin(0).astype(np.uint8), 5)
        flows = np.stack([candidate.flow for candidate in candidates])
        chosen = np.take_along_axis(flows, choice[None, ..., None].astype(np.intp), 0)[0]
        scale = np.array([width / a.shape[1], height / a.shape[0]], np.float32)
        return np.asarray(cv2.resize(chosen, (width, height), interpolation=cv2.INTER_LINEAR) * scale)

    def version(self) -> str:
        return f"opencv {cv2.__version__}, SIFT groups and DISOpticalFlow, preset MEDIUM, at {WORKING} pixels"


STILL = Group(np.eye(2, 3), np.empty((0, 2)))


@dataclass(frozen=True)
class _Candidate:
    flow: Flow
    cost: Costs


def _groups(first: Array, second: Array, shape: tuple[int, ...]) -> list[Group]:
    """The groups of two images, in pixels of a picture of that shape."""
    grey = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (first, second)]
    matches = find_matches(*grey).scaled(shape[1] / first.shape[1], shape[0] / first.shape[0])
    return find_groups(matches, float(np.hypot(shape[0], shape[1])))


def _candidate(first: Array, second: Array, look: Look, start: Group) -> _Candidate:
    """The flow that one start leads to, and what it costs at each pixel."""
    height, width = first.shape[:2]
    diagonal = np.hypot(height, width)
    still = _grid(height, width)
    brought = _read(second, _moved(start, still))
    there, back = DIS.flow(first, brought), DIS.flow(brought, first)
    goal = _moved(start, still + there)
    astray = there + _read(back, still + there)
    returned = np.exp2(-np.square(astray).sum(-1) / (RETURN * diagonal) ** 2)
    cost = unlikeness(look, Look.of(_read(brought, still + there))) + DOUBT * (1 - returned)
    outside = ((goal < 0) | (goal > [width - 1, height - 1])).any(-1)
    cost = np.where(outside, OUTSIDE, cost)
    if len(start.places):
        cost = cost + UNUSUAL + DISTANT * np.minimum(_distance(start, height, width) / diagonal, FURTHEST)
    return _Candidate((goal - still).astype(np.float32), cost.astype(np.float32))


DIS = Dis()


def _moved(start: Group, places: Flow) -> Flow:
    matrix = start.matrix.astype(np.float32)
    x, y = places[..., 0], places[..., 1]
    return np.stack([row[0] * x + row[1] * y + row[2] for row in matrix], -1)


def _distance(start: Group, height: int, width: int) -> Costs:
    """From each pixel to the nearest of a start's points, pixels."""
    elsewhere = np.ones((height, width), np.uint8)
    x, y = np.rint(start.places).astype(int).T
    elsewhere[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] = 0
    return np.asarray(cv2.distanceTransform(elsewhere, cv2.DIST_L2, 3))


def _read(image: Array, places: Flow) -> Array:
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _grid(height: int, width: int) -> Flow:
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([columns, rows], -1)


def _bytes(image: Array) -> Array:
    return image if image.dtype == np.uint8 else np.clip(np.rint(image), 0, 255).astype(np.uint8)


def _at_most(image: Array, longer: int) -> Array:
    """The image with a longer side of at most that; no side below what `Dis` takes."""
    height, width = image.shape[:2]
    scale = min(1.0, max(longer / max(height, width), SMALLEST / min(height, width)))
    if scale == 1:
        return image
    size = (max(SMALLEST, round(width * scale)), max(SMALLEST, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
