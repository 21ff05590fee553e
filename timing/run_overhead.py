"""What the harness adds to a model that takes one second an item, beside a plain loop.

The model waits one second and answers with a photograph of 1024x1024. The plain loop calls it and saves each
image as PNG. Prints seconds an item of both, and what each adds to the model's own second. The start of the
run (lock, manifest) is counted in.

    python timing/run_overhead.py [--items 16]
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from PIL import Image
from skimage import data

from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.records import Item
from motionedit_bench.running.run import run

SECONDS = 1.0
PHOTOGRAPH = Image.fromarray(data.astronaut()).resize((1024, 1024), Image.Resampling.BICUBIC)


class OneSecond(Adapter):
    """A model that takes one second."""

    def edit(self, item: Item, seed: int) -> Image.Image:
        started = time.perf_counter()
        image = PHOTOGRAPH.copy()
        time.sleep(SECONDS - (time.perf_counter() - started))
        return image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=16)
    count = parser.parse_args().items
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        PHOTOGRAPH.save(folder / "input.png")
        lines = [{"id": str(k), "file_name": "input.png", "prompt": f"Wave {k} times."} for k in range(count)]
        (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        benchmark = open_benchmark(place)
        benchmark.fingerprint()

        adapter = OneSecond()
        (folder / "plain").mkdir()
        started = time.perf_counter()
        for item in benchmark.items:
            adapter.edit(item, 0).save(folder / "plain" / f"{item.id}.png")
        plain = (time.perf_counter() - started) / count

        started = time.perf_counter()
        run("one_second", adapter, benchmark, benchmark.items, folder / "ours")
        ours = (time.perf_counter() - started) / count
    for name, seconds in (("plain loop", plain), ("mebench run", ours)):
        print(f"{name:12s} {seconds:7.4f} s an item, {100 * (seconds / SECONDS - 1):5.2f} % beyond the model")
    print(f"ratio        {plain / ours:7.3f}")


if __name__ == "__main__":
    main()
