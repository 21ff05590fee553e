"""Faces that look into the camera, by the cascade that scikit-image installs: a filter, off by default.

The cascade (boosted local binary patterns, trained by OpenCV) says of a window whether a face fills it. A
face answers in many windows that nearly agree, what only looks like one in few. Faces from the side, bowed,
hidden, dark or small are missed: where it finds none there may be some.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.sparse.csgraph import connected_components

from motionedit_bench.errors import UsageError
from motionedit_bench.mining.records import Box
from motionedit_bench.provenance import package_version
from motionedit_bench.records import digest

Array = npt.NDArray[np.uint8]
Windows = npt.NDArray[np.int64]

CASCADE = "lbpcascade_frontalface_opencv.xml"
LONGER = 384
"""Pixels that the longer side of a frame is scaled down to."""
SMALLEST = 24
"""Side of the smallest window, pixels: a face less than a sixteenth of the longer side is not looked for."""
GROWTH = 1.1
"""By how much each window is larger than the one before."""
FEWEST = 6
"""Windows that must agree on a face at least."""
SAME = 0.3
"""Windows whose intersection is more than this share of their union are about one face."""


@dataclass(frozen=True)
class Face:
    """A face: its square, in pixels of the picture, and how many windows agree on it."""

    box: Box
    windows: int


def find_faces(rgb: Array) -> list[Face]:
    """The faces in a picture (H, W, 3), from left to right; none where a side is below `SMALLEST` pixels.

    The same for the same pixels, whatever the number of threads.

    Raises:
        UsageError: scikit-image does not bring the cascade.
    """
    image = Image.fromarray(rgb).convert("L")
    image.thumbnail((LONGER, LONGER), Image.Resampling.BOX)
    small = np.asarray(image, np.float64)
    least = min(small.shape)
    if least <= SMALLEST:
        return []
    sizes = (SMALLEST, SMALLEST), (least, least)
    # One window is a neighbour of itself, and none is merged with another: they are grouped below, in an
    # order that no thread changes.
    seen = _cascade().detect_multi_scale(small, GROWTH, 1.0, *sizes, 1, 1.0)
    windows = np.array(sorted((one["c"], one["r"], one["width"]) for one in seen), np.int64).reshape(-1, 3)
    scale = rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]
    return [Face(_box(mean, scale), count) for mean, count in agreeing(windows)]


def agreeing(windows: Windows) -> list[tuple[npt.NDArray[np.float64], int]]:
    """Where at least `FEWEST` windows (N, 3), left, top and side, agree: their mean, and how many they are.

    Windows agree that overlap by `SAME`, directly or by others between them.
    """
    if not len(windows):
        return []
    _, groups = connected_components(_overlap(windows) > SAME, directed=False)
    counts = np.bincount(groups)
    found = [
        (windows[groups == one].mean(axis=0), int(counts[one])) for one in np.flatnonzero(counts >= FEWEST)
    ]
    return sorted(found, key=lambda one: tuple(one[0]))


def _overlap(windows: Windows) -> npt.NDArray[np.float64]:
    """Intersection over union of each two windows, (N, N)."""
    left, top, side = windows.T.astype(np.float64)
    across, down = (
        np.minimum.outer(place + side, place + side) - np.maximum.outer(place, place) for place in (left, top)
    )
    both = np.maximum(across, 0) * np.maximum(down, 0)
    return np.asarray(both / (np.add.outer(side**2, side**2) - both))


def _box(window: npt.NDArray[np.float64], scale: tuple[float, float]) -> Box:
    """A window of the small picture as a box of the whole one, so many times as large across and down."""
    left, top, side = window
    across, down = scale
    return round(left * across), round(top * down), round((left + side) * across), round((top + side) * down)


def detector() -> dict[str, Any]:
    """All that the faces depend on besides the pictures; JSON values.

    Raises:
        UsageError: scikit-image does not bring the cascade.
    """
    asked = {"longer": LONGER, "smallest": SMALLEST, "growth": GROWTH, "fewest": FEWEST, "same": SAME}
    return {
        "cascade": CASCADE,
        "sha256": digest(_content()),
        **asked,
        "scikit-image": package_version("scikit-image"),
    }


@cache
def _cascade() -> Any:
    from skimage.feature import Cascade  # takes a second to import

    return Cascade(BytesIO(_content()))


def _content() -> bytes:
    try:
        return (files("skimage") / "data" / CASCADE).read_bytes()
    except OSError as error:
        raise UsageError(
            f"scikit-image {package_version('scikit-image')} does not install {CASCADE}, which finds faces: "
            "reinstall it from its wheel, or mine with --faces"
        ) from error
