"""The loss of MotionNFT, for one batch of edits at one time each.

Source: the released code (`train/`), after DiffusionNFT. The paper states the plain form ``||v+- - v||^2``:
no weight w, no factor, no distance to the base model.

Tensors are batches (B, ...); ``t`` and ``optimality`` are (B,).
"""

import torch
from torch import Tensor

ERROR_FLOOR = 1e-5


def noised(x0: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """The point between picture (t = 0) and noise (t = 1)."""
    t = _each(t, x0)
    return (1 - t) * x0 + t * noise


def clean_error(velocity: Tensor, x_t: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """How far the picture that a velocity points at is from the true one, (B,).

    The mean square of the difference by its own mean size, which no gradient passes through: so that errors
    at all times weigh alike.
    """
    error = x_t - _each(t, x_t) * velocity - x0
    rest = tuple(range(1, error.ndim))
    with torch.no_grad():
        size = error.double().abs().mean(rest).clamp(min=ERROR_FLOOR)
    return (error**2 / _each(size, error)).mean(rest)


def nft_loss(
    theta: Tensor,
    old: Tensor,
    x_t: Tensor,
    x0: Tensor,
    t: Tensor,
    optimality: Tensor,
    beta: float = 1.0,
    negative: float = 1.0,
) -> Tensor:
    """The loss of each edit, (B,), float64; the release multiplies it by the clip of advantages, 5.

    An edit of optimality 1 pulls the policy towards itself, one of 0 pushes it away: as far beyond the old
    policy as the pull on the other side would reach. With optimality 1 for all this is flow matching on the
    policy's own edits.

    Args:
        theta, old: velocities at ``x_t``, of the policy in training and of the one that sampled ``x0``.
        beta: how far apart the two halves stand: v+- = old +- beta (theta - old).
        negative: weight of the second half.
    """
    pull = clean_error((1 - beta) * old + beta * theta, x_t, x0, t)
    push = clean_error((1 + beta) * old - beta * theta, x_t, x0, t)
    return (optimality * pull + negative * (1 - optimality) * push) / beta


def drift(theta: Tensor, base: Tensor) -> Tensor:
    """The mean square distance of two velocities, (B,): of the policy and the model without LoRA."""
    return ((theta - base) ** 2).mean(tuple(range(1, theta.ndim)))


def _each(values: Tensor, like: Tensor) -> Tensor:
    """One value an image, ready to be multiplied with the images."""
    return values.reshape(-1, *[1] * (like.ndim - 1))
