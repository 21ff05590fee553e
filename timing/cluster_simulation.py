"""How far one driver reaches, and what its queue gains on slices dealt out beforehand.

Three parts, each by the harness's own code where there is any:

events   on paper: finishing times of a queue and of static slices (item k to replica k mod n, as the official
         scripts deal them out) with the same durations, by a simulation of events, and the share of the
         replicas' time that the last items leave idle. Once with one replica of half the speed.
driver   a run of `mebench` whose replicas answer at once: seconds and memory an item in the driver alone
         (opening, fingerprint, queue, tasks packed as they travel, records, their order), in a process each
         for few items and many; and thus from how many replicas on the driver is the limit.
cluster  the engine of Ray with actors on this machine that sleep by that distribution, made shorter: its
         finishing time beside that of the events, the driver's own seconds an item, the idle share.

Durations are lognormal, with median and spread (standard deviation of the logarithm) fitted to `PUBLISHED`.
Those are medians of one network on different set-ups, since nobody publishes the spread over items; so the
figures are given for twice that spread as well.

    python timing/cluster_simulation.py [--parts events,driver,cluster] [--items 1000000]
"""

import argparse
import heapq
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

STEPS = 28
PUBLISHED = (0.493, 0.374, 0.512, 0.549, 1.859)
"""Seconds a step of FLUX.1-dev's network in the data set diffusers/benchmarks: bfloat16, the same compiled,
nf4, layerwise upcasting, and offloaded group by group."""

MEDIAN = STEPS * float(np.exp(np.mean(np.log(PUBLISHED))))
SPREAD = float(np.std(np.log(PUBLISHED)))


def durations(count: int, spread: float, median: float = MEDIAN, seed: int = 0) -> list[float]:
    """Seconds of so many items."""
    return [float(one) for one in np.random.default_rng(seed).lognormal(np.log(median), spread, count)]


def queued(seconds: Iterable[float], speeds: Sequence[float]) -> list[float]:
    """When each replica ends its last item, if an item goes to whoever is free first."""
    free = [(0.0, replica) for replica in range(len(speeds))]
    for one in seconds:
        at, replica = free[0]
        heapq.heapreplace(free, (at + one / speeds[replica], replica))
    return [at for at, _ in sorted(free, key=lambda one: one[1])]


def sliced(seconds: Sequence[float], speeds: Sequence[float]) -> list[float]:
    """The same, if item k goes to replica k mod n."""
    return [sum(seconds[replica :: len(speeds)]) / speed for replica, speed in enumerate(speeds)]


def idle(ends: Sequence[float]) -> float:
    """The share of all replicas' time, up to the end, in which they have nothing left to do."""
    return 1 - sum(ends) / (len(ends) * max(ends))


def events() -> None:
    print(
        f"lognormal, median {MEDIAN:.1f} s, spread {SPREAD:.2f} (fitted) and {2 * SPREAD:.2f}; 20 draws each"
    )
    print(
        f"{'items':>6s} {'replicas':>8s} {'spread':>6s} {'speeds':>9s} {'slices/queue':>12s} "
        f"{'idle at the end':>17s}"
    )
    print(f"{'':45s} {'queue':>9s} {'slices':>7s}")
    for count in (1000, 10_000):
        for replicas in (8, 64):
            for spread in (SPREAD, 2 * SPREAD):
                for name, speeds in (
                    ("equal", [1.0] * replicas),
                    ("one half", [0.5] + [1.0] * (replicas - 1)),
                ):
                    ratios, idles = [], []
                    for seed in range(20):
                        drawn = durations(count, spread, seed=seed)
                        ours, theirs = queued(drawn, speeds), sliced(drawn, speeds)
                        ratios.append(max(theirs) / max(ours))
                        idles.append((idle(ours), idle(theirs)))
                    ours_idle, theirs_idle = np.mean(idles, axis=0)
                    print(
                        f"{count:6d} {replicas:8d} {spread:6.2f} {name:>9s} {np.mean(ratios):12.2f} "
                        f"{ours_idle:9.1%} {theirs_idle:7.1%}"
                    )


def bench(folder: Path, count: int) -> None:
    """A benchmark of so many items that share two small pictures."""
    from PIL import Image

    folder.mkdir()
    for name in ("input.png", "target.png"):
        Image.fromarray(np.zeros((8, 8, 3), dtype=np.uint8)).save(folder / name)
    with (folder / "metadata.jsonl").open("w") as file:
        for number in range(count):
            prompt = f"Move the cup by {number} steps to the right."
            line = {"id": f"{number:08d}", "file_name": "input.png", "target_file_name": "target.png"}
            file.write(json.dumps({**line, "prompt": prompt}) + "\n")


