"""Edits by the model as it is now: noise, carried to a picture along the velocity."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from motionedit_bench.records import Item
from motionedit_bench.training.draws import generator
from motionedit_bench.training.editor import Condition, Editor


@dataclass(frozen=True)
class Edits:
    """Some edits of an item: ``images`` are their numbers, ``x0`` (B, N, D) their clean latents."""

    item: Item
    condition: Condition
    images: Sequence[int]
    x0: Tensor


def noise_of(
    editor: Editor, condition: Condition, item: Item, images: Sequence[int], *key: int | str
) -> Tensor:
    """The noise that these edits of an item start from, (B, N, D), float32, on the transformer's device."""
    drawn = [editor.noise(condition, generator(*key, item.id, image)) for image in images]
    return torch.stack(drawn).to(device_of(editor))


@torch.no_grad()
def edits_of(
    editor: Editor, item: Item, condition: Condition, images: Sequence[int], steps: int, *key: int | str
) -> Edits:
    """Edits of an item by the policy that answers now, by Euler's method.

    ``key`` is what the noise is for; with the item's id and the image's number it determines an edit.
    """
    x = noise_of(editor, condition, item, images, *key)
    sigmas = editor.sigmas(condition, steps)
    for now, then in pairwise(sigmas):
        x = x + (then - now) * velocity(editor, x, x.new_full((len(x),), now), condition)
    return Edits(item, condition, images, x)


def velocity(editor: Editor, x: Tensor, t: Tensor, condition: Condition) -> Tensor:
    """The editor's velocity in float32; computed in bfloat16 where the device has it."""
    with torch.autocast(x.device.type, torch.bfloat16, enabled=x.device.type == "cuda"):
        return editor.velocity(x, t, condition).float()


def device_of(editor: Editor) -> torch.device:
    """Where the transformer is."""
    return next(editor.transformer.parameters()).device
