"""Flow by RAFT, as torchvision has it, with the weights that torchvision names as default."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from torch.nn.functional import pad
from torchvision.models.optical_flow import (
    Raft_Large_Weights,
    Raft_Small_Weights,
    raft_large,
    raft_small,
)

from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.metrics.functional.pair import BYTES_OR_FLOATS, check_pair
from motionedit_bench.metrics.networks.network import batch, exact, place
from motionedit_bench.provenance import package_version
from motionedit_bench.weights import CATALOGUE, locate

SMALLEST = 128
"""Pixels a side: below, the coarsest of RAFT's four correlation levels would vanish."""

MULTIPLE = 8


class Raft(FlowEstimator):
    """RAFT (Teed and Deng 2020) with 12 updates; the last prediction counts.

    Images whose sides are no multiples of 8 are padded with their edge values, half on each side, as
    RAFT's own evaluation on Sintel does it; the padding's flow is cut off.

    Raises (on construction):
        WeightsUnavailable: its weights are not on this machine and cannot be fetched.
        UsageError: no such device.
    """

    build: ClassVar[Callable[..., torch.nn.Module]]
    weights: ClassVar[Any]
    smallest = SMALLEST

    def __init__(self, device: str = "auto") -> None:
        super().__init__(device)
        network = self.build()
        network.load_state_dict(torch.load(locate(self.name), map_location="cpu", weights_only=True))
        self._device = place(device)
        self._network = network.eval().to(self._device)

    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``; see `FlowEstimator.flow`.

        Raises:
            ValueError: not two RGB images of one shape, or a side below 128 pixels.
        """
        check_pair(first, second, SMALLEST, BYTES_OR_FLOATS)
        height, width = first.shape[:2]
        down, right = -height % MULTIPLE, -width % MULTIPLE
        top, left = down // 2, right // 2
        margins = (left, right - left, top, down - top)
        units = (batch(image, self._device) / 255 for image in (first, second))
        padded = (pad(image, margins, mode="replicate") for image in self.weights.transforms()(*units))
        with exact():
            flow = self._network(*padded)[-1][0]
        inner = flow[:, top : top + height, left : left + width]
        return np.ascontiguousarray(inner.permute(1, 2, 0).cpu().numpy())

    def version(self) -> str:
        checked = CATALOGUE[self.name].sha256
        library = f"torchvision {package_version('torchvision')}, torch {package_version('torch')}"
        return f"{library}, {self.weights} {checked}, padded to a multiple of 8 by edge values"


class RaftLarge(Raft):
    """RAFT, large: torchvision's weights C_T_SKHT_V2, fine-tuned on Sintel, KITTI and HD1K (21 MB)."""

    name = "raft_large"
    build = staticmethod(raft_large)
    weights = Raft_Large_Weights.C_T_SKHT_V2


class RaftSmall(Raft):
    """RAFT, small: torchvision's weights C_T_V2, trained on FlyingChairs and FlyingThings3D (4 MB)."""

    name = "raft_small"
    build = staticmethod(raft_small)
    weights = Raft_Small_Weights.C_T_V2
