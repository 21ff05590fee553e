"""How long `mebench leaderboard` takes, and how much memory, for a board of many models.

Writes scored models as `mebench score` leaves them, with random values, and then times the command in a
fresh process. The baseline, in the same run: a process that only parses the same lines with `json`.

    python timing/board_speed.py [--models 100 --items 1015]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from motionedit_bench.metrics.catalogue import CATALOGUE

METRICS = (
    *("mas", "motion_gain", "mas_noop", "motion_magnitude", "motion_reward", "motion_iou"),
    *("epe", "ssim", "psnr", "lpips", "clip_i", "overall"),
)
PARSE = """
import json, sys
from pathlib import Path
for path in Path(sys.argv[1]).glob("*/scores.jsonl"):
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
"""
BOARD = "import sys; from motionedit_bench.cli import invoke; sys.exit(invoke(['leaderboard', sys.argv[1]]))"


def make(folder: Path, models: int, items: int) -> None:
    """Scored models with twelve metrics each."""
    rng = np.random.default_rng(0)
    ids = [f"{number:05d}" for number in range(items)]
    level = {name: rng.normal(0.5, 0.1, items) for name in METRICS}
    bounds = {name: np.clip(CATALOGUE[name].bounds, 0, 100) for name in METRICS}
    bench = {"name": "made", "spec": "made", "revision": None, "fingerprint": "f" * 64, "items": items}
    described = [{"id": item, "category": "Pose/Posture"} for item in ids]
    detail = {"flow": "dis", "flow_size": "input", "metric_version": "1", "flow_version": "opencv 5.0.0, DIS"}
    terms = {f"term_{letter}": 0.123456789 for letter in "abcdefghij"}
    for number in range(models):
        place = folder / f"model-{number:03d}"
        place.mkdir()
        strength = rng.normal(0, 0.05)
        with (place / "scores.jsonl").open("w") as file:
            for name in METRICS:
                own = {"judge": "reference", "protocol": "computed"} if name == "overall" else {}
                low, high = bounds[name]
                shares = np.clip(level[name] + strength + rng.normal(0, 0.05, items), 0, 1)
                for item, value in zip(ids, low + shares * (high - low), strict=True):
                    row = {
                        "model": place.name,
                        "item_id": item,
                        "metric": name,
                        "value": value,
                        "status": "ok",
                    }
                    row |= {"reason": None, "detail": detail | own | terms, "key": "0" * 64}
                    file.write(json.dumps(row) + "\n")
        content = {"format": 1, "model": place.name, "bench": bench, "items": described, "sessions": []}
        (place / "scoring.json").write_text(json.dumps(content))


def timed(program: str, folder: Path) -> tuple[float, float]:
    """Seconds, and the peak of memory in MB, of a fresh process."""
    measured = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
    )
    started = time.perf_counter()
    command = [sys.executable, "-c", measured, sys.executable, "-c", program, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, int(done.stdout) / (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--items", type=int, default=1015)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, chosen.models, chosen.items)
        size = sum(path.stat().st_size for path in folder.glob("*/scores.jsonl")) / 1e6
        parsing, _ = timed(PARSE, folder)
        seconds, memory = timed(BOARD, folder)
    rows = chosen.models * chosen.items * len(METRICS)
    print(
        f"{chosen.models} models x {chosen.items} items x {len(METRICS)} metrics: {rows} rows, {size:.0f} MB"
    )
    print(f"parsing the lines with json alone: {parsing:.1f} s")
    print(f"mebench leaderboard: {seconds:.1f} s, {seconds / parsing:.1f} times that")
    print(f"memory of its largest process: {memory:.0f} MB")


if __name__ == "__main__":
    main()
