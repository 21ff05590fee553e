"""How alike two pictures are, pixel by pixel, and costs smoothed along a picture's edges."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.flow.base import Array

Plane = npt.NDArray[np.float32]

LIGHT, COLOUR = 0.5, 1.5
"""How much a step of CIELAB counts, in lightness and in each of the other two axes."""
OTHER_COLOUR, OTHER_SLOPE = 40.0, 12.0
"""The differences from which on a pixel is simply another one."""
RADIUS, SHARPNESS = 9, 1e-3
"""Of the guided filter: half its window in pixels, and the variance of grey (0..1) that is an edge."""


@dataclass(frozen=True)
class Look:
    """What is compared of a picture (H, W): colours (3 planes), slopes of the lightness, grey 0..1."""

    colours: Plane
    across: Plane
    down: Plane
    grey: Plane

    @classmethod
    def of(cls, image: Array) -> "Look":
        """The look of an RGB image, uint8, a little blurred."""
        colours = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
        blurred = cv2.GaussianBlur(colours, (7, 7), 1)
        light = np.ascontiguousarray(blurred[..., 0])
        across, down = (cv2.Scharr(light, -1, *axis) / 16 for axis in ((1, 0), (0, 1)))
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        return cls(np.asarray(blurred), np.asarray(across), np.asarray(down), np.asarray(grey))


def unlikeness(first: Look, second: Look) -> Plane:
    """How much each pixel differs, 0 to 1: half by colour, half by the slopes, which light leaves alone."""
    off = np.abs(first.colours - second.colours)
    colour = LIGHT * off[..., 0] + COLOUR * (off[..., 1] + off[..., 2])
    slope = np.abs(first.across - second.across) + np.abs(first.down - second.down)
    return np.asarray(
        0.5 * np.minimum(colour / OTHER_COLOUR, 1) + 0.5 * np.minimum(slope / OTHER_SLOPE, 1),
        dtype=np.float32,
    )


def guided(values: Plane, guide: Plane) -> Plane:
    """Values (H, W) smoothed, but not across the edges of the guide (He, Sun and Tang 2010)."""
    mean, middle = _box(guide), _box(values)
    slope = (_box(guide * values) - mean * middle) / (_box(guide * guide) - mean * mean + SHARPNESS)
    level = middle - slope * mean
    return np.asarray(_box(slope) * guide + _box(level))


def _box(values: npt.NDArray[np.floating]) -> Plane:
    side = 2 * RADIUS + 1
    return np.asarray(cv2.boxFilter(values, -1, (side, side), borderType=cv2.BORDER_REFLECT))
