"""Many items: what is held of each, and the simulation of who does them, by known answers."""

import json
import runpy
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.statistics import MANY, bootstrap_interval
from motionedit_bench.predictions import PicturesIn
from motionedit_bench.running.order import arrange
from motionedit_bench.running.run import finished
from motionedit_bench.scoring.earlier import Earlier

SCRIPT = Path(__file__).resolve().parents[1] / "timing" / "cluster_simulation.py"
FEW, MORE = 1_000, 6_000


@pytest.fixture(scope="module")
def simulation():
    return SimpleNamespace(**runpy.run_path(str(SCRIPT)))


def growth(work, made):
    """Bytes that the peak of the work grows by with an item; ``made`` prepares it for so many."""
    peaks = []
    for count in (FEW, FEW, MORE):  # the first one warms up
        place = made(count)
        tracemalloc.start()
        work(place)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return (peaks[2] - peaks[1]) / (MORE - FEW)


@pytest.fixture
def lines(tmp_path):
    def written(count, *facts):
        path = tmp_path / str(count) / "log.jsonl"
        path.parent.mkdir(exist_ok=True)
        records = (fact | {"item_id": f"{k:08d}"} for k in range(count) for fact in facts)
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return path

    return written


@pytest.mark.slow
def test_a_benchmark_holds_little_more_of_an_item_than_its_line(simulation, tmp_path):
    def made(count):
        folder = tmp_path / str(count)
        if not folder.exists():
            simulation.bench(folder, count)
        return str(folder)

    assert growth(open_benchmark, made) < 320  # of which the line is 134


def test_what_is_done_is_held_by_id_alone(lines):
    record = {"status": "failed", "reason": "x" * 200, "sha256": "0" * 64}

    def made(count):
        return lines(count, record).rename(lines(count, record).with_name("records.jsonl")).parent

    assert growth(finished, made) < 250


def test_putting_records_in_order_holds_numbers(lines):
    def work(path):
        arrange(path, (f"{k:08d}" for k in reversed(range(FEW))))

    assert growth(work, lambda count: lines(count, {"reason": "x" * 200})) < 100


def test_rows_are_held_by_their_places(lines):
    scored = {"status": "ok", "value": 1.0, "detail": {}}
    rows = [scored | {"metric": name, "key": name * 16} for name in ("psnr", "ssim")]
    assert growth(Earlier, lambda count: lines(count, *rows)) < 400


def test_images_are_held_by_their_names(tmp_path):
    def made(count):
        folder = tmp_path / str(count)
        if not folder.exists():
            folder.mkdir()
            for k in range(count):
                (folder / f"{k:08d}.png").touch()
        return folder

    assert growth(PicturesIn, made) < 350


def test_an_interval_of_many_values_takes_no_more_memory_than_these():
    values = np.arange(float(20 * MANY))
    bootstrap_interval(values)
    tracemalloc.start()
    bootstrap_interval(values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * values.nbytes


def test_a_queue_gives_the_next_item_to_whoever_is_free(simulation):
    assert simulation.queued([4, 1, 1, 1, 1], [1, 1]) == [4, 4]
    assert simulation.sliced([4, 1, 1, 1, 1], [1, 1]) == [6, 2]
    assert simulation.queued([2, 2, 2], [1, 0.5]) == [4, 4]
    assert simulation.sliced([2, 2, 2], [1, 0.5]) == [4, 4]


def test_idle_is_what_replicas_wait_for_the_last_one(simulation):
    assert simulation.idle([4, 4]) == 0
    assert simulation.idle([6, 2]) == pytest.approx(1 / 3)


def test_no_order_of_a_queue_is_later_than_its_mean_and_its_longest_item(simulation):
    drawn = simulation.durations(500, 1.0)
    found = simulation.queued(drawn, [1.0] * 8)
    assert sum(found) == pytest.approx(sum(drawn))
    assert sum(drawn) / 8 <= max(found) <= sum(drawn) / 8 + max(drawn)
    assert np.median(simulation.durations(20_000, 0.5)) == pytest.approx(simulation.MEDIAN, rel=0.02)
