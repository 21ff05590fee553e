"""A run that is killed at random moments ends with the same bytes as one that was left alone."""

import random
import signal
import subprocess
import sys
import time

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.files import read_lines

KILLS = 20
ITEMS = 30


def command(bench, out):
    return [
        *(sys.executable, "-m", "motionedit_bench", "run", "--adapter", "shift"),
        *("--bench", str(bench), "--out", str(out)),
    ]


def images(out):
    return {path.name: path.read_bytes() for path in out.glob("[!.]*.png")}


@pytest.mark.slow
@pytest.mark.unmeasured
def test_twenty_kills_change_nothing(tmp_path):
    bench = make_benchmark(tmp_path / "bench", count=ITEMS, width=640, height=480)
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    subprocess.run(command(bench, undisturbed), check=True, capture_output=True)
    expected = images(undisturbed)

    rng = random.Random(20)
    cut_short = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            command(bench, disturbed), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        enough = len(images(disturbed)) + rng.choice((0, 1, 1, 2))
        while process.poll() is None and len(images(disturbed)) < enough:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        cut_short += process.wait() == -signal.SIGKILL
        seen = images(disturbed)
        assert all(content == expected[name] for name, content in seen.items())
        recorded = {record["item_id"] for record in read_lines(disturbed / "records.jsonl")}
        assert len(recorded) >= len(seen) - 1  # at most the item in hand has no record
    assert cut_short >= KILLS * 3 // 4

    subprocess.run(command(bench, disturbed), check=True, capture_output=True)
    assert images(disturbed) == images(undisturbed)
    assert sorted(path.name for path in disturbed.iterdir()) == sorted(
        path.name for path in undisturbed.iterdir()
    )
    assert {record["item_id"] for record in read_lines(disturbed / "records.jsonl")} == {
        f"item-{k}" for k in range(ITEMS)
    }
