"""Flow as pictures: the Middlebury colour code, its key, and the size of errors."""

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.flow.base import Array

Pixels = npt.NDArray[np.uint8]

GREY = 90
"""The level of the lines of `hatched`."""


def colour(flow: Array, full: float) -> Pixels:
    """A flow in the colour code of Baker et al. (2011): direction is hue, length is saturation.

    White stands still; pixels that move by ``full`` or more have their direction's full colour.
    Takes (H, W, 2), (dx, dy) in pixels; returns (H, W, 3), RGB, uint8.
    """
    lengths = np.hypot(flow[..., 0], flow[..., 1])[..., None]
    shrunk = flow * np.minimum(1, full / np.maximum(lengths, 1e-9))
    import torch
    from torchvision.utils import flow_to_image

    # The library scales to the longest vector: a column of length `full` sets the scale, and is cut off.
    padded = np.pad(shrunk, ((0, 0), (0, 1), (0, 0)))
    padded[:, -1] = (full, 0)
    painted = flow_to_image(torch.from_numpy(padded.astype(np.float32)).permute(2, 0, 1))
    return np.ascontiguousarray(painted.permute(1, 2, 0).numpy()[:, :-1])


def wheel(side: int) -> Pixels:
    """The key to `colour`: a disc in which each place has the colour of the motion from the centre to it."""
    places = np.linspace(-1, 1, side)
    flow = np.stack(np.meshgrid(places, places), axis=-1)
    painted = colour(flow, 1)
    painted[np.hypot(flow[..., 0], flow[..., 1]) > 1] = 255
    return painted


def hatched(painted: Pixels, region: npt.NDArray[np.bool_]) -> Pixels:
    """The picture (H, W, 3) with grey diagonal lines over a region (H, W): what is drawn there is not known.

    Lines are as far apart as 2 % of the longer side, 6 pixels at least.
    """
    height, width = region.shape
    apart = max(6, round(0.02 * max(height, width)))
    rows, columns = np.ogrid[:height, :width]
    lines = (rows + columns) % apart < max(2, apart // 5)
    drawn = painted.copy()
    drawn[region & lines] = GREY
    return drawn


def heat(values: Array, full: float) -> Pixels:
    """Sizes (H, W) as colours from black over red to yellow, which is ``full`` and more; RGB, uint8."""
    levels = np.clip(values / full, 0, 1) if full > 0 else np.zeros(values.shape)
    painted = cv2.applyColorMap(np.rint(255 * levels).astype(np.uint8), cv2.COLORMAP_INFERNO)
    return np.asarray(painted[..., ::-1])
