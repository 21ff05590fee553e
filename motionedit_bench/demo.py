"""The main job on an embedded benchmark, with baselines that need no weights."""

import os
from pathlib import Path

from motionedit_bench import cache
from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import write_whole
from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.render import render
from motionedit_bench.metrics import DEFAULT_METRICS
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.running.run import run
from motionedit_bench.scoring.replica import threads
from motionedit_bench.scoring.score import score

BASELINES = ("identity", "target", "resaved", "shift")
NEEDS_WEIGHTS = ("lpips",)


def demonstrate(bench: str, out: Path) -> None:
    """Run and score the baselines into ``out/<baseline>/``, and write ``out/leaderboard.html``."""
    benchmark = open_benchmark(bench)
    for name in BASELINES:
        run(name, ADAPTERS.get(name)(), benchmark, benchmark.items, out / name)
    metrics = [name for name in DEFAULT_METRICS if name not in NEEDS_WEIGHTS]
    instruments = Instruments(benchmark.default_flow, store=cache.optional("flows"))
    folders = [out / name for name in BASELINES]
    score(benchmark, folders, metrics, instruments, engine_for=threads(len(os.sched_getaffinity(0))))
    write_whole(out / "leaderboard.html", (render(load(out), "html") + "\n").encode())
