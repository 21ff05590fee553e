"""What is asked of two images before they are compared."""

from typing import Any

import numpy as np
import numpy.typing as npt

Region = npt.NDArray[np.bool_]
"""Which pixels count, (H, W)."""

BYTES = (np.uint8,)
BYTES_OR_FLOATS = (np.uint8, np.float32)

SLACK = 0.5
"""How far rounding may carry a float image out of 0..255."""


def check_pair(
    first: npt.NDArray[Any], second: npt.NDArray[Any], smallest: int = 1, types: tuple[type, ...] = BYTES
) -> None:
    """Let only two RGB arrays of one shape pass, 0..255, of those types, with both sides that long.

    Raises:
        ValueError: they are not such a pair.
    """
    for image in (first, second):
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype not in types:
            allowed = " or ".join(kind.__name__ for kind in types)
            raise ValueError(f"an image must be {allowed} (H, W, 3), but got {image.dtype} {image.shape}")
    if first.shape != second.shape:
        raise ValueError(f"both images must have one shape, but got {first.shape} and {second.shape}")
    height, width = first.shape[:2]
    if min(height, width) < smallest or not first.size:
        raise ValueError(f"both sides must have at least {smallest} pixels, but got {width}x{height}")
    for image in (first, second):
        if not (image.min() >= -SLACK and image.max() <= 255 + SLACK):
            raise ValueError(f"values must be in 0..255, but got {image.min()} to {image.max()}")


def check_region(
    region: Region, image: npt.NDArray[Any], part: tuple[slice, ...] = (slice(None), slice(None))
) -> None:
    """Let only a region of that image pass that has a pixel, within the part of it that is looked at.

    Raises:
        ValueError: it is no such region.
    """
    if region.dtype != np.bool_ or region.shape != image.shape[:2]:
        raise ValueError(f"a region must be bool {image.shape[:2]}, but got {region.dtype} {region.shape}")
    if not region[part].any():
        raise ValueError("a region must have a pixel, but this one is empty")
