"""Items that are too small for a metric: nobody's fault, and no obstacle to a table, a site or a page."""

import json

import numpy as np
import pytest
from helpers.pictures import make_benchmark, photograph, png

from motionedit_bench.images import decode

METRICS = (
    "mas,motion_gain,mas_noop,motion_magnitude,motion_reward,mas_confident,motion_iou,epe,"
    "still_ssim,still_psnr,ssim,psnr"
)


def resized(path, size):
    path.write_bytes(png(decode(path.read_bytes()).resize(size)))


def small_bench(tmp_path, size):
    """A benchmark of four items of which one is that small, and a model that is perfect."""
    bench, perfect = make_benchmark(tmp_path / "bench"), tmp_path / "preds" / "perfect"
    perfect.mkdir(parents=True)
    for part in ("input", "target"):
        resized(bench / part / "item-1.png", size)
    for path in (bench / "target").iterdir():
        (perfect / path.name).write_bytes(path.read_bytes())
    return bench, perfect


def rows_of(folder, item):
    rows = map(json.loads, (folder / "scores.jsonl").read_text().strip().split("\n"))
    return {row["metric"]: row for row in rows if row["item_id"] == item}


@pytest.mark.always("size0", "size1")
@pytest.mark.parametrize("size", [(12, 40), (1, 1), (1, 300), (300, 1), (15, 64)])
def test_a_perfect_model_is_complete_and_drawn(tmp_path, mebench, size):
    bench, perfect = small_bench(tmp_path, size)
    status, _, _ = mebench("score", perfect, "--bench", bench, "--metrics", METRICS, "--judge", "reference")
    assert status == 1
    rows = rows_of(perfect, "item-1")
    told = "x".join(map(str, size))
    assert rows["psnr"]["value"] == 100
    for name in set(rows) - {"psnr", "ssim"}:
        assert rows[name]["status"] == "not_applicable", rows[name]
        assert f"the input has {told} pixels, and " in rows[name]["reason"]
    assert rows["ssim"]["status"] == ("ok" if min(size) >= 11 else "not_applicable")
    (row,) = json.loads(mebench("leaderboard", perfect, "--format", "json")[1])["rows"]
    assert row["rank"] == 1
    assert (row["metrics"]["mas"]["mean_failed_as_worst"], row["metrics"]["mas"]["scored"]) == (100, 3)

    site = tmp_path / "site"
    assert mebench("leaderboard", perfect, "--format", "html", "--out", site)[0] == 0
    assert (site / "index.html").exists()
    assert mebench("report", perfect, "--out", tmp_path / "r.html")[0] == 0
    for name in ("one.png", "one.html"):
        assert (
            mebench("show", "item-1", "--pred", perfect, "--bench", bench, "--out", tmp_path / name)[0] == 0
        )
    assert decode((tmp_path / "one.png").read_bytes()).width > 400
    page = (tmp_path / "one.html").read_text()
    assert "mas: not applicable, the input has" in page
    assert "key to the motion" not in page


def test_sizes_that_differ_widely_are_measured_and_a_small_edit_is_the_models_own(tmp_path, mebench):
    bench, perfect = small_bench(tmp_path, (160, 120))
    resized(bench / "target" / "item-0.png", (1, 1))
    resized(perfect / "item-2.png", (5, 5))
    mebench("score", perfect, "--bench", bench, "--metrics", METRICS)
    assert rows_of(perfect, "item-0")["psnr"]["status"] == "ok"
    small = rows_of(perfect, "item-2")
    assert {row["status"] for name, row in small.items() if name != "motion_reward"} == {"ok"}
    assert (small["motion_reward"]["status"], small["motion_reward"]["reason"]) == (
        "failed",
        "the edit has 5x5 pixels, and flow far needs 16 a side",
    )


def test_a_large_edit_of_a_small_item_is_not_scored_where_a_perfect_one_is_not(tmp_path, mebench):
    bench, perfect = small_bench(tmp_path, (12, 12))
    resized(perfect / "item-1.png", (160, 160))
    mebench("score", perfect, "--bench", bench, "--metrics", "mas,motion_reward", "--flow-size", "edited")
    rows = rows_of(perfect, "item-1")
    assert {row["status"] for row in rows.values()} == {"not_applicable"}


def test_what_is_still_only_at_the_border_is_not_compared_by_ssim(tmp_path, mebench, monkeypatch):
    bench, perfect = small_bench(tmp_path, (160, 120))
    first = photograph(3, 160, 120)
    (bench / "input" / "item-1.png").write_bytes(png(first))
    border = np.zeros(first.shape[:2], bool)
    border[:4] = True
    monkeypatch.setattr("motionedit_bench.metrics.where_motion_is.still_region", lambda _: border)
    mebench("score", perfect, "--bench", bench, "--metrics", "still_ssim")
    row = rows_of(perfect, "item-1")["still_ssim"]
    assert (row["status"], row["reason"]) == (
        "not_applicable",
        "nothing is still but the border of 5 pixels, which does not count",
    )
