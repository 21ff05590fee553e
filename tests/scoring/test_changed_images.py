"""Rows speak of the image that lies there, or do not count."""

import json
import shutil

import pytest

from motionedit_bench.adapters.baselines import Identity, Resaved, Target
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.running.run import run
from motionedit_bench.scoring import score as scoring


def rows(folder):
    """The rows that count, by (item, metric)."""
    return {(row["item_id"], row["metric"]): row for row in read_lines(folder / "scores.jsonl")}


def score(bench, folder, metrics):
    return scoring.score(open_benchmark(str(bench)), [folder], metrics, Instruments())


@pytest.fixture
def preds(bench, tmp_path):
    opened = open_benchmark(str(bench))
    for name, adapter in (("identity", Identity()), ("target", Target()), ("resaved", Resaved())):
        run(name, adapter, opened, opened.items, tmp_path / "preds" / name)
    return tmp_path / "preds"


def test_another_image_ends_the_rows_of_metrics_that_are_not_scored_again(bench, preds):
    folder = preds / "resaved"
    score(bench, folder, metrics=("psnr", "ssim"))
    before = rows(folder)
    shutil.copy(preds / "identity" / "item-0.png", folder / "item-0.png")
    (folder / "item-1.png").unlink()
    assert score(bench, folder, metrics=("psnr",)) == {"ok": 3, "missing": 1, "unavailable": 2}
    found = rows(folder)
    for item in ("item-0", "item-1"):
        row = found[item, "ssim"]
        assert (row["value"], row["status"]) == (None, "unavailable")
        assert "the image has changed since: score it by ssim again" in row["reason"]
    assert all(found[item, "ssim"] == before[item, "ssim"] for item in ("item-2", "item-3"))
    length = len(list(read_lines(folder / "scores.jsonl")))
    assert score(bench, folder, metrics=("psnr",)) == {"ok": 3, "missing": 1}
    assert len(list(read_lines(folder / "scores.jsonl"))) == length
    assert score(bench, folder, metrics=("ssim",)) == {"ok": 3, "missing": 1}
    shutil.copy(preds / "target" / "item-0.png", folder / "item-0.png")
    score(bench, folder, metrics=("ssim", "psnr"))
    assert rows(folder)["item-0", "ssim"]["value"] == pytest.approx(1)


def test_rows_that_do_not_say_their_image_count_as_before(bench, preds):
    folder = preds / "resaved"
    score(bench, folder, metrics=("psnr", "ssim"))
    lines = [{**row, "image": None} for row in read_lines(folder / "scores.jsonl")]
    (folder / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    shutil.copy(preds / "identity" / "item-0.png", folder / "item-0.png")
    assert score(bench, folder, metrics=("psnr",)) == {"ok": 4}
    assert rows(folder)["item-0", "ssim"]["status"] == "ok"
