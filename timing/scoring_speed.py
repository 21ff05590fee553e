"""`mebench score` beside a plain loop, on the same predictions in the same run.

The plain loop works as the released scorer does: for every prediction it decodes all three
pictures, computes both flows, and the terms in plain tensor code, one prediction at a time. Prints
seconds a prediction, the ratio, and the largest difference between the scores.

With `unimatch` the loop runs the network by ptlflow's class where that is installed (see
`unimatch_network.py`), as people run it today; elsewhere it runs our own, and says so.

    python timing/scoring_speed.py                       # dis at 1280x720, 4 models x 8 items
    python timing/scoring_speed.py --flow unimatch --random-weights --size 384x256 --items 2
    python timing/scoring_speed.py --flow unimatch --random-weights --device cuda --batch 4

On a GPU the loop runs the network there, too. With `unimatch` the share of the time that is spent inside the
network is printed as well.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import torch
from PIL import Image
from skimage import data

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.flow.base import FlowEstimator
from motionedit_bench.metrics.flow.gmflow.network import MULTIPLE, normalise
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.network import batch
from motionedit_bench.scoring.replica import threads
from motionedit_bench.scoring.score import score

MODELS = 4
PHOTOGRAPHS = (data.astronaut, data.chelsea, data.coffee, data.rocket)


def build(folder: Path, items: int, width: int, height: int) -> tuple[Path, Path]:
    """A benchmark of photographs whose middle moves, and four models that move it more or less."""
    rng = np.random.default_rng(0)
    lines = []
    for k in range(items):
        photograph = Image.fromarray(PHOTOGRAPHS[k % len(PHOTOGRAPHS)]()).convert("RGB")
        box = (k % 7, k % 5, photograph.width - k % 3, photograph.height)
        first = np.asarray(photograph.resize((width, height), Image.Resampling.BICUBIC, box))

        def moved(step: int, first: np.ndarray = first) -> np.ndarray:
            second = first.copy()
            top, left, h, w = height // 4, width // 4, height // 2, width // 3
            second[top : top + h, left + step : left + step + w] = first[top : top + h, left : left + w]
            noise = rng.integers(-2, 3, first.shape)
            return np.clip(second + noise, 0, 255).astype(np.uint8)

        step = max(width // 40, 3)
        pictures = {f"bench/input/{k}.png": first, f"bench/target/{k}.png": moved(step)}
        pictures |= {f"preds/model-{m}/{k}.png": moved(step * m // 2) for m in range(MODELS)}
        for name, pixels in pictures.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(folder / name)
        lines.append({"id": str(k), "file_name": f"input/{k}.png", "target_file_name": f"target/{k}.png"})
    text = "".join(json.dumps(line | {"prompt": "Move the middle to the right."}) + "\n" for line in lines)
    (folder / "bench" / "metadata.jsonl").write_text(text)
    return folder / "bench", folder / "preds"


def plain_score(estimator: FlowEstimator, paths: tuple[Path, Path, Path]) -> float:
    """One prediction from files to MAS, with nothing shared and nothing clever."""
    first, target, edited = (Image.open(path).convert("RGB") for path in paths)
    target, edited = (
        image if image.size == first.size else image.resize(first.size, Image.Resampling.BICUBIC)
        for image in (target, edited)
    )
    flows = [
        torch.from_numpy(estimator.flow(np.asarray(first), np.asarray(other))) for other in (edited, target)
    ]
    diagonal = (first.width**2 + first.height**2) ** 0.5
    predicted, wanted = (flow / diagonal for flow in flows)

    def distance(flow: torch.Tensor) -> torch.Tensor:
        d_mag = ((flow - wanted).abs().sum(-1) + 1e-6).pow(0.4).mean()
        cos = torch.nn.functional.cosine_similarity(flow, wanted, dim=-1, eps=1e-12)
        magnitude = wanted.norm(dim=-1)
        weight = magnitude / (magnitude.max() + 1e-6) * (magnitude > 0.002)
        d_dir = (weight * (1 - cos) / 2).sum() / (weight.sum() + 1e-6)
        return 0.7 * d_mag + 0.3 * d_dir

    d_min = distance(wanted)
    score = 100 * (1 - ((distance(predicted) - d_min) / (1 - d_min)).clamp(0, 1))
    static = predicted.norm(dim=-1).mean() / wanted.norm(dim=-1).mean() < 0.01
    return 0.0 if static else float(score)


class Packaged:
    """The network of `unimatch` by ptlflow's class, padded and normalised as the paper's code does."""

    def __init__(self, checkpoint: Path, device: str) -> None:
        from unimatch_network import ptlflow

        state = torch.load(checkpoint, weights_only=True)["model"]
        self._device = torch.device(device)
        self._network = ptlflow(state, torch.float32, self._device)

    def flow(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        height, width = first.shape[:2]
        margins = (0, -width % MULTIPLE, 0, -height % MULTIPLE)
        tensors = (batch(image, self._device) for image in (first, second))
        with torch.inference_mode():
            pair = [normalise(torch.nn.functional.pad(tensor, margins)) for tensor in tensors]
            return self._network(*pair)[0, :height, :width].cpu().numpy()


class Clock:
    """Adds up the seconds inside a network's methods, over all threads."""

    def __init__(self, device: str) -> None:
        self.seconds = 0.0
        self._wait = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
        self._lock = Lock()

    def on(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            self._wait()
            started = time.perf_counter()
            found = method(*arguments)
            self._wait()
            with self._lock:
                self.seconds += time.perf_counter() - started
            return found

        return timed


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flow", default="dis")
    parser.add_argument("--random-weights", action="store_true", help="unimatch with random weights")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--items", type=int, default=8)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, default=1, help="flows of one item at a time (unimatch)")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def main() -> None:
    asked = options()
    width, height = map(int, asked.size.split("x"))
    instruments = Instruments(asked.flow, device=asked.device)
    if asked.random_weights:
        from motionedit_bench.metrics.flow.unimatch import random_checkpoint

        file = Path(tempfile.mkdtemp()) / "random.pth"
        random_checkpoint(file)
        chosen = {"weights": file, "batch": asked.batch, "precision": asked.precision}
        instruments = Instruments(asked.flow, device=asked.device, flow_options=chosen)

    with tempfile.TemporaryDirectory() as place:
        bench, preds = build(Path(place), asked.items, width, height)
        models = sorted(preds.iterdir())
        estimator = instruments.flows.estimator
        loop = f"plain loop, {asked.flow}"
        if asked.random_weights and find_spec("ptlflow"):
            estimator, loop = Packaged(file, asked.device), "plain loop, ptlflow's network"
        plain_score(
            estimator, (bench / "input/0.png", bench / "target/0.png", models[1] / "0.png")
        )  # warm up

        started = time.perf_counter()
        plain = {
            (model.name, str(k)): plain_score(
                estimator, (bench / f"input/{k}.png", bench / f"target/{k}.png", model / f"{k}.png")
            )
            for model in models
            for k in range(asked.items)
        }
        plain_seconds = (time.perf_counter() - started) / len(plain)

        clock = Clock(asked.device)
        if asked.flow == "unimatch":
            network = instruments.flows.estimator._network
            network.features, network.flow = clock.on(network.features), clock.on(network.flow)
        started = time.perf_counter()
        score(open_benchmark(str(bench)), models, ["mas"], instruments, engine_for=threads(asked.workers))
        ours_seconds = (time.perf_counter() - started) / len(plain)

        ours = {
            (row["model"], row["item_id"]): row["value"]
            for model in models
            for row in read_lines(model / "scores.jsonl")
        }
    difference = max(abs(ours[key] - value) for key, value in plain.items())
    print(f"{asked.flow} at {width}x{height}, {MODELS} models x {asked.items} items, {asked.workers} workers")
    print(f"{loop}: {plain_seconds:.3f} s a prediction")
    print(f"mebench score: {ours_seconds:.3f} s a prediction")
    if asked.flow == "unimatch":
        inside = clock.seconds / len(plain) / asked.workers / ours_seconds
        print(f"inside the network: {100 * inside:.0f} % of that, batch {asked.batch}, {asked.precision}")
    print(f"ratio: {plain_seconds / ours_seconds:.2f}")
    print(f"largest difference of a score {difference:.2e} of 100")


if __name__ == "__main__":
    main()
