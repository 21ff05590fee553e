"""Metrics that look apart at where the target moves and at where nothing should change.

The target's flow says which is which; see `regions`. So the estimator is part of these metrics, also
of those that compare pictures.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.base import Measurement
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.functional.motion_alignment import TAU_M, align, prepare
from motionedit_bench.metrics.functional.pair import Region
from motionedit_bench.metrics.functional.regions import SMALLEST, end_point_error, moved, overlap
from motionedit_bench.metrics.functional.similarity import PSNR_CAP, SSIM_WINDOW, psnr, ssim
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.motion import FlowMetric, alignment_terms
from motionedit_bench.metrics.networks import perceptual
from motionedit_bench.provenance import package_version

Pixels = npt.NDArray[np.uint8]


class StillSsim(FlowMetric):
    """Structural similarity to the input over the still region, -1 to 1, higher is better.

    What should not change and did not: 1 for the input itself; see `similarity.ssim`.
    """

    name = "still_ssim"

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self.implementation["scikit-image"] = str(package_version("scikit-image"))

    def compare(self, comparison: Comparison) -> Measurement:
        comparison.scene.needs(SSIM_WINDOW, self.name)
        still = still_region(comparison)
        border = SSIM_WINDOW // 2
        if not still[border:-border, border:-border].any():
            raise NotApplicable(f"nothing is still but the border of {border} pixels, which does not count")
        value = ssim(comparison.edited, comparison.scene.input, still)
        return Measurement(value, {"still_share": share(still)})


class StillPsnr(FlowMetric):
    """Peak signal-to-noise ratio to the input over the still region, dB, higher is better.

    `similarity.PSNR_CAP` for the input itself; see `similarity.psnr`.
    """

    name = "still_psnr"

    def compare(self, comparison: Comparison) -> Measurement:
        still = still_region(comparison)
        value = psnr(comparison.edited, comparison.scene.input, still)
        terms = {"cap": PSNR_CAP, "capped": value >= PSNR_CAP, "still_share": share(still)}
        return Measurement(value, terms)


class RegionLpips(FlowMetric):
    """Mean of LPIPS's map over a region, 0 and up, lower is better; see `perceptual`.

    The network sees far beyond a pixel. So that only the region counts, the edit is replaced by what
    it is compared with everywhere else.
    """

    weights = "lpips"

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self._network = perceptual.Lpips(instruments.device)
        self.implementation["network"] = self._network.version()

    def mean(self, edited: Pixels, reference: Pixels, region: Region) -> float:
        distances = self._network.distance_map(np.where(region[..., None], edited, reference), reference)
        return float(distances[region].mean(dtype=np.float64))


class StillLpips(RegionLpips):
    """Learned perceptual distance to the input over the still region; 0 for the input itself."""

    name = "still_lpips"

    def compare(self, comparison: Comparison) -> Measurement:
        comparison.scene.needs(perceptual.SMALLEST, self.name)
        still = still_region(comparison)
        value = self.mean(comparison.edited, comparison.scene.input, still)
        return Measurement(value, {"still_share": share(still)})


class MovedLpips(RegionLpips):
    """Learned perceptual distance to the target where its motion changes the picture.

    That is where moving things are in the input and where they come to rest; 0 for the target itself.
    """

    name = "moved_lpips"

    def compare(self, comparison: Comparison) -> Measurement:
        comparison.scene.needs(perceptual.SMALLEST, self.name)
        changed = comparison.scene.regions.changed
        value = self.mean(comparison.edited, comparison.scene.target, changed)
        return Measurement(value, {"changed_share": share(changed)})


class MotionIou(FlowMetric):
    """Agreement of what moves in the edit and in the target: intersection over union, 0 to 1.

    Higher is better: 1 for the target, 0 for doing nothing. What moves are the input's pixels whose
    flow is longer than 0.2 % of the diagonal, whatever its direction.
    """

    name = "motion_iou"

    def compare(self, comparison: Comparison) -> Measurement:
        target, edit = comparison.scene.regions.moved, moved(comparison.flow)
        terms = {"moved_share": share(target), "edit_moved_share": share(edit), "tau_m": TAU_M}
        return Measurement(overlap(edit, target), terms)


class EndPointError(FlowMetric):
    """Mean distance between where the edit and where the target take what moves in the target.

    In percent of the diagonal, 0 and up, lower is better: 0 for the target; doing nothing gets the
    mean length of the target's motion there, which is in the detail.
    """

    name = "epe"

    def compare(self, comparison: Comparison) -> Measurement:
        scene, region = comparison.scene, comparison.scene.regions.moved
        error = end_point_error(comparison.flow, scene.target_flow)
        motion = end_point_error(np.zeros_like(scene.target_flow), scene.target_flow)
        terms = {"moved_share": share(region), "target_motion": float(motion[region].mean())}
        return Measurement(float(error[region].mean()), terms)


class ConfidentMas(FlowMetric):
    """The Motion Alignment Score with each pixel counted by its confidence, 0 to 100, higher is better.

    The confidence is that of the target's flow (see `consistency`): it is the same for all edits of an
    item, and no edit can hide a wrong motion behind a flow that is hard to follow. Every mean and sum
    of the paper's definition becomes a weighted one; the target scores exactly 100.
    """

    name = "mas_confident"

    def compare(self, comparison: Comparison) -> Measurement:
        scene = comparison.scene
        weights, region = scene.confidence, scene.regions.moved
        if not (weights[region] >= 0.5).any():
            raise NotApplicable("nowhere that the target moves is its flow confirmed by the flow back")
        found = align(comparison.flow, prepare(scene.target_flow, torch.from_numpy(weights)))
        terms: dict[str, Any] = {
            "mean_confidence": float(weights.mean(dtype=np.float64)),
            "mean_confidence_moved": float(weights[region].mean(dtype=np.float64)),
        }
        return Measurement(float(found.score), alignment_terms(found, comparison) | terms)


def still_region(comparison: Comparison) -> Region:
    """Where nothing should change.

    Raises:
        NotApplicable: the target does not move, or it leaves less than 1 % of the picture still.
    """
    still = comparison.scene.regions.still
    if share(still) < SMALLEST:
        raise NotApplicable(
            f"the target leaves {100 * share(still):.2g} % of the picture still, less than 1 %"
        )
    return still


def share(region: Region) -> float:
    """Part of the picture that a region takes, 0 to 1."""
    return float(region.mean())
