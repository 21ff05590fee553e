"""GMFlow with two scales and six refinements."""

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
from motionedit_bench.metrics.flow.gmflow.refinement import STATE, Refinement
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


class GMFlow(nn.Module):
    """Optical flow by matching features (Xu et al., Unifying Flow, Stereo and Depth Estimation, 2023).

    The settings are those of the model that the authors published as
    ``gmflow-scale2-regrefine6-mixdata``: 7.36 million parameters in 152 tensors, named as in its file.
    `features` of an image and `flow` between two of them are separate, since one image is often
    compared with several others. Inference only: some results overwrite others.
    """

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.transformer = Transformer(CHANNELS, LAYERS)
        self.feature_flow_attn = Propagation(CHANNELS)
        self.refine_proj = nn.Conv2d(CHANNELS, 2 * STATE, 1)
        self.refine = Refinement()

    def features(self, images: Tensor) -> Features:
        """Images (B, 3, H, W), RGB, normalised by `normalise`; sides are multiples of 32."""
        found: Features = self.backbone(images.contiguous(memory_format=torch.channels_last))
        return found

    def flow(self, first: Features, second: Features) -> Tensor:
        """Motion from the first images to the second: (B, H, W, 2), (dx, dy) in pixels."""
        one, two = self.transformer(first.coarse, second.coarse, COARSE_SPLITS)
        flow = self.feature_flow_attn.everywhere(one, match_everywhere(one, two))

        flow = 2 * F.interpolate(channels_first(flow), scale_factor=2, mode="bilinear", align_corners=True)
        flow = channels_last(flow)
        one, two = self.transformer(first.fine, warp(second.fine, flow), FINE_SPLITS)
        flow = flow + match_nearby(one, two, MATCHING_RADIUS)
        flow = self.feature_flow_attn.nearby(one, flow)

        state, context = self.refine_proj(channels_first(one)).split(STATE, 1)
        state, context = state.tanh(), context.relu()
        refined: Tensor = self.refine(first.fine, second.fine, state, context, flow, REFINEMENTS)
        return refined

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Motion between normalised images (B, 3, H, W): (B, H, W, 2)."""
        return self.flow(self.features(first), self.features(second))


def normalise(images: Tensor) -> Tensor:
    """Images (B, 3, H, W), RGB, 0..255, by the mean and deviation of ImageNet's colours."""
    mean, std = (images.new_tensor(values).view(3, 1, 1) for values in (MEAN, STD))
    return (images / 255 - mean) / std
