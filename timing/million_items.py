"""What a great number of items costs where no model works: memory and time an item of each step.

Writes a benchmark folder of N items that share two small pictures, a run's folder with an image and a record
each, and scores of two metrics each; then takes the steps one by one, each in a fresh process, for a small N
and a large one. Growth is the difference of the peaks (resident memory) by the difference of the Ns, so that
what Python and libraries take anyway falls out. Images are hard links to one file, so that a disk holds them.

    python timing/million_items.py [--items 100000] [--fewer 10000] [--steps open,board]
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

LINKS = 50_000
"""So many names a file may have on the disk: some file systems allow no more than 65,000."""


def build(folder: Path, count: int) -> None:
    """A benchmark, a run of it with 1 % left and its scores, as `mebench` would leave them."""
    import numpy as np
    from PIL import Image

    for name in ("bench", "preds/model"):
        (folder / name).mkdir(parents=True)
    for name in ("input.png", "target.png"):
        Image.fromarray(np.zeros((8, 8, 3), dtype=np.uint8)).save(folder / "bench" / name)
    ids = [f"{number:08d}" for number in range(count)]
    _lines(
        folder / "bench" / "metadata.jsonl",
        (
            {
                "id": one,
                "file_name": "input.png",
                "target_file_name": "target.png",
                "prompt": f"Move the cup in the middle by {one} steps to the right, and turn it a little.",
                "category": "Pose/Posture",
            }
            for one in ids
        ),
    )
    model = folder / "preds" / "model"
    content = (folder / "bench" / "input.png").read_bytes()
    for number, one in enumerate(ids):
        if number % LINKS == 0:
            (model / f"{one}.png").write_bytes(content)
            first = model / f"{one}.png"
        else:
            os.link(first, model / f"{one}.png")
    record = {"status": "ok", "reason": None, "seed": 1, "seconds": 1.0, "sha256": _digest(content)}
    size = {"width": 8, "height": 8}
    _lines(model / "records.jsonl", ({"item_id": one, **record, **size} for one in ids))
    _lines(model / "scores.jsonl", (_row(one, name, _digest(content)) for one in ids for name in METRICS))
    bench = {"name": "made", "spec": str(folder / "bench"), "revision": None, "fingerprint": "f" * 64}
    items = [{"id": one, "category": "Pose/Posture"} for one in ids]
    about = {"format": 1, "model": "model", "bench": {**bench, "items": count}, "items": items}
    (model / "scoring.json").write_text(json.dumps({**about, "sessions": []}))
    prepare(folder)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


METRICS = ("mas", "motion_gain")


def _row(item: str, metric: str, image: str) -> dict[str, object]:
    detail = {"flow": "dis", "flow_size": "input", "metric_version": "1", "flow_version": "opencv 5.0.0, DIS"}
    terms = {f"term_{letter}": 0.123456789 for letter in "abcdefghij"} | {"flow_trust": 0.75}
    return {
        **{"model": "model", "item_id": item, "metric": metric, "value": int(item) % 997 / 10},
        **{"status": "ok", "reason": None, "detail": detail | terms},
        "variant": {"choice": ["flow", "flow_size"], "versions": ["metric_version", "flow_version"]},
        **{"blame": None, "image": image, "key": _digest(f"{item} {metric}".encode())},
    }


def _lines(path: Path, records: object) -> None:
    with path.open("w") as file:
        for record in records:  # type: ignore[attr-defined]
            file.write(json.dumps(record) + "\n")


def opened(folder: Path) -> None:
    from motionedit_bench.benchmarks import open_benchmark

    open_benchmark(str(folder / "bench"))


def fingerprint(folder: Path) -> None:
    from motionedit_bench.benchmarks import open_benchmark

    open_benchmark(str(folder / "bench")).fingerprint()


def finished(folder: Path) -> None:
    from motionedit_bench.running.run import finished as found

    found(folder / "preds" / "model")


def resumed(folder: Path) -> None:
    """A run that finds all but a hundredth of its items done, and makes the rest."""
    from motionedit_bench.adapters.baselines import Identity
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.running.run import run

    bench = open_benchmark(str(folder / "bench"))
    run("identity", Identity(), bench, bench.items, folder / "preds" / "model")


def prepare(folder: Path) -> None:
    """Make the run one that can go on, with 1 % left."""
    from motionedit_bench.adapters.baselines import Identity
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.running import manifest

    model = folder / "preds" / "model"
    manifest.write(model, manifest.start("identity", Identity(), open_benchmark(str(folder / "bench")), 42))
    for path in model.glob("*00.png"):
        path.unlink()


def predictions(folder: Path) -> None:
    from motionedit_bench.predictions import ModelPredictions

    ModelPredictions(folder / "preds" / "model")


def sheet(folder: Path) -> None:
    from motionedit_bench.predictions import ModelPredictions
    from motionedit_bench.scoring.sheet import Sheet

    made = ModelPredictions(folder / "bench")  # whose images are none of the model's
    made.model = "model"
    Sheet(made, folder / "preds" / "model").close()


def board(folder: Path) -> None:
    from motionedit_bench.leaderboard.board import load

    load(folder / "preds")


STEPS: dict[str, tuple[Callable[[Path], None], str]] = {
    "open": (opened, "opening the benchmark"),
    "fingerprint": (fingerprint, "the same and its fingerprint"),
    "finished": (finished, "what a run has done"),
    "resume": (resumed, "going on with 1 % left"),
    "predictions": (predictions, "a model's images"),
    "sheet": (sheet, "opening its scores"),
    "board": (board, "a board of one model"),
}


def taken(step: str, folder: Path) -> tuple[float, float]:
    """Seconds, and the peak of resident memory in bytes, of one step in a fresh process."""
    done = subprocess.run(
        [sys.executable, __file__, "--take", step, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), float(peak)


def take(step: str, folder: Path) -> None:
    work = STEPS[step][0]
    started = time.perf_counter()
    work(folder)
    seconds = time.perf_counter() - started
    scale = 1 if sys.platform == "darwin" else 1024
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale)


def main() -> None:
    if sys.argv[1:2] == ["--take"]:
        take(sys.argv[2], Path(sys.argv[3]))
        return
    if sys.argv[1:2] == ["--build"]:  # apart: a process starts with the peak of the one that starts it
        build(Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--fewer", type=int, default=10_000)
    parser.add_argument("--steps", default=",".join(STEPS))
    asked = parser.parse_args()
    found: dict[int, dict[str, tuple[float, float]]] = {}
    for count in (asked.fewer, asked.items):
        with tempfile.TemporaryDirectory() as place:
            subprocess.run([sys.executable, __file__, "--build", place, str(count)], check=True)
            found[count] = {step: taken(step, Path(place)) for step in asked.steps.split(",")}
    print(f"{'':32s} {'bytes an item':>13s} {'us an item':>11s} {'peak, MB':>9s}")
    more = asked.items - asked.fewer
    for step, (seconds, peak) in found[asked.items].items():
        less = found[asked.fewer][step]
        row = (peak - less[1]) / more, 1e6 * (seconds - less[0]) / more, peak / 1e6
        print(f"{STEPS[step][1]:32s} {row[0]:13.0f} {row[1]:11.1f} {row[2]:9.0f}")


if __name__ == "__main__":
    main()
