"""The training: step after step, with checkpoints from which it goes on as if nothing had happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Reward
from motionedit_bench.training.editor import Editor
from motionedit_bench.training.recipe import Recipe


@dataclass(frozen=True)
class Task:
    """What is trained, on what, by which reward.

    ``items`` are trained on; ``held_out`` are looked at alone, and may be none.
    """

    editor: Editor
    reward: Reward
    items: Sequence[Item]
    held_out: Sequence[Item] = ()


def train(task: Task, recipe: Recipe, folder: Path) -> Path:
    """Train, or go on where this folder's last checkpoint is; returns the last checkpoint's folder.

    A checkpoint ``folder/checkpoints/N`` holds ``theta``, ``old`` and ``ema.safetensors``, whose keys are
    ``LAYER.lora_A.weight`` and ``LAYER.lora_B.weight`` with the transformer's names of layers, float32.
    The adapted layer adds ``alpha / rank * B A``. ``ema`` is what is evaluated and to be published.

    Raises:
        UsageError: the folder holds a training of another kind; no items.
        StorageError: the folder cannot be written.
    """
    raise NotImplementedError("a stub: the loop follows")
