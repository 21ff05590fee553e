"""What the training asks of a model: the narrow waist between the loop and a pipeline."""

from typing import Any, Protocol

import torch
from torch import Tensor, nn

from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Pixels

Condition = Any
"""All that a model needs of one item to edit it, encoded once; only the editor looks inside."""


class Editor(Protocol):
    """A flow model that edits pictures, taken apart.

    Latents are packed, N tokens of D numbers, and stand in float32: ``x`` is a batch (B, N, D) of images of
    ONE item. Time ``t`` runs from 1 (noise) to 0 (picture), ``x_t = (1 - t) x_0 + t noise``, and a velocity
    is ``noise - x_0``. Which of the three policies answers is set in the transformer, by `Policies`.
    """

    @property
    def transformer(self) -> nn.Module:
        """The network that gets the LoRAs, on its device; frozen but for these."""

    def condition(self, item: Item) -> Condition:
        """What ``velocity`` needs of this item: its prompt, its picture, its size, the guidance.

        Raises:
            ImageError: the item's picture cannot be used.
        """

    def noise(self, condition: Condition, generator: torch.Generator) -> Tensor:
        """The start of one edit, (N, D), float32 on the CPU, from the CPU's generator alone."""

    def sigmas(self, condition: Condition, steps: int) -> list[float]:
        """The times of a sampling in so many steps, falling: ``steps`` of them, and 0 as the last."""

    def velocity(self, x: Tensor, t: Tensor, condition: Condition) -> Tensor:
        """The velocity at ``x`` (B, N, D), each image at its own time ``t`` (B,); of the shape of ``x``.

        The gradient passes through it to the transformer's parameters.
        """

    def decode(self, x: Tensor, condition: Condition) -> list[Pixels]:
        """The pictures of clean latents (B, N, D), at the size that the item is edited at."""

    def facts(self) -> dict[str, Any]:
        """What ``run.json`` says of it: the model, its revision, sizes, guidance; JSON values."""
