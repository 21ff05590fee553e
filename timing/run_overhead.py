"""What the harness adds to a model that takes one second an item, beside a plain loop.

The model waits one second and answers with a photograph of 1024x1024. The plain loop calls it and saves each
image as PNG. Then the same by `mebench run`, in its own process and with worker processes. Printed are

- seconds an item from the run's start to its end, and what is beyond the model's own one, in percent; with
  workers between the starts of the first and the last item of each, since their own start is long, and once;
- the pause between the end of an edit and the start of the next one in the same process: its median and mean
  in milliseconds, and the median in percent of a second;
- the processor time of the process that edits in milliseconds an item, and how much of it is spent in the
  thread that edits: that the next item waits for, on a busy machine as well.

    python timing/run_overhead.py [--items 16] [--workers 2]
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

from PIL import Image
from skimage import data
from tabulate import tabulate

from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import Benchmark, open_benchmark
from motionedit_bench.engines.processes import Processes
from motionedit_bench.files import read_lines
from motionedit_bench.records import Item
from motionedit_bench.running.editing import ByName
from motionedit_bench.running.run import run

SECONDS = 1.0
PHOTOGRAPH = Image.fromarray(data.astronaut()).resize((1024, 1024), Image.Resampling.BICUBIC)


class OneSecond(Adapter):
    """A model that takes one second, and notes when it began and ended, and its process's time so far."""

    _notes: dict[str, Any]

    def edit(self, item: Item, seed: int) -> Image.Image:
        began = time.monotonic()
        image = PHOTOGRAPH.copy()
        time.sleep(SECONDS - (time.monotonic() - began))
        self._notes = {
            "process": os.getpid(),
            "began": began,
            "ended": time.monotonic(),
            "cpu": time.process_time(),
            "own_cpu": time.thread_time(),
        }
        return image

    def notes(self) -> dict[str, Any]:
        return self._notes


def plain_loop(benchmark: Benchmark, out: Path) -> list[dict[str, Any]]:
    """The notes of all edits of a loop as one writes it oneself."""
    adapter = OneSecond()
    out.mkdir()
    found = []
    for item in benchmark.items:
        adapter.edit(item, 0).save(out / f"{item.id}.png")
        found.append(adapter.notes())
    return found


def notes(out: Path) -> list[dict[str, Any]]:
    """The notes of all edits of a run."""
    return list(read_lines(out / "records.jsonl"))


def by_process(edits: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The edits of each process, in the order of their beginnings."""
    ordered = sorted(edits, key=lambda edit: (edit["process"], edit["began"]))
    return [list(own) for _, own in groupby(ordered, key=lambda edit: edit["process"])]


def row(name: str, edits: Sequence[dict[str, Any]], seconds: float) -> tuple[str, ...]:
    """What is printed of a run whose items took so many seconds each."""
    pairs = [pair for own in by_process(edits) for pair in pairwise(own)]
    pauses = [following["began"] - one["ended"] for one, following in pairs]
    return (
        name,
        f"{seconds:.4f}",
        f"{100 * (seconds / SECONDS - 1):.2f} %",
        f"{1000 * median(pauses):.1f}",
        f"{1000 * mean(pauses):.1f}",
        f"{100 * median(pauses) / SECONDS:.2f} %",
        *(f"{1000 * mean(two[what] - one[what] for one, two in pairs):.1f}" for what in ("cpu", "own_cpu")),
    )


def from_start_to_start(edits: Sequence[dict[str, Any]]) -> float:
    """Seconds an item in each process, between the starts of its first and its last one."""
    return mean(
        (last["began"] - first["began"]) / (len(rest) + 1) for first, *rest, last in by_process(edits)
    )


def timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


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

        edits: list[dict[str, Any]] = []
        plain = timed(lambda: edits.extend(plain_loop(benchmark, folder / "plain"))) / count
        adapter, items = OneSecond(), benchmark.items
        ours = timed(lambda: run("one_second", adapter, benchmark, items, folder / "ours")) / count
        engine = Processes(ByName(f"{Path(__file__).resolve()}:OneSecond"), workers)
        run("one_second", adapter, benchmark, items, folder / "workers", engine=engine)
        theirs = notes(folder / "workers")
        rows = [
            row("plain loop", edits, plain),
            row("mebench run", notes(folder / "ours"), ours),
            row(f"{workers} workers", theirs, from_start_to_start(theirs)),
        ]
    names = (
        "",
        "s an item",
        "beyond",
        "pause, ms",
        "mean, ms",
        "of a second",
        "CPU ms an item",
        "in its thread",
    )
    print(tabulate(rows, names, disable_numparse=True))


if __name__ == "__main__":
    main()
