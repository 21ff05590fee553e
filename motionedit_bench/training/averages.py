"""How fast the policy that samples, and the one that is published, follow the one in training.

Source: the released code (`train/`). Steps and updates are counted from 0.
"""

from collections.abc import Mapping

import torch
from torch import Tensor


def old_decay(step: int) -> float:
    """How much of the sampling policy stays after a step: none at first, half from step 500 on."""
    return min(0.001 * step, 0.5)


def ema_decay(updates: int) -> float:
    """How much of the average stays after so many updates: 0.1 at first, 0.9 from the 80th on."""
    return min((1 + updates) / (10 + updates), 0.9)


@torch.no_grad()
def follow(average: Mapping[str, Tensor], leader: Mapping[str, Tensor], decay: float) -> None:
    """Move each tensor in place to ``decay`` of itself and ``1 - decay`` of the leader's of that name."""
    for name, tensor in average.items():
        tensor.mul_(decay).add_(leader[name].detach(), alpha=1 - decay)
