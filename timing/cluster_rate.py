"""How near a cluster comes to the ideal rate, what a lost node costs, and what static slices would.

Three nodes of two actors each on this machine, an adapter that takes 0.2 seconds an item. Prints the share of
the ideal rate (an item every 0.2 seconds from each actor, from its first edit until the last one of all
ends), and whether images and records are those of a local run; the same with a node torn away in the middle;
and, under a heavy tail, how long static slices take beside the queue. Give it a quiet machine.

    python timing/cluster_rate.py [--items 600] [--seconds 0.2]
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import numpy as np
from helpers.nodes import Nodes, nodes
from helpers.pictures import photograph, png
from PIL import Image
from pydantic import Field

from motionedit_bench.adapters import Adapter, Settings
from motionedit_bench.benchmarks import Benchmark, open_benchmark
from motionedit_bench.engines.cluster import Cluster
from motionedit_bench.engines.ray import Replicas
from motionedit_bench.files import read_lines
from motionedit_bench.images import decode
from motionedit_bench.records import Item
from motionedit_bench.running.editing import ByName
from motionedit_bench.running.request import Request
from motionedit_bench.running.run import run

NODES, ACTORS = 3, 2
TAIL = 1.2
"""Sigma of the lognormal distribution of an item's seconds under a heavy tail."""


class PatientSettings(Settings):
    marks: str = Field("", description="where it notes when which item was begun and ended")
    seconds: float = 0.2
    tail: float = 0.0


class Patient(Adapter):
    """Waits, as long as the item's seed says where there is a tail, and turns the picture."""

    Settings = PatientSettings
    settings: PatientSettings

    def edit(self, item: Item, seed: int) -> Image.Image:
        started = time.time()
        time.sleep(seconds_of(seed, self.settings.seconds, self.settings.tail))
        image = decode(item.input.read()).rotate(seed % 360)
        name = f"{item.id}.{os.getpid()}"
        (Path(self.settings.marks) / name).write_text(json.dumps([started, time.time()]))
        return image


def seconds_of(seed: int, mean: float, tail: float) -> float:
    """How long an item takes: lognormal with that mean, and the same for the same seed."""
    return float(np.random.default_rng(seed).lognormal(np.log(mean) - tail**2 / 2, tail)) if tail else mean


def make(folder: Path, count: int) -> Benchmark:
    """A benchmark whose items share one picture."""
    (folder / "input.png").write_bytes(png(photograph(0, 160, 120)))
    lines = [
        {"id": f"item-{k}", "file_name": "input.png", "prompt": f"Turn it {k} times."} for k in range(count)
    ]
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return open_benchmark(str(folder))


@dataclass(frozen=True)
class Edit:
    item: str
    actor: str
    begin: float
    end: float


class Trial:
    """Runs of one benchmark, each with a folder and marks of its own."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.benchmark = make(folder, count)

    def run(self, name: str, cluster: Cluster | None, **settings: object) -> None:
        marks = self.folder / f"{name} marks"
        marks.mkdir()
        given = tuple(f"{key}={value}" for key, value in {"marks": marks, **settings}.items())
        adapter = f"{Path(__file__).resolve()}:Patient"
        made = Request(adapter, settings=given).made
        engine = Replicas(ByName(adapter, given, None, Path.cwd()), cluster) if cluster else None
        run("patient", made, self.benchmark, self.benchmark.items, self.folder / name, engine=engine)

    def edits(self, name: str) -> list[Edit]:
        """The edits that were carried through."""
        found = []
        for path in (self.folder / f"{name} marks").iterdir():
            item, _, actor = path.name.partition(".")
            found.append(Edit(item, actor, *json.loads(path.read_text())))
        return found

    def lasted(self, name: str) -> float:
        """Seconds from the first edit's begin to the last one's end."""
        edits = self.edits(name)
        return max(one.end for one in edits) - min(one.begin for one in edits)

    def held(self, name: str) -> float:
        """Seconds that actors were there, each from its first edit until the last one of all ends; summed."""
        edits = self.edits(name)
        last = max(one.end for one in edits)
        first: dict[str, float] = {}
        for one in edits:
            first[one.actor] = min(one.begin, first.get(one.actor, last))
        return sum(last - begin for begin in first.values())

    def same(self, one: str, other: str) -> bool:
        """Whether images, and records but for the seconds, are equal."""

        def images(name: str) -> dict[str, bytes]:
            return {path.name: path.read_bytes() for path in (self.folder / name).glob("[!.]*.png")}

        def records(name: str) -> list[dict[str, object]]:
            return [{**line, "seconds": None} for line in read_lines(self.folder / name / "records.jsonl")]

        return images(one) == images(other) and records(one) == records(other)


def whole(trial: Trial, cluster: Cluster, seconds: float) -> None:
    """The undisturbed run."""
    trial.run("many", cluster, seconds=seconds)
    share = 100 * len(trial.benchmark.items) * seconds / trial.held("many")
    equal = "equal" if trial.same("alone", "many") else "NOT EQUAL"
    print(f"{'undisturbed':22s} {trial.lasted('many'):7.1f} s  {share:5.1f} % of the ideal rate  {equal}")


def torn(trial: Trial, cluster: Cluster, machines: Nodes, node: object, seconds: float) -> None:
    """A node is torn away after a third of the items."""
    count = len(trial.benchmark.items)
    records = trial.folder / "torn" / "records.jsonl"
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(trial.run, "torn", cluster, seconds=seconds)
        while not records.exists() or len(list(read_lines(records))) < count / 3:
            time.sleep(0.1)
        machines.tear_away(node)
        running.result()
    times = Counter(one.item for one in trial.edits("torn"))
    twice = sum(number - 1 for number in times.values())
    equal = "equal" if trial.same("alone", "torn") else "NOT EQUAL"
    print(
        f"{'a node torn away':22s} {trial.lasted('torn'):7.1f} s  {count - len(times)} items lost, "
        f"{twice} edited twice (at most {2 * ACTORS} in hand)  {equal}"
    )


def slices(trial: Trial, cluster: Cluster, seconds: float) -> None:
    """The queue under a heavy tail, beside what static slices of the same items would take."""
    trial.run("tail", cluster, seconds=seconds, tail=TAIL)
    took = {one.item: one.end - one.begin for one in trial.edits("tail")}
    items = [item.id for item in trial.benchmark.items]
    actors = NODES * ACTORS
    static = max(sum(took[item] for item in items[k::actors]) for k in range(actors))
    queue = trial.lasted("tail")
    busy = 100 * sum(took.values()) / trial.held("tail")
    print(f"{'heavy tail, queue':22s} {queue:7.1f} s  {busy:5.1f} % busy")
    print(
        f"{'heavy tail, slices':22s} {static:7.1f} s  {static / queue:5.2f} times as long (the same seconds)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=0.2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, nodes(ACTORS, NODE="head") as machines:
        import ray

        added = [machines.add(ACTORS, NODE=f"node-{k}") for k in range(1, NODES)]
        ray.init(address=machines.address, log_to_driver=False, logging_level="error")
        trial = Trial(Path(place), asked.items)
        cluster = Cluster(None, NODES * ACTORS, Fraction(0))
        trial.run("alone", None, seconds=0)
        whole(trial, cluster, asked.seconds)
        slices(trial, cluster, asked.seconds)
        torn(trial, cluster, machines, added[-1], asked.seconds)
        ray.shutdown()


if __name__ == "__main__":
    main()
