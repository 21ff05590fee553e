"""`mebench score` on a Ray cluster of this machine alone beside the threads that score here by default.

Both score the same predictions with as many workers, each into a folder of its own and with no flows kept
from before; their files of scores have to be the same, byte for byte. Prints seconds and the ratio of the
rates, without and with the start of the replicas, which does not grow with the number of items. Give it a
quiet machine.

    python timing/scoring_engines.py                                 # dis at 1280x720, 4 models x 24 items
    python timing/scoring_engines.py --preds DIR --bench BENCH       # a folder of models on a benchmark
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from scoring_speed import MODELS, build

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.engines.cluster import Cluster
from motionedit_bench.engines.ray import Replicas
from motionedit_bench.folders import open_models
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.scoring.bundle import Bundle, Found
from motionedit_bench.scoring.replica import EngineFor, LikeOurs, threads
from motionedit_bench.scoring.score import score

METRICS = ("mas", "motion_gain", "ssim", "psnr")


class Timed(Replicas[Bundle, Found]):
    """Replicas that remember how long they took to start."""

    started = 0.0

    def __enter__(self) -> "Timed":
        before = time.perf_counter()
        super().__enter__()
        Timed.started = time.perf_counter() - before
        return self


def replicas(count: int) -> EngineFor:
    return lambda kit: Timed(LikeOurs.of(kit), Cluster(None, count, Fraction(0)), "cpu")


def scored(
    benchmark: Benchmark, folders: Sequence[Path], flow: str, engine_for: EngineFor
) -> tuple[float, dict[str, bytes]]:
    """Seconds of a whole scoring, and the models' files of scores."""
    with tempfile.TemporaryDirectory() as place:
        out, store = Path(place) / "out", Path(place) / "flows"
        before = time.perf_counter()
        score(benchmark, folders, METRICS, Instruments(flow, device="cpu", store=store), out, engine_for)
        seconds = time.perf_counter() - before
        return seconds, {path.parent.name: path.read_bytes() for path in out.glob("*/scores.jsonl")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preds", type=Path, help="models' folders, in place of 1280x720 pictures made here")
    parser.add_argument("--bench", help="their benchmark")
    parser.add_argument("--flow", default="dis")
    parser.add_argument("--items", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        preds, bench, what = asked.preds, asked.bench, str(asked.preds)
        if preds is None:
            made, preds = build(Path(place), asked.items, 1280, 720)
            bench, what = str(made), f"{MODELS} models x {asked.items} items at 1280x720"
        benchmark, folders = open_models(preds, bench)
        threaded, ours = scored(benchmark, folders, asked.flow, threads(asked.workers))
        clustered, theirs = scored(benchmark, folders, asked.flow, replicas(asked.workers))
    assert ours == theirs, "the two engines' scores differ"
    working = clustered - Timed.started
    rows = sum(content.count(b"\n") for content in ours.values())
    print(f"{asked.flow}, {what}, {asked.workers} workers; {rows} rows, the same bytes")
    print(f"threads                      {threaded:7.2f} s")
    print(f"ray, without the start       {working:7.2f} s   {threaded / working:.2f} of the threads' rate")
    print(f"ray, with {Timed.started:5.2f} s of start   {clustered:7.2f} s   {threaded / clustered:.2f}")


if __name__ == "__main__":
    main()
