"""GMFlow with two scales: with six refinements, and as it was first published, without them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from motionedit_bench.metrics.flow.gmflow.backbone import (
    CHANNELS,
    Backbone,
    Features,
    channels_first,
    channels_last,
)
from motionedit_bench.metrics.flow.gmflow.matching import Propagation, match_everywhere, match_nearby, warp
from motionedit_bench.metrics.flow.gmflow.refinement import STATE, UPSAMPLING, Refinement, upsample
from motionedit_bench.metrics.flow.gmflow.transformer import Transformer

LAYERS = 6
COARSE_SPLITS, FINE_SPLITS = 2, 8
"""Attention windows a side."""
MATCHING_RADIUS = 4
REFINEMENTS = 6
MULTIPLE = 32
"""Sides of an image must be multiples of this: at 1/4 of the size, eight windows of equal size."""

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Of ImageNet's colours, RGB, 0..1."""


class TwoScales(nn.Module):
    """What both networks share: features, and matching them at 1/8 of the size and then at 1/4.

    `features` of an image and a flow between two of them are separate, since one image is often
    compared with several others. Inference only: some results overwrite others.
    """

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.transformer = Transformer(CHANNELS, LAYERS)
        self.feature_flow_attn = Propagation(CHANNELS)

    def features(self, images: Tensor) -> Features:
        """Images (B, 3, H, W), RGB, normalised by `normalise`; sides are multiples of 32."""
        found: Features = self.backbone(images.contiguous(memory_format=torch.channels_last))
        return found

    def matched(self, first: Features, second: Features) -> tuple[Tensor, Tensor]:
        """What the first map is after it looked at the second, and its flow, both at 1/4 of the size."""
        one, two = self.transformer(first.coarse, second.coarse, COARSE_SPLITS)
        flow = self.feature_flow_attn.everywhere(one, match_everywhere(one, two))

        flow = 2 * F.interpolate(channels_first(flow), scale_factor=2, mode="bilinear", align_corners=True)
        flow = channels_last(flow)
        one, two = self.transformer(first.fine, warp(second.fine, flow), FINE_SPLITS)
        flow = flow + match_nearby(one, two, MATCHING_RADIUS)
        return one, self.feature_flow_attn.nearby(one, flow)

    def flow(self, first: Features, second: Features) -> Tensor:
        """Motion from the first images to the second: (B, H, W, 2), (dx, dy) in pixels."""
        raise NotImplementedError

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Motion between normalised images (B, 3, H, W): (B, H, W, 2)."""
        return self.flow(self.features(first), self.features(second))


class FirstGMFlow(TwoScales):
    """Optical flow by matching features (Xu et al., GMFlow: Learning Optical Flow via Global Matching, 2022).

    Two scales and no further refinement: 4.72 million parameters in 124 tensors, named as in its file.
    """

    def __init__(self) -> None:
        super().__init__()
        self.upsampler = nn.Sequential(
            nn.Conv2d(2 + CHANNELS, 256, 3, padding=1), nn.ReLU(), nn.Conv2d(256, 9 * UPSAMPLING**2, 1)
        )

    def flow(self, first: Features, second: Features) -> Tensor:
        """Motion from the first images to the second: (B, H, W, 2), (dx, dy) in pixels."""
        one, flow = self.matched(first, second)
        mask = self.upsampler(channels_first(torch.cat([flow, one], -1)))
        return upsample(flow, channels_last(mask))


class GMFlow(TwoScales):
    """Optical flow by matching features (Xu et al., Unifying Flow, Stereo and Depth Estimation, 2023).

    The settings are those of the model that the authors published as
    ``gmflow-scale2-regrefine6-mixdata``: 7.36 million parameters in 152 tensors, named as in its file.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refine_proj = nn.Conv2d(CHANNELS, 2 * STATE, 1)
        self.refine = Refinement()

    def flow(self, first: Features, second: Features) -> Tensor:
        """Motion from the first images to the second: (B, H, W, 2), (dx, dy) in pixels."""
        one, flow = self.matched(first, second)
        state, context = self.refine_proj(channels_first(one)).split(STATE, 1)
        state, context = state.tanh(), context.relu()
        refined: Tensor = self.refine(first.fine, second.fine, state, context, flow, REFINEMENTS)
        return refined


def normalise(images: Tensor) -> Tensor:
    """Images (B, 3, H, W), RGB, 0..255, by the mean and deviation of ImageNet's colours."""
    mean, std = (images.new_tensor(values).view(3, 1, 1) for values in (MEAN, STD))
    return (images / 255 - mean) / std
