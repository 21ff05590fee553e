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

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.functional.pair import Region
from motionedit_bench.metrics.functional.regions import moved
from motionedit_bench.metrics.functional.similarity import SSIM_SETTINGS, SSIM_WINDOW
from motionedit_bench.metrics.judge.rubric import HIGHEST

VERSION = 2
"""Raised whenever the same pictures and flows would get another score."""

VIEWED = 256
"""Pixels of the shorter side at which SSIM looks."""
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
    scene.needs(SSIM_WINDOW, "the reference judge")
    still = scene.regions.still
    carried = carried_out(comparison.flow, scene.target_flow)
    kept = share_kept(
        found_again(scene.input, comparison.edited, comparison.flow, still),
        found_again(scene.input, scene.target, scene.target_flow, still),
    )
    sound = same_detail(_grey(comparison.edited), _grey(scene.target))
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


def found_again(first: Pixels, second: Pixels, flow: Flow, still: Region) -> npt.NDArray[np.float64]:
    """How like the first picture the second is where the flow finds each pixel again, 0 to 1, in colour.

    SSIM, pixel by pixel and none below 0, of the first picture and the second pulled back along the flow
    (bilinear); what is still in the target is looked for at its own place. Both are first reduced by a
    whole factor so that the shorter side has about `VIEWED` pixels, as SSIM's authors advise.
    """
    rows, columns = np.mgrid[: first.shape[0], : first.shape[1]].astype(np.float32)
    right, down = (np.where(still, 0, flow[..., axis]).astype(np.float32) for axis in (0, 1))
    back = cv2.remap(second, columns + right, rows + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    _, index = structural_similarity(_viewed(first), _viewed(back), full=True, **SSIM_SETTINGS)
    return np.asarray(np.maximum(0, index.mean(axis=2, dtype=np.float64)))


def share_kept(edit: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> float:
    """How much of what is found again in the target is found in the edit too, 0 to 1.

    The sum of the smaller of both at each pixel, over the target's sum: what an edit keeps and the target
    does not makes up for nothing.

    Raises:
        NotApplicable: nothing of the input is found again in the target.
    """
    whole = float(target.sum())
    if not whole:
        raise NotApplicable("nothing of the input is found again in the target")
    return float(np.minimum(edit, target).sum()) / whole


def _viewed(image: Pixels) -> Pixels:
    height, width = image.shape[:2]
    factor = max(1, round(min(height, width) / VIEWED))
    return np.asarray(cv2.resize(image, (width // factor, height // factor), interpolation=cv2.INTER_AREA))


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
