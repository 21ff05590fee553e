"""A trained LoRA as a file that the released pipelines load by themselves, at full strength.

The training adds ``alpha / rank * B A``; diffusers adds ``B A`` where nothing tells it of ``alpha``. So
the factor goes into B here. (The released conversion drops it instead: its LoRA was trained at twice the
strength that it is loaded at.)
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor

from motionedit_bench.adapters.diffusers.lora import NAMES
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.files import json_bytes, make_folder, read_json, write_whole
from motionedit_bench.training import stored
from motionedit_bench.training.card import TRAINING, training_card

WEIGHTS = ("ema", "theta", "old")
"""What a checkpoint holds, the published average first."""
FOLDER = "lora"


def folded(weights: Mapping[str, Tensor], denoiser: str, scale: float) -> dict[str, Tensor]:
    """A checkpoint's matrices under diffusers' names, with ``scale`` in B, so that they act at strength 1.

    Args:
        weights: ``LAYER.lora_A.weight`` and ``LAYER.lora_B.weight``. denoiser: the component's name.
        scale: alpha / rank.
    """
    return {
        f"{denoiser}.{name}": (tensor * scale if name.endswith("lora_B.weight") else tensor).contiguous()
        for name, tensor in sorted(weights.items())
    }


def export_lora(
    run: Path, out: Path | None = None, step: int | None = None, weights: str = WEIGHTS[0]
) -> Path:
    """Write the LoRA of a training's folder as diffusers names it, with its card; returns the folder.

    Args:
        out: where to; ``RUN/lora`` where it is ``None``.
        step: of which checkpoint; the last where it is ``None``.
        weights: one of `WEIGHTS`.

    Raises:
        UsageError: no training is there, or no such checkpoint.
        StorageError: a file is damaged, or cannot be written.
    """
    told = read_run(run)
    checkpoint = _checkpoint(run, step)
    tensors = stored.read_weights(checkpoint, weights)
    recipe = told["recipe"]
    made = folded(tensors, "transformer", recipe["alpha"] / recipe["rank"])
    content = save(made, metadata={"format": "pt"})
    card = training_card(told["data"], told["reward"], int(checkpoint.name), content)
    folder = make_folder(out or run / FOLDER)
    write_whole(folder / NAMES[0], content)
    write_whole(folder / TRAINING, json_bytes(card, indent=2))
    return folder


def read_run(run: Path) -> dict[str, Any]:
    """What a training's ``run.json`` says.

    Raises:
        UsageError: there is none, or it is of something else.
        StorageError: it is damaged.
    """
    path = run / "run.json"
    try:
        told: dict[str, Any] = read_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"{run} holds no training: it has no run.json; give the --out of mebench train"
        ) from error
    except (OSError, ValueError) as error:
        raise StorageError(f"{path} cannot be read: {error}") from error
    if not isinstance(told, dict) or not {"recipe", "data", "reward"} <= told.keys():
        raise UsageError(f"{run} holds something else than a training: give the --out of mebench train")
    return told


def _checkpoint(run: Path, step: int | None) -> Path:
    steps = sorted(int(one.name) for one in (run / "checkpoints").glob("*") if one.name.isdigit())
    if not steps:
        raise UsageError(f"{run} holds no checkpoint yet")
    if step is not None and step not in steps:
        raise UsageError(f"{run} holds no checkpoint of step {step}: {', '.join(map(str, steps))}")
    return run / "checkpoints" / str(steps[-1] if step is None else step)
