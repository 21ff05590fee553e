"""Shared fixtures: a cache folder of the session's own, a small benchmark, the real items where present."""

import io
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

# A shell that starts the tests in the background has them ignore interruptions, and all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "published"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Everything the tests cache lies in a folder of this session, also for the processes they start."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("MEBENCH_CACHE")
    os.environ["MEBENCH_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["MEBENCH_CACHE"]
    else:
        os.environ["MEBENCH_CACHE"] = before


@pytest.fixture
def published() -> Path:
    """Twelve real items and what six models made of them."""
    if not PUBLISHED.is_dir():
        pytest.skip("the published items are not on this machine")
    return PUBLISHED


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
        (folder / "input" / f"{item}.png").write_bytes(png(first))
        (folder / "target" / f"{item}.png").write_bytes(png(second))
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


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A benchmark folder of four small items."""
    return make_benchmark(tmp_path / "bench")


@pytest.fixture
def mebench(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command line in this process: status, standard output, standard error."""
    from motionedit_bench.cli import invoke

    def call(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        status = invoke([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return status, out, err

    return call
