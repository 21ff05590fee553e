"""The Motion Alignment Score of the MotionEdit paper, as pure functions on flow fields.

Source: MotionEdit (arXiv 2512.10284 v2), sections 4 and 5.2. Flows have shape (..., H, W, 2), hold
(dx, dy) in pixels, and lead from the input image to the edited one (predicted) and to the target
image. NumPy arrays and tensors will do; leading dimensions are a batch. Sums over pixels are taken
in float64, everything else in the type of the flows. Tensors keep their gradients.
"""

import math
from dataclasses import dataclass, replace

import torch
from numpy.typing import ArrayLike
from torch import Tensor

EPS = 1e-6
Q = 0.4
"""Exponent of the magnitude term."""
TAU_M = 0.002
"""Pixels that move by less than this share of the diagonal carry no direction."""
RHO_MIN = 0.01
"""An edit that moves less than this share of the target's motion counts as static."""
ALPHA = 0.7
"""Weight of the magnitude term. The paper prints none for MAS; it is the training reward's."""
D_MAX = 1.0
"""The distance that scores 0. The paper prints none; it is the training reward's."""


@dataclass(frozen=True)
class TargetMotion:
    """All that a target's flow contributes to a score; prepared once, shared by all models.

    Attributes:
        flow: the target's flow divided by the image's diagonal, (..., H, W, 2).
        magnitude: its length at each pixel, (..., H, W).
        weight: the direction term's weight at each pixel, 0 to 1, (..., H, W).
        mean: mean magnitude, the item's *motion magnitude*, (...).
        d_min: the distance of the target's flow from itself, (...).
        confidence: how much each pixel counts, (..., H, W); ``None``, as in the paper: all alike.
    """

    flow: Tensor
    magnitude: Tensor
    weight: Tensor
    mean: Tensor
    d_min: Tensor
    confidence: Tensor | None = None

    @property
    def moves(self) -> Tensor:
        """Whether any pixel moves enough to have a direction; without one nothing can be scored."""
        return (self.weight > 0).flatten(-2).any(-1)


@dataclass(frozen=True)
class Alignment:
    """The score of one edit and the terms behind it; each a float64 tensor of the batch's shape.

    Attributes:
        score: MAS, 0 to 100, higher is better; NaN where the target does not move.
        unruled: the same without the static rule.
        static: whether the static rule holds (the edit hardly moves), which makes the score 0.
        d_mag, d_dir: magnitude and direction distance. d_ovl: their weighted sum.
        d_min: the distance that scores 100. mean_predicted, mean_target: mean magnitudes, as a
            share of the diagonal.
    """

    score: Tensor
    unruled: Tensor
    static: Tensor
    d_mag: Tensor
    d_dir: Tensor
    d_ovl: Tensor
    d_min: Tensor
    mean_predicted: Tensor
    mean_target: Tensor


def as_flow(flow: ArrayLike | Tensor) -> Tensor:
    """A flow as a floating tensor; arrays share their memory.

    Raises:
        ValueError: the shape is not (..., H, W, 2), or the type is not floating.
    """
    tensor: Tensor = torch.as_tensor(flow)
    if tensor.ndim < 3 or tensor.shape[-1] != 2 or not tensor.is_floating_point():
        raise ValueError(
            f"a flow has shape (..., H, W, 2) and floats, but got {tuple(tensor.shape)}, {tensor.dtype}"
        )
    return tensor


def normalised(flow: Tensor) -> Tensor:
    """The flow divided by the image's diagonal, so that scores do not depend on resolution."""
    height, width = flow.shape[-3:-1]
    return flow / math.hypot(height, width)