def drive(folder: Path, hands: int) -> None:
    """One run with replicas that answer at once, and what it took."""
    from motionedit_bench.adapters.baselines import Identity
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.engines import Engine
    from motionedit_bench.records import digest
    from motionedit_bench.running.editing import Edited
    from motionedit_bench.running.run import run

    class AtOnce(Engine[Any, Edited]):
        """So many hands, of which any may be the next to be done; nothing is edited."""

        facts: ClassVar[dict[str, Any]] = {}

        def __enter__(self) -> "AtOnce":
            self.pieces: list[Any] = []
            self.began = time.perf_counter()
            return self

        def __exit__(self, *_: Any) -> None:
            self.took = time.perf_counter() - self.began

        def room(self) -> int:
            return hands - len(self.pieces)

        def hand(self, piece: Any) -> None:
            pickle.dumps(piece.task)  # as it travels: with the bytes of its pictures
            self.pieces.append(piece)

        def wait(self, queue: Any) -> None:
            piece = self.pieces.pop(random.randrange(len(self.pieces)))
            record = {
                "item_id": piece.task.item.id,
                "status": "ok",
                "reason": None,
                "seed": 1,
                "seconds": 1.0,
            }
            size = {"sha256": digest(b""), "width": 8, "height": 8, "device": "none"}
            queue.end(piece, Edited(record | size))

    started = time.perf_counter()
    found = open_benchmark(str(folder / "bench"))
    engine = AtOnce()
    run("identity", Identity(), found, found.items, folder / "out", engine=engine)
    total = time.perf_counter() - started
    with open("/proc/self/status") as file:  # not `ru_maxrss`, which begins with the parent's
        peak = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
    print(json.dumps({"total": total, "editing": engine.took, "peak": peak}))


def driver(count: int, hands: int) -> None:
    found = []
    for items in (min(10_000, count // 2), count):
        with tempfile.TemporaryDirectory() as place:
            bench(Path(place) / "bench", items)
            command = [sys.executable, __file__, "--drive", place, str(hands)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            found.append({"items": items, **json.loads(done.stdout)})
            text = (Path(place) / "bench" / "metadata.jsonl").stat().st_size / items
    few, many = found
    more = many["items"] - few["items"]
    growth = (many["peak"] - few["peak"]) / more
    each, editing = ((many[name] - few[name]) / more for name in ("total", "editing"))
    print(f"driver alone, {hands} replicas that answer at once, {few['items']} and {many['items']} items")
    print(
        f"memory    {growth:7.0f} bytes an item (its line in the benchmark: {text:.0f}), "
        f"peak {many['peak'] / 1e6:.0f} MB"
    )
    print(f"all       {1e6 * each:7.0f} us an item, {many['total']:.0f} s")
    print(f"editing   {1e6 * editing:7.0f} us an item")
    for seconds in (1.0, MEDIAN):
        print(
            f"at {seconds:4.1f} s an item the driver is the limit from {seconds / editing:,.0f} replicas on"
        )


SHORTER = 100


@dataclass
class Sleeping:
    """What an actor holds: it sleeps as long as it is told."""

    facts: Any = None

    def do(self, seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    def close(self) -> None:
        return None


@dataclass(frozen=True)
class Sleepers:
    same: tuple[str, ...] = ()

    def make(self, place: Any) -> Sleeping:
        return Sleeping({})


def cluster(actors: int, count: int) -> None:
    import ray

    from motionedit_bench.engines.cluster import QUIET, Cluster
    from motionedit_bench.engines.ray import Replicas

    os.environ.update(QUIET)
    drawn = durations(count, SPREAD, MEDIAN / SHORTER)
    with tempfile.TemporaryDirectory(prefix="ray-") as place:
        options = {"include_dashboard": False, "log_to_driver": False, "logging_level": "error"}
        ray.init("local", num_cpus=actors, object_store_memory=80_000_000, _temp_dir=place, **options)
        try:
            with Replicas(Sleepers(), Cluster(replicas=actors), "cpu") as engine:  # type: ignore[arg-type]
                while not all(one.ready for one in engine.crew.members):
                    engine.wait(_nothing())
                started, cpu = time.perf_counter(), time.process_time()
                first_idle = 0.0
                for number, _ in enumerate(engine.results(drawn)):
                    if number + 1 == count - actors:
                        first_idle = time.perf_counter() - started
                took, cpu = time.perf_counter() - started, time.process_time() - cpu
        finally:
            ray.shutdown()
    paper = max(queued(drawn, [1.0] * actors))
    ideal = sum(drawn) / actors
    print(f"cluster, {actors} actors on this machine, {count} items of {MEDIAN / SHORTER:.2f} s (median)")
    print(f"ideal {ideal:.1f} s; on paper {paper:.1f} s; took {took:.1f} s: {ideal / took:.1%} of the ideal")
    print(f"driver's own CPU {1e3 * cpu / count:.2f} ms an item; replicas idle {1 - ideal / took:.1%}")
    print(
        f"the last {actors} items took {took - first_idle:.1f} s; "
        f"slices on paper {max(sliced(drawn, [1.0] * actors)):.1f} s"
    )


def _nothing() -> Any:
    from motionedit_bench.engines import Queue

    return Queue(())


def main() -> None:
    if sys.argv[1:2] == ["--drive"]:
        drive(Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default="events,driver,cluster")
    parser.add_argument("--items", type=int, default=1_000_000, help="of the driver alone")
    parser.add_argument("--hands", type=int, default=64, help="replicas that answer at once")
    parser.add_argument("--actors", type=int, default=64, help="of the cluster")
    parser.add_argument("--actors-items", type=int, default=10_000, help="of the cluster")
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    if "events" in parts:
        events()
    if "driver" in parts:
        driver(asked.items, asked.hands)
    if "cluster" in parts:
        cluster(asked.actors, asked.actors_items)


if __name__ == "__main__":
    main()
