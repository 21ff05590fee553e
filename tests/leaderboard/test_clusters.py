"""Items that were cut from one video are not independent: intervals, ranks and comparisons say so."""

import json

import numpy as np
import pytest
from helpers.scored_models import write_model

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.clusters import count_of
from motionedit_bench.leaderboard.compare import differences, read_models

VIDEOS, EACH = 8, 4
IDS = [f"{video}-{window}" for video in range(VIDEOS) for window in range(EACH)]


@pytest.fixture
def models(tmp_path):
    """Two models whose windows of one video have one value, where the first is better on most videos."""

    def write(with_videos):
        folder = tmp_path / str(with_videos)
        if folder.exists():
            return folder
        means = np.random.default_rng(2).normal(50, 10, VIDEOS)
        gains = [4.0, 5.0, 3.0, 6.0, 4.0, -4.0, 3.0, -2.0]
        for name, shift in (("better", gains), ("plain", [0.0] * VIDEOS)):
            values = {one: float(means[int(one[0])] + shift[int(one[0])]) for one in IDS}
            write_model(folder, name, values, ids=IDS)
            path = folder / name / "scoring.json"
            about = json.loads(path.read_text())
            for item in about["items"] if with_videos else ():
                item["video"] = f"film {item['id'][0]}"
            path.write_text(json.dumps(about))
        return folder

    return write


def test_intervals_are_over_videos_and_the_note_says_so(models, mebench):
    plain = load(models(False))
    clustered = load(models(True))
    assert (plain.videos, clustered.videos) == (None, VIDEOS)
    for before, after in zip(plain.rows, clustered.rows, strict=True):
        (one,), (other,) = before.summaries.values(), after.summaries.values()
        assert one.mean == other.mean
        assert other.ci95[1] - other.ci95[0] > 1.6 * (one.ci95[1] - one.ci95[0])
    out = mebench("leaderboard", models(True))[1]
    assert f"95 % bootstrap interval over the {VIDEOS} videos that items were cut from, scored:" in out


def test_models_share_a_rank_that_only_the_number_of_windows_would_tell_apart(models):
    assert [row.rank for row in load(models(False)).rows] == [1, 2]
    assert [row.rank for row in load(models(True)).rows] == [1, 1]


def test_a_comparison_is_over_videos(models):
    before, after = (
        differences(read_models([models(videos) / "better", models(videos) / "plain"]))[0]
        for videos in (False, True)
    )
    assert before.mean == after.mean
    assert before.better == "better"
    assert after.better is None


def test_a_folder_names_the_video_itself_or_as_its_source(bench, mebench, tmp_path):
    metadata = bench / "metadata.jsonl"
    lines = [json.loads(line) for line in metadata.read_text().splitlines()]
    lines[0]["source"] = {"video": "film", "t0": 0.0, "t1": 3.0}
    lines[1]["video"] = "film"
    lines[2]["source"] = "elsewhere"
    metadata.write_text("".join(json.dumps(line) + "\n" for line in lines))
    items = open_benchmark(str(bench)).items
    assert [item.video for item in items[:3]] == ["film", "film", None]
    named = {item.id: item.video for item in items if item.video}
    assert count_of([item.id for item in items], named) == len(items) - 1
    assert mebench("run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "p")[0] == 0
    assert mebench("score", tmp_path / "p", "--metrics", "psnr")[0] == 0
    about = json.loads((tmp_path / "p" / "scoring.json").read_text())
    assert about["items"][1] == {"id": items[1].id, "category": items[1].category, "video": "film"}
    assert "video" not in about["items"][2]
