"""The pictures of a candidate: both frames without bars, and the motion between them in colours."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from motionedit_bench.images import encode_png
from motionedit_bench.metrics.flow import FlowEstimator
from motionedit_bench.metrics.flow.base import Flow
from motionedit_bench.mining.decoding import Array, opened
from motionedit_bench.mining.records import Box, Pair

FULL = 0.1
"""Share of the diagonal at which a motion has its full colour."""


SIDES = ("input", "target", "flow")


@dataclass(frozen=True)
class Pictures:
    """Encoded PNG files, by their names in the candidate's folder."""

    input: bytes
    target: bytes
    flow: bytes

    def named(self) -> list[tuple[str, bytes]]:
        """Each with its name."""
        return [(name, getattr(self, name)) for name in SIDES]


def draw(path: Path, pair: Pair, box: Box, width: int, flow: FlowEstimator) -> Pictures:
    """The pictures of a pair; its motion is that of the frames scaled to ``width``, the camera's with it.

    Raises:
        Unreadable: the video cannot be decoded there.
    """
    first, last = frames_of(path, pair, box)
    small = [np.asarray(_narrowed(one, width)) for one in (first, last)]
    motion = flow.flow(*small)
    painted = coloured(motion, FULL * float(np.hypot(*motion.shape[:2])))
    return Pictures(*(encode_png(Image.fromarray(one)) for one in (first, last, painted)))


def frames_of(path: Path, pair: Pair, box: Box) -> tuple[Array, Array]:
    """Input and target of a pair, RGB (H, W, 3), without bars.

    Raises:
        Unreadable: the video cannot be decoded there.
    """
    with opened(path) as film:
        first, last = (frame.rgb() for frame in film.shown_at([pair.t0, pair.t1]))
    left, top, right, bottom = box
    return first[top:bottom, left:right], last[top:bottom, left:right]


def coloured(flow: Flow, full: float) -> Array:
    """A flow (H, W, 2) in colours (H, W, 3), RGB: direction is hue, length is saturation, white stands still.

    Like `metrics.flow.colour.colour` but for the order of the hues; it needs no PyTorch, whose loading takes
    longer and more memory than all else here.
    """
    length, angle = cv2.cartToPolar(flow[..., 0], flow[..., 1], angleInDegrees=True)
    saturation = np.minimum(length / full, 1)
    hsv = np.stack([angle, saturation, np.ones_like(length)], axis=2).astype(np.float32)
    return np.asarray(np.rint(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255), np.uint8)


def _narrowed(pixels: Array, width: int) -> Image.Image:
    image = Image.fromarray(pixels)
    if image.width <= width:
        return image
    return image.resize((width, max(2, round(image.height * width / image.width))), Image.Resampling.BOX)
