"""What the harness adds to a model that takes one second an item, beside a plain loop.

The model waits one second and answers with a photograph of 1024x1024. The plain loop calls it and saves each
image as PNG. Prints seconds an item of both, and what each adds to the model's own second. The start of the
run (lock, manifest) is counted in. Then the same with worker processes, by the times at which edits are
there: their start, which a run has once, is not counted in.

    python timing/run_overhead.py [--items 16] [--workers 2]
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image
from skimage import data

from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.engines import Done, Lost
from motionedit_bench.engines.processes import Processes
from motionedit_bench.records import Item
from motionedit_bench.running.editing import ByName, Edited, EditTask
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


class Ends(Processes[EditTask, Edited]):
    """Worker processes, with the times at which their edits were there."""

    def each(
        self, tasks: Iterable[EditTask], done: Callable[[Done[EditTask, Edited] | Lost[EditTask]], None]
    ) -> None:
        self.times: list[float] = []

        def ended(one: Done[EditTask, Edited] | Lost[EditTask]) -> None:
            done(one)
            self.times.append(time.perf_counter())

        super().each(tasks, ended)

    def seconds_an_item(self) -> float:
        """Between the end of the round in which each worker edits its first item and that of the last one."""
        first = len(self.devices) - 1
        return (self.times[-1] - self.times[first]) / (len(self.times) - 1 - first)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    count, workers = chosen.items, chosen.workers
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

        ends = Ends(ByName(f"{Path(__file__).resolve()}:OneSecond"), workers)
        run("one_second", adapter, benchmark, benchmark.items, folder / "workers", engine=ends)
    for name, seconds in (("plain loop", plain), ("mebench run", ours)):
        print(f"{name:12s} {seconds:7.4f} s an item, {100 * (seconds / SECONDS - 1):5.2f} % beyond the model")
    print(f"ratio        {plain / ours:7.3f}")
    each = ends.seconds_an_item() * workers
    beyond = 100 * (each / SECONDS - 1)
    print(f"{workers} workers    {each:7.4f} s an item each, {beyond:5.2f} % beyond the model")


if __name__ == "__main__":
    main()
