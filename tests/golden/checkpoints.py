"""Tiny checkpoints that every environment writes alike, in the form in which published ones were written.

A layout, one JSON file a pipeline, holds the text files of a checkpoint as the pinned libraries save them,
and the names, shapes and types of its tensors. The tensors' values follow from their names, so that none
is kept. Needs neither torch nor the libraries that are compared.
"""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"

LORA_RANK = 4
INSTRUCTION = "Raise the robot's left arm, and turn its head to the window."
SEED = 1234
STEPS = 2


def layout_of(folder: Path) -> dict[str, Any]:
    """The layout of a checkpoint that a library saved."""
    texts, tensors = {}, {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".safetensors":
            with safe_open(path, "np") as stored:
                shapes = {key: stored.get_slice(key).get_shape() for key in stored.keys()}  # noqa: SIM118
            tensors[name] = dict(sorted(shapes.items()))
        else:
            texts[name] = path.read_text(encoding="utf-8")
    return {"texts": texts, "tensors": tensors}


def write(pipeline: str, folder: Path) -> Path:
    """Write the checkpoint of a pipeline's layout into a new folder, which is returned."""
    layout = json.loads((LAYOUTS / f"{pipeline}.json").read_text(encoding="utf-8"))
    for name, text in layout["texts"].items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for name, shapes in layout["tensors"].items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        values = {key: tensor(key, shape) for key, shape in shapes.items()}
        save_file(values, place, metadata={"format": "pt"})
    return folder


def write_lora(pipeline: str, file: Path, prefix: str = "transformer.") -> Path:
    """Write a LoRA for every attention projection of a pipeline's denoiser; returns the file."""
    layout = json.loads((LAYOUTS / f"{pipeline}.json").read_text(encoding="utf-8"))
    (shapes,) = (own for name, own in layout["tensors"].items() if name.startswith("transformer/"))
    values = {}
    for key, shape in shapes.items():
        layer = key.removesuffix(".weight")
        if layer.endswith(("to_q", "to_k", "to_v")) and layer != key:
            for half, own in (("A", [LORA_RANK, shape[1]]), ("B", [shape[0], LORA_RANK])):
                values[f"{prefix}{layer}.lora_{half}.weight"] = tensor(f"{layer}.lora_{half}", own)
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(values, file, metadata={"format": "pt"})
    return file


def tensor(name: str, shape: list[int]) -> np.ndarray:
    """The float32 values of a tensor of that name: weights of unit gain, norms near 1, biases near 0."""
    wanted = math.prod(shape)
    stream = hashlib.shake_256(name.encode()).digest(4 * wanted)
    uniform = (np.frombuffer(stream, "<u4").astype(np.float64) / 2**31 - 1).reshape(shape)
    if len(shape) > 1:
        return (uniform * math.sqrt(3 / math.prod(shape[1:]))).astype(np.float32)
    return (0.1 * uniform + (1.0 if name.endswith(("weight", "gamma")) else 0.0)).astype(np.float32)


def picture() -> Image.Image:
    """The input of every edit, 128 x 96: gradients with edges in them."""
    y, x = np.mgrid[:96, :128]
    planes = (2 * x % 256, 255 - 2 * y, 255 * ((x // 16 + y // 12) % 2))
    return Image.fromarray(np.stack(planes, -1).astype(np.uint8))
