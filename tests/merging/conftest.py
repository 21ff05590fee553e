"""One run and scoring undivided, and the same in shards."""

import shutil

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.cli import invoke

ITEMS = 7


def command(*words):
    """A command line whose status is 0."""
    assert invoke([str(word) for word in words]) == 0, words


def run_and_score(bench, out, *more, adapter="shift", metrics="psnr,ssim"):
    command("run", "--adapter", adapter, "--bench", bench, "--out", out, *more)
    command("score", out, "--bench", bench, "--metrics", metrics, *more)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A benchmark, ``whole/shift`` made undivided, and ``parts/shift.shards`` made in three shards."""
    place = tmp_path_factory.mktemp("made")
    bench = make_benchmark(place / "bench", ITEMS)
    run_and_score(bench, place / "whole/shift")
    for shard in ("1/3", "2/3", "3/3"):
        run_and_score(bench, place / "parts/shift", "--shard", shard)
    return place


@pytest.fixture
def parts(made, tmp_path):
    """A copy of the shards, to be spoiled; where they are to be merged."""
    shutil.copytree(made / "parts", tmp_path / "parts")
    return tmp_path / "parts/shift"
