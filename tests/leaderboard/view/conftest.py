"""A model's scored edits, and how they are seen."""

import pytest

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.view.edit import view
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import ModelPredictions


@pytest.fixture
def shown(mebench, bench, tmp_path, monkeypatch):
    """Scored predictions of a model in a folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    mebench("run", "--adapter", "shift", "--bench", bench, "--out", "preds/shift", "--set", "percent=2")
    mebench("score", "preds/shift", "--metrics", "mas,motion_gain")
    return tmp_path


@pytest.fixture
def see(bench, shown):
    """The view of the benchmark's item at a place."""

    def call(item=1):
        benchmark = open_benchmark(str(bench))
        instruments = Instruments(benchmark.default_flow)
        return view(benchmark.items[item], ModelPredictions(shown / "preds" / "shift"), instruments)

    return call
