"""Whether the memory of `mebench score` grows with the number of items: peak at 200 and at 2,000
items.

Each scoring runs in a process of its own, over 4 models and all metrics that need no weights; the
pictures are small, so that what is kept per item would show. Prints both peaks and their ratio.

    python timing/scoring_memory.py
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

METRICS = "mas,mas_noop,motion_gain,motion_magnitude,ssim,psnr"
COUNTS = (200, 2000)
MODELS = 4


def build(folder: Path, count: int) -> None:
    """A benchmark of so many items; all share a few pictures on the disk, by hard links."""
    rng = np.random.default_rng(0)
    for name in ("bench/input", "bench/target", *(f"preds/model-{m}" for m in range(MODELS))):
        place = folder / name
        place.mkdir(parents=True)
        coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        coarse.resize((128, 96), Image.Resampling.BICUBIC).save(place / "0.png")
        for k in range(1, count):
            (place / f"{k}.png").hardlink_to(place / "0.png")
    lines = (
        {
            "id": str(k),
            "file_name": f"input/{k}.png",
            "target_file_name": f"target/{k}.png",
            "prompt": f"Move {k}.",
        }
        for k in range(count)
    )
    (folder / "bench" / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def peak(count: int) -> float:
    """Peak resident memory of one scoring, MiB."""
    with tempfile.TemporaryDirectory() as place:
        build(Path(place), count)
        command = [sys.executable, __file__, "--scored", place]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(done.stdout.splitlines()[-1])


def score(place: str) -> None:
    from motionedit_bench.cli import invoke

    status = invoke(["score", f"{place}/preds", "--bench", f"{place}/bench", "--metrics", METRICS])
    assert status == 0
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    if sys.argv[1:2] == ["--scored"]:
        score(sys.argv[2])
        return
    few, many = (peak(count) for count in COUNTS)
    print(f"{COUNTS[0]:5d} items  {few:8.0f} MiB")
    print(f"{COUNTS[1]:5d} items  {many:8.0f} MiB")
    print(f"ratio        {many / few:8.3f}")


if __name__ == "__main__":
    main()
