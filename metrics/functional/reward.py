"""The MotionNFT training reward, as the released code computes it, on flow fields.

Source: the released scorer (`train/flow_grpo/motionedit_scorer.py`). It differs from the paper's
score in the mean over channels, in the direction weight, and in a term against too little motion;
see `motionedit_bench.metrics.functional.motion_alignment` for the paper's.
"""

from dataclasses import dataclass

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from motionedit_bench.metrics.functional.motion_alignment import (
    EPS,
    TAU_M,
    Q,
    as_flow,
    cosine,
    length,
    normalised,
    pixel_mean,
    pixel_sum,
)

ALPHA, BETA, LAMBDA = 0.7, 0.2, 0.1
"""Weights of the magnitude, direction and movement terms."""
TAU = 0.01
"""Margin of the movement term."""
D_MAX = 1.0
D_MIN = EPS**Q
"""The magnitude term of identical flows."""
LEVELS = 5
"""The reward is rounded to this many steps."""


@dataclass(frozen=True)
class Reward:
    """The reward of one edit and its terms, each of the batch's shape.

    Attributes:
        reward: 0 to 1 in steps of 0.2, higher is better. continuous: the same before rounding.
        d_mag, d_dir, m_move: the terms; d_comb: their weighted sum.
    """

    reward: Tensor
    continuous: Tensor
    d_mag: Tensor
    d_dir: Tensor
    m_move: Tensor
    d_comb: Tensor


def motion_reward(predicted_flow: ArrayLike | Tensor, target_flow: ArrayLike | Tensor) -> Reward:
    """The reward of flows (..., H, W, 2) in pixels, from the input to the edited and to the target image.

    A target that does not move has ``d_dir`` 0: the released code gives such an item a reward all
    the same, and so does this function.

    Raises:
        ValueError: a flow of another shape or type, or two flows of different shapes.
    """
    predicted, target = as_flow(predicted_flow), as_flow(target_flow)
    if predicted.shape != target.shape:
        raise ValueError(f"the flows differ in shape: {tuple(predicted.shape)} and {tuple(target.shape)}")
    predicted, target = normalised(predicted), normalised(target)
    m_predicted, m_target = length(predicted), length(target)
    d_mag = pixel_mean((((predicted - target).abs() + EPS) ** Q).mean(-1))
    e_dir = (1 - cosine(predicted, target, m_predicted, m_target)) / 2
    weight = (m_target > TAU_M).to(e_dir.dtype)
    d_dir = pixel_sum(weight * e_dir) / pixel_sum(weight).clamp(min=1)
    m_move = (TAU + pixel_mean(m_target) / 2 - pixel_mean(m_predicted)).clamp(min=0)
    d_comb = ALPHA * d_mag + BETA * d_dir + LAMBDA * m_move
    continuous = 1 - ((d_comb - D_MIN) / (D_MAX - D_MIN)).clamp(0, 1)
    return Reward(torch.round(LEVELS * continuous) / LEVELS, continuous, d_mag, d_dir, m_move, d_comb)
