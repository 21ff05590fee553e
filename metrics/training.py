"""The MotionNFT reward on pictures, for those who train with it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from motionedit_bench.images import resize_plain, to_array
from motionedit_bench.metrics.functional.reward import Reward, motion_reward
from motionedit_bench.metrics.instruments import Instruments

Picture = npt.NDArray[np.uint8] | Image.Image | Tensor


class MotionReward:
    """The reward of batches of edits, as the metric ``motion_reward`` computes it for files.

    ::

        reward = MotionReward(flow="unimatch", device="cuda")
        reward(inputs, edited, targets)  # tensor (B,), 0 to 1 in steps of 0.2

    Pictures are RGB: a float tensor (B, 3, H, W) in 0..1, or a sequence of float tensors (3, H, W) in
    0..1, arrays (H, W, 3) of uint8, or Pillow images. Flows run at the size of the edited picture;
    where sizes differ, the others are brought to it without antialiasing, as the released scorer does.
    No gradient passes through the estimators; `motion_reward` alone is differentiable, in the flows.

    ``flow_options`` go to the estimator: for `unimatch`, ``weights`` (a file), ``precision``, ``batch`` (2
    computes both flows of an edit at a time).

    Raises (on construction):
        UsageError: an unknown flow, device or option.
        WeightsUnavailable: the flow's weights are not on this machine and cannot be fetched.
    """

    def __init__(
        self, flow: str = "unimatch", device: str = "auto", flow_options: Mapping[str, Any] | None = None
    ) -> None:
        self.estimator = Instruments(flow, device=device, flow_options=flow_options).flows.estimator

    def __call__(
        self,
        inputs: Tensor | Sequence[Picture],
        edited: Tensor | Sequence[Picture],
        targets: Tensor | Sequence[Picture],
    ) -> Tensor:
        """The rewards, float64 (B,), on the CPU, 0 to 1, higher is better.

        Raises:
            ValueError: the batches differ in length or are empty, or a picture is of another kind or range.
        """
        return self.terms(inputs, edited, targets).reward

    def terms(
        self,
        inputs: Tensor | Sequence[Picture],
        edited: Tensor | Sequence[Picture],
        targets: Tensor | Sequence[Picture],
    ) -> Reward:
        """The rewards before and after rounding, and what they are made of; each (B,).

        Raises:
            ValueError: as above.
        """
        sizes = len(inputs), len(edited), len(targets)
        if len(set(sizes)) > 1 or not sizes[0]:
            raise ValueError(f"batches must have one length of at least 1, but got {sizes}")
        rewards = [self._one(*triple) for triple in zip(inputs, edited, targets, strict=True)]
        return Reward(*(torch.stack([getattr(r, name) for r in rewards]) for name in Reward.__annotations__))

    def _one(self, first: Picture, edited: Picture, target: Picture) -> Reward:
        pixels = as_pixels(edited)
        height, width = pixels.shape[:2]
        before, wanted = (resize_plain(as_pixels(image), width, height) for image in (first, target))
        return motion_reward(*self.estimator.flows(before, [pixels, wanted]))


def as_pixels(picture: Picture) -> npt.NDArray[Any]:
    """A picture as an array (H, W, 3) in 0..255: uint8 as it came, or float32 of a tensor in 0..1.

    Raises:
        ValueError: it is of another kind, shape or range.
    """
    if isinstance(picture, Image.Image):
        return to_array(picture)
    if isinstance(picture, Tensor):
        if picture.ndim != 3 or picture.shape[0] != 3 or not picture.is_floating_point():
            raise ValueError(
                f"a tensor must be float (3, H, W) in 0..1, but got {picture.dtype} {tuple(picture.shape)}"
            )
        values = picture.detach().float().permute(1, 2, 0).cpu().numpy()
        if not (values.min() >= 0 and values.max() <= 1):
            raise ValueError(f"a tensor must be in 0..1, but got {values.min()} to {values.max()}")
        return np.ascontiguousarray(values * 255)
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
        kind = getattr(picture, "dtype", type(picture).__name__)
        raise ValueError(f"a picture must be a uint8 array, a Pillow image or a float tensor, but got {kind}")
    return picture
