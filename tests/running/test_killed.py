"""A run that is killed at random moments ends with the same bytes as one that was left alone."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from helpers.nursery import RUNNING, Process, nursery
from helpers.pictures import make_benchmark

from motionedit_bench.files import read_lines

KILLS = 20
ITEMS = 30

HELD = f"""
import pathlib, time
from motionedit_bench.adapters.baselines import Shift

class Held(Shift):
    def edit(self, item, seed):
        while item.id == "item-{ITEMS - 1}" and not pathlib.Path(__file__).with_name("go").exists():
            time.sleep(0.01)
        return super().edit(item, seed)
"""
"""Whose last item waits until all kills are over."""


def run(bench, out):
    adapter = f"{bench.with_name('held.py')}:Held"
    return ["run", "--adapter", adapter, "--bench", str(bench), "--out", str(out)]


def command(bench, out):
    return [sys.executable, "-m", "motionedit_bench", *run(bench, out)]


def names(out):
    return [path.name for path in out.glob("[!.]*.png")]


def images(out):
    return {name: (out / name).read_bytes() for name in names(out)}


@pytest.fixture
def runs():
    """Where runs can be had that are at work at once."""
    with nursery(*RUNNING) as path:
        yield path


@pytest.fixture
def nowhere():
    stream = os.open(os.devnull, os.O_RDWR)
    yield stream
    os.close(stream)


@pytest.mark.slow
@pytest.mark.unmeasured
def test_twenty_kills_change_nothing(tmp_path, runs, nowhere):
    bench = make_benchmark(tmp_path / "bench", count=ITEMS, width=640, height=480)
    (tmp_path / "held.py").write_text(HELD)
    (tmp_path / "go").touch()
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    subprocess.run(command(bench, undisturbed), check=True, capture_output=True)
    expected = images(undisturbed)

    rng = random.Random(20)
    (tmp_path / "go").unlink()
    for _ in range(KILLS):
        process = Process(runs, run(bench, disturbed), [nowhere] * 3)
        enough = min(len(names(disturbed)) + rng.choice((0, 1, 1, 2)), ITEMS - 1)
        while not process.is_over() and len(names(disturbed)) < enough:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        seen = images(disturbed)
        assert all(content == expected[name] for name, content in seen.items())
        recorded = {record["item_id"] for record in read_lines(disturbed / "records.jsonl")}
        assert len(recorded) >= len(seen) - 1  # at most the item in hand has no record

    (tmp_path / "go").touch()
    subprocess.run(command(bench, disturbed), check=True, capture_output=True)
    assert images(disturbed) == images(undisturbed)
    assert sorted(path.name for path in disturbed.iterdir()) == sorted(
        path.name for path in undisturbed.iterdir()
    )
    assert {record["item_id"] for record in read_lines(disturbed / "records.jsonl")} == {
        f"item-{k}" for k in range(ITEMS)
    }
