"""Pictures and benchmarks made in a moment."""

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image


def photograph(seed: int, width: int = 160, height: int = 120) -> np.ndarray:
    """A smooth random texture that optical flow can follow, (height, width, 3), uint8."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))


def png(pixels: np.ndarray | Image.Image, form: str = "PNG", **options: object) -> bytes:
    """Encoded bytes of an array or image."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    image.save(buffer, format=form, **options)
    return buffer.getvalue()


def make_benchmark(folder: Path, count: int = 4, width: int = 160, height: int = 120) -> Path:
    """A benchmark folder: item k's target is its input with the middle moved k + 2 pixels to the right."""
    lines = []
    for name in ("input", "target"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for k in range(count):
        first = photograph(k, width, height)
        second = first.copy()
        shift = k + 2
        second[30:90, 40 + shift : 110 + shift] = first[30:90, 40:110]
        item = f"item-{k}"
        (folder / "input" / f"{item}.png").write_bytes(png(first, compress_level=1))
        (folder / "target" / f"{item}.png").write_bytes(png(second, compress_level=1))
        lines.append(
            {
                "id": item,
                "file_name": f"input/{item}.png",
                "target_file_name": f"target/{item}.png",
                "prompt": f"Move the middle {shift} pixels to the right.",
                "category": "Locomotion/Distance",
            }
        )
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def scene(height: int, width: int, dx: int = 0) -> np.ndarray:
    """A smooth colourful picture, uint8, moved by dx."""
    y, x = np.mgrid[:height, :width]
    waves = [np.sin((x - dx) / (5 + c) + c) + np.cos(y / (4 + c)) for c in range(3)]
    return (np.stack(waves, -1) * 60 + 128).astype(np.uint8)