def pixel_mean(values: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean over (H, W), in float64; each pixel counts by its weight where there is one."""
    if weight is not None:
        return pixel_sum(values * weight) / pixel_sum(weight)
    return values.flatten(-2).mean(-1, dtype=torch.float64)


def pixel_sum(values: Tensor) -> Tensor:
    """Sum over (H, W), in float64."""
    return values.flatten(-2).sum(-1, dtype=torch.float64)


def cosine(first: Tensor, second: Tensor, first_length: Tensor, second_length: Tensor) -> Tensor:
    """Cosine of the angle between two vector fields, -1 to 1; 0 where either vector is zero."""
    product = first_length * second_length
    still = product == 0
    dot = first[..., 0] * second[..., 0] + first[..., 1] * second[..., 1]
    return torch.where(still, 0.0, dot / torch.where(still, 1.0, product)).clamp(-1, 1)


def length(flow: Tensor) -> Tensor:
    """The L2 norm at each pixel, (..., H, W)."""
    return torch.hypot(flow[..., 0], flow[..., 1])


def prepare(target_flow: ArrayLike | Tensor, confidence: Tensor | None = None) -> TargetMotion:
    """What of a score depends on the target alone.

    A ``confidence`` (..., H, W), 0 to 1, makes every mean and sum over pixels a weighted one: that
    is no longer the paper's score.
    """
    flow = normalised(as_flow(target_flow))
    magnitude = length(flow)
    peak = magnitude.flatten(-2).amax(-1)[..., None, None]
    weight = magnitude / (peak + EPS) * (magnitude > TAU_M)
    if confidence is not None:
        weight = weight * confidence
    nothing = torch.zeros((), dtype=torch.float64)
    target = TargetMotion(flow, magnitude, weight, pixel_mean(magnitude, confidence), nothing, confidence)
    _, _, d_min = _distances(flow, magnitude, target)
    return replace(target, d_min=d_min)


def _distances(flow: Tensor, magnitude: Tensor, target: TargetMotion) -> tuple[Tensor, Tensor, Tensor]:
    difference = (flow - target.flow).abs()
    d_mag = pixel_mean((difference[..., 0] + difference[..., 1] + EPS) ** Q, target.confidence)
    e_dir = (1 - cosine(flow, target.flow, magnitude, target.magnitude)) / 2
    d_dir = pixel_sum(target.weight * e_dir) / (pixel_sum(target.weight) + EPS)
    return d_mag, d_dir, ALPHA * d_mag + (1 - ALPHA) * d_dir


def align(predicted_flow: ArrayLike | Tensor, target: TargetMotion) -> Alignment:
    """The Motion Alignment Score of an edit, with its terms.

    ``D_ovl = alpha D_mag + (1 - alpha) D_dir``, and
    ``MAS = 100 (1 - clip((D_ovl - d_min) / (d_max - d_min), 0, 1))``, or 0 where the edit's mean
    motion is below ``rho_min`` of the target's. ``d_min`` is the target's own distance from itself,
    so that the target scores exactly 100.

    Raises:
        ValueError: the two flows differ in shape.
    """
    flow = as_flow(predicted_flow)
    if flow.shape != target.flow.shape:
        raise ValueError(f"the flows differ in shape: {tuple(flow.shape)} and {tuple(target.flow.shape)}")
    flow = normalised(flow)
    magnitude = length(flow)
    d_mag, d_dir, d_ovl = _distances(flow, magnitude, target)
    mean = pixel_mean(magnitude, target.confidence)
    unruled = 100 * (1 - ((d_ovl - target.d_min) / (D_MAX - target.d_min)).clamp(0, 1))
    unruled = torch.where(target.moves, unruled, torch.nan)
    static = mean < RHO_MIN * target.mean
    return Alignment(
        score=torch.where(static & target.moves, 0.0, unruled),
        unruled=unruled,
        static=static,
        d_mag=d_mag,
        d_dir=d_dir,
        d_ovl=d_ovl,
        d_min=target.d_min,
        mean_predicted=mean,
        mean_target=target.mean,
    )


def motion_alignment_score(predicted_flow: ArrayLike | Tensor, target_flow: ArrayLike | Tensor) -> Tensor:
    """MAS of flows (..., H, W, 2) in pixels: float64, (...), 0 to 100, higher is better.

    NaN where no pixel of the target moves by more than `TAU_M` of the diagonal: such an item cannot
    be scored. `align` gives the terms as well.

    >>> import numpy as np
    >>> right = np.full((8, 8, 2), (3.0, 0.0))
    >>> float(motion_alignment_score(right, right)), float(motion_alignment_score(0 * right, right))
    (100.0, 0.0)
    """
    return align(predicted_flow, prepare(target_flow)).score
