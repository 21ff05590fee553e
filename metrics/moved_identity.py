"""Whether what moves is still the same thing where it comes to rest."""

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.base import Measurement
from motionedit_bench.metrics.comparison import Comparison, Pixels
from motionedit_bench.metrics.functional.pair import Region
from motionedit_bench.metrics.functional.regions import arrival
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.motion import FlowMetric
from motionedit_bench.metrics.semantic import cosine

MARGIN = 0.125
"""What of the picture is shown around a region on each side, as a share of the longer side of its box."""
STRAY = 0.01
"""This share of a region's pixels may lie beyond each side of its box."""


class MovedIdentity(FlowMetric):
    """Similarity of what moves in the input and of the same in the edit, -1 to 1, higher is better.

    Cosine of the means of patches by DINO, DINOv2 or DINOv3: over the pixels of the input that the target
    moves, and over where they are in the edit. They are looked for where the edit's flow leads, and where the
    target takes them; the better one counts. So a flow that lost the subject costs nothing where the edit
    follows the target, and a subject that is nowhere gets what lies in its places. 1 for doing nothing, which
    keeps everything: read it beside a metric of motion. In the detail stands what the target itself gets;
    patches see what is around them, so that another place alone costs a little.
    """

    name = "moved_identity"
    encoder = "dino"

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self._encoder = instruments.encoder(self.encoder)
        self.implementation["network"] = self._encoder.version()

    def compare(self, comparison: Comparison) -> Measurement:
        scene = comparison.scene
        moved = scene.regions.moved
        if not scene.trust.seen:
            raise NotApplicable(
                f"the target's motion cannot be seen by {scene.flows.name}: what moves is not known"
            )
        there = arrival(scene.target_flow, moved)
        if not there.any():
            raise NotApplicable("the target takes all that moves out of the picture")
        here = arrival(np.zeros_like(scene.target_flow), moved)  # its holes closed as there
        subject = self._embed(scene.input, here)
        found = {
            "at_target": cosine(subject, self._embed(comparison.edited, there)),
            "along_flow": self._along(comparison, subject),
        }
        value = max(one for one in found.values() if one is not None)
        target = cosine(subject, self._embed(scene.target, there))
        return Measurement(value, {**found, "target": target, "moved_share": float(moved.mean())})

    def _along(self, comparison: Comparison, subject: npt.NDArray[np.float64]) -> float | None:
        """What lies where the edit's flow leads; ``None`` where that is out of the picture."""
        place = arrival(comparison.flow, comparison.scene.regions.moved)
        return cosine(subject, self._embed(comparison.edited, place)) if place.any() else None

    def _embed(self, picture: Pixels, region: Region) -> npt.NDArray[np.float64]:
        return self._encoder.embed_region(*cut(picture, region))


def cut(picture: Pixels, region: Region) -> tuple[Pixels, Region]:
    """A square around a region with what is near it, and the region in it; the picture's edge goes on.

    Takes an RGB picture (H, W, 3), uint8, and a region (H, W) that has a pixel.
    """
    places = np.argwhere(region)
    low = np.quantile(places, STRAY, axis=0, method="lower").astype(int)
    high = np.quantile(places, 1 - STRAY, axis=0, method="higher").astype(int) + 1
    side = int(np.ceil((1 + 2 * MARGIN) * (high - low).max()))
    top, left = (low + high - side) // 2
    height, width = region.shape
    above, below = max(0, -top), max(0, top + side - height)
    before, after = max(0, -left), max(0, left + side - width)
    shown = slice(top + above, top + above + side), slice(left + before, left + before + side)
    wider = cv2.copyMakeBorder(picture, above, below, before, after, cv2.BORDER_REPLICATE)
    covered = np.pad(region, ((above, below), (before, after)))
    return np.ascontiguousarray(wider[shown]), np.ascontiguousarray(covered[shown])
