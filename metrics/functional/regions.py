"""Where a target moves: the pixels that move, the part of the picture that changes, and the rest.

Pure functions on one picture's flows and regions. A flow has shape (H, W, 2), (dx, dy) in pixels, and
lies on the pixels of the input image; a region is an array (H, W) of bool.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.functional.pair import Region

Flow = npt.NDArray[np.floating]

GUARD = 0.01
"""The still region keeps this far from all that changes, as a share of the diagonal."""
GUARD_PIXELS = 5
"""And never less: SSIM's window reaches so far."""
SMALLEST = 0.01
"""A still region of less than this share of the picture says nothing about it."""


@dataclass(frozen=True)
class Regions:
    """How a target's motion divides the picture; each (H, W), bool.

    Attributes:
        moved: the input's pixels that move by more than `TAU_M` of the diagonal.
        changed: where they are and where they come to rest, within the picture: what they uncover,
            and what they cover.
        still: all that is further than the guard from what changes, less a border of 5 pixels.
    """

    moved: Region
    changed: Region
    still: Region


def diagonal(flow: Flow) -> float:
    """Length of the picture's diagonal, pixels."""
    return float(np.hypot(*flow.shape[:2]))


def moved(flow: Flow) -> Region:
    """The pixels that move by more than `TAU_M` (0.2 %) of the diagonal."""
    # Brings PyTorch, which takes seconds, and which a table needs not.
    from motionedit_bench.metrics.functional.motion_alignment import TAU_M, as_flow, length, normalised

    return np.asarray((length(normalised(as_flow(flow))) > TAU_M).numpy())


def divide(target_flow: Flow) -> Regions:
    """The regions of a target.

    Each moved pixel is put where its flow leads, rounded to whole pixels; see `arrival`. The guard
    reaches 1 % of the diagonal, and 5 pixels at least, in each direction, as windows do.
    """
    region = moved(target_flow)
    changed = region | arrival(target_flow, region)
    radius = max(GUARD_PIXELS, round(GUARD * diagonal(target_flow)))
    square = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    near = cv2.dilate(changed.astype(np.uint8), square).astype(bool)
    still = ~near
    still[:GUARD_PIXELS] = still[-GUARD_PIXELS:] = False
    still[:, :GUARD_PIXELS] = still[:, -GUARD_PIXELS:] = False
    return Regions(region, changed, still)


def arrival(flow: Flow, region: Region) -> Region:
    """Where a region comes to rest within the picture; holes that an expansion leaves are closed (3x3)."""
    rows, columns = np.nonzero(region)
    offsets = np.rint(flow[region])
    columns = columns + offsets[:, 0].astype(np.int64)
    rows = rows + offsets[:, 1].astype(np.int64)
    height, width = region.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    reached = np.zeros(region.shape, np.uint8)
    reached[rows[inside], columns[inside]] = 1
    closed = cv2.morphologyEx(reached, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return np.asarray(closed, dtype=np.bool_)


def overlap(first: Region, second: Region) -> float:
    """Intersection over union, 0 to 1, higher is better; 0 where only one is empty.

    Raises:
        ValueError: both are empty, which leaves nothing to agree on.
    """
    union = np.count_nonzero(first | second)
    if not union:
        raise ValueError("both regions are empty")
    return np.count_nonzero(first & second) / union


def end_point_error(flow: Flow, target_flow: Flow) -> npt.NDArray[np.float64]:
    """Length of the difference of two flows at each pixel, (H, W), in percent of the diagonal."""
    difference = flow.astype(np.float64) - target_flow
    return np.asarray(100 * np.hypot(difference[..., 0], difference[..., 1]) / diagonal(flow))
