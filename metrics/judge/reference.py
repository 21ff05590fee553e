"""What the `reference` judge computes: three scores, 0 to 5, from pictures and flows alone.

It stands where no multimodal model can be asked, so that every column of the paper's table can be filled
offline, the same everywhere. It is no such model and no stand-in for one: it sees neither what a picture
means nor what the instruction says, only how far the edit does what the target does. Definitions are the
harness's own; the scale and the rule that the second and third score may not exceed the first are the
paper's (section 4). Here they are the first score times a share, so that an edit earns nothing by leaving
the picture alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from skimage.metrics import structural_similarity

from motionedit_bench.metrics.base import NotApplicable
from motionedit_bench.metrics.comparison import Comparison, moving
from motionedit_bench.metrics.judge.rubric import HIGHEST
from motionedit_bench.metrics.regions import moved
from motionedit_bench.metrics.similarity import SSIM_SETTINGS, SSIM_WINDOW

VERSION = 1
"""Raised whenever the same pictures and flows would get another score."""

QUANTILES = 64
"""Steps in which the distribution of fine detail is compared."""
SCALE = 4.0
"""Standard deviation of the window that detail is averaged over, pixels."""
FLOOR = 1.0
"""Detail below this, grey levels, is as good as none: both sides are raised by it."""

Flow = npt.NDArray[np.floating]
Pixels = npt.NDArray[np.uint8]
Grey = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Rating:
    """Three scores, 0 to 5, higher is better.

    ``terms``, 0 to 1 each, are what they follow from: ``fidelity = 5 carried_out``,
    ``preservation = fidelity found_again``, ``coherence = fidelity same_detail``.
    """

    fidelity: float
    preservation: float
    coherence: float
    reason: str
    terms: Mapping[str, Any]


def rate(comparison: Comparison) -> Rating:
    """Rate one edit: 5, 5, 5 for the target, 0, 0, 0 for the input itself.

    Raises:
        NotApplicable: the target does not move, or the input has a side below 11 pixels.
    """
    scene = comparison.scene
    if min(scene.input.shape[:2]) < SSIM_WINDOW:
        raise NotApplicable(f"the input has a side below {SSIM_WINDOW} pixels")
    moving(scene.motion)
    carried = carried_out(comparison.flow, scene.target_flow)
    first, edited, target = map(_grey, (scene.input, comparison.edited, scene.target))
    kept = min(
        1.0, found_again(first, edited, comparison.flow) / found_again(first, target, scene.target_flow)
    )
    sound = same_detail(edited, target)
    scores = [HIGHEST * carried * share for share in (1.0, kept, sound)]
    reason = (
        f"{100 * carried:.0f} % of the target's motion is carried out, {100 * kept:.0f} % of what the target "
        f"keeps of the input is found again, and fine detail agrees with the target's to {100 * sound:.0f} %"
    )
    terms = {"carried_out": carried, "found_again": kept, "same_detail": sound}
    return Rating(scores[0], scores[1], scores[2], reason, terms)


def carried_out(flow: Flow, target_flow: Flow) -> float:
    """How much of the target's motion an edit carries out, 0 to 1, higher is better.

    The mean over the target's moved pixels of ``max(0, 1 - |v - v_gt| / |v_gt|)``: 1 where a pixel goes
    where it should, 0 where it stays, goes astray, or goes the wrong way.

    Takes flows (H, W, 2) in pixels. Where nothing moves in the target there is no mean: see `rate`.
    """
    region = moved(target_flow)
    wanted = target_flow[region].astype(np.float64)
    error = np.hypot(*(flow[region].astype(np.float64) - wanted).T)
    return float(np.maximum(0, 1 - error / np.hypot(*wanted.T)).mean())


def found_again(first: Grey, second: Grey, flow: Flow) -> float:
    """How like the first picture the second is once each pixel is followed by the flow, 0 to 1.

    SSIM of the first picture and the second pulled back along the flow (bilinear), over all pixels that
    do not leave the picture; 0 where it is negative, 1e-6 at the least, and where all leave.
    """
    height, width = first.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = columns + flow[..., 0].astype(np.float32), rows + flow[..., 1].astype(np.float32)
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    back = cv2.remap(second, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    settings = {name: value for name, value in SSIM_SETTINGS.items() if name != "channel_axis"}
    _, index = structural_similarity(first, back, full=True, **settings)
    return max(1e-6, float(index[inside].mean(dtype=np.float64))) if inside.any() else 1e-6


def same_detail(edited: Grey, target: Grey) -> float:
    """How far fine detail is as much, and spread over the picture as, in the target, 0 to 1.

    Detail is the absolute Laplacian averaged over a small window. Its two distributions over the picture
    are compared quantile by quantile, smaller over larger: blur lowers the upper ones, noise raises the
    lower ones. Where in the picture it lies does not matter, so that motion costs nothing.
    """
    ours, theirs = _detail(edited), _detail(target)
    return float((np.minimum(ours, theirs) / np.maximum(ours, theirs)).mean())


def _detail(image: Grey) -> npt.NDArray[np.float64]:
    edges = np.abs(cv2.Laplacian(image, cv2.CV_32F))
    spread = cv2.GaussianBlur(edges, (0, 0), SCALE)
    steps = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return np.asarray(FLOOR + np.quantile(spread.astype(np.float64), steps))


def _grey(image: Pixels) -> Grey:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.float32)
