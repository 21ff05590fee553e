"""An honest submission, made once, and copies of it to spoil."""

import shutil

import pytest
from helpers.honest_submission import prepare
from helpers.pictures import make_benchmark

from motionedit_bench.benchmarks import open_benchmark


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """A benchmark of three items, ``preds/shifter`` scored on it, its ``card.json``, and ``honest``."""
    folder = tmp_path_factory.mktemp("submissions")
    make_benchmark(folder / "bench", 3)
    return prepare(folder, folder / "bench")


@pytest.fixture(scope="session")
def benchmark(place):
    return open_benchmark(str(place / "bench"))


@pytest.fixture
def spoiled(place, tmp_path):
    """A copy of the honest submission to spoil."""
    return shutil.copytree(place / "honest", tmp_path / "inner" / "submission")
