"""How a frame looks: black bars, sharpness, light, and a hash by which likes are found."""

import cv2
import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from motionedit_bench.mining.records import Box

Array = npt.NDArray[np.uint8]

BLACK = 24
"""Grey levels up to which a line of pixels is part of a black bar."""

LEAST = 0.4
"""Bars that leave less of a side than this are no bars: the picture is dark."""


def without_bars(first: Array, last: Array) -> Box:
    """What black bars leave of two frames, grey and of one shape (H, W): the box that both have in common."""
    brightest = np.maximum(first, last)
    top, bottom = _inside(np.percentile(brightest, 99, axis=1))
    left, right = _inside(np.percentile(brightest, 99, axis=0))
    return left, top, right, bottom


def _inside(lines: npt.NDArray[np.float64]) -> tuple[int, int]:
    """The first line that is not black, and the one behind the last."""
    bright = np.flatnonzero(lines > BLACK)
    whole = 0, len(lines)
    if not len(bright):
        return whole
    begin, end = int(bright[0]), int(bright[-1]) + 1
    return (begin, end) if end - begin >= LEAST * len(lines) else whole


def sharpness(grey: Array) -> float:
    """Variance of the Laplacian of grey levels (H, W)."""
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def light(grey: Array) -> float:
    """Mean of grey levels, 0 to 1."""
    return float(grey.mean()) / 255


def ways(rgb: Array) -> list[Array]:
    """A picture (H, W, 3) as others may have it: without black bars, and mirrored; the one as it is first."""
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)
    left, top, right, bottom = without_bars(grey, grey)
    whole = rgb.shape[1::-1] == (right - left, bottom - top)
    shown = [rgb] if whole else [rgb, rgb[top:bottom, left:right]]
    return [*shown, *(np.ascontiguousarray(one[:, ::-1]) for one in shown)]


def phash(rgb: Array) -> str:
    """The perceptual hash of a picture (H, W, 3): 64 bits in hexadecimal."""
    return str(imagehash.phash(Image.fromarray(rgb)))
