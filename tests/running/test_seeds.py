"""Several seeds of one model: runs in its folder that go on where they stopped, and are scored with it."""

import json

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.errors import UsageError
from motionedit_bench.folders import model_folders
from motionedit_bench.predictions import model_name, seed_folders
from motionedit_bench.running.request import Request
from motionedit_bench.running.seeds import runs_of


@pytest.fixture
def run(tmp_path, mebench):
    """Runs `shift` on two items, whose pictures move as the seed says."""
    bench = make_benchmark(tmp_path / "bench", 2)

    def call(*arguments):
        own = ("--adapter", "shift", "--bench", bench, "--out", tmp_path / "preds" / "m")
        return mebench("run", *own, *arguments)

    return call


def pictures(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


def test_seeds_lie_in_the_models_folder_and_go_on_where_they_stopped(run, tmp_path, mebench):
    preds = tmp_path / "preds"
    assert run()[0] == 0
    first = pictures(preds / "m")
    status, out, _ = run("--seeds", 3)
    assert status == 0
    assert [line.split(": ")[1] for line in out.splitlines()] == [
        "0 edited, 0 failed, 2 there already",
        *["2 edited, 0 failed, 0 there already"] * 2,
    ]
    assert pictures(preds / "m") == first
    seeds = seed_folders(preds / "m")
    assert [one.name for one in seeds] == ["43", "44"]
    assert [json.loads((one / "run.json").read_text())["seed"] for one in seeds] == [43, 44]
    assert len({tuple(pictures(one).items()) for one in (preds / "m", *seeds)}) == 3
    gone = next(seeds[0].glob("*.png"))
    made = gone.read_bytes()
    gone.unlink()
    assert "would edit 1 of 2 items" in run("--seeds", 3, "--dry-run")[1].splitlines()[1]
    assert run("--seeds", 2)[0] == 0
    assert gone.read_bytes() == made
    assert model_folders(preds) == [preds / "m"]

    (seeds[0] / "odd.png").write_bytes(made)
    status, out, _ = mebench("validate", preds)
    assert status == 1
    assert "m, seed 43" in out
    assert "odd.png belongs to no item" in out
    status, _, err = mebench("score", preds / "m" / "seeds", "--metrics", "psnr")
    assert status == 2
    assert f"holds seeds of m: give that model's folder, {preds / 'm'}" in err
    assert mebench("score", preds, "--metrics", "psnr")[0] == 0
    rows = [json.loads(line) for line in (seeds[1] / "scores.jsonl").read_text().splitlines()]
    assert {row["model"] for row in rows} == {"m"}
    assert mebench("score", preds, "--metrics", "psnr", "--out", tmp_path / "out")[0] == 0
    elsewhere = tmp_path / "out" / "m" / "seeds" / "44" / "scores.jsonl"
    assert elsewhere.read_bytes() == (seeds[1] / "scores.jsonl").read_bytes()
    assert "6/6" in mebench("leaderboard", tmp_path / "out")[1]


def test_what_limits_cost_is_shared_by_all_seeds(tmp_path):
    (tmp_path / "m" / "seeds" / "43").mkdir(parents=True)
    record = {"item_id": "a", "tries": 3, "us_dollars": 0.5}
    for folder in (tmp_path / "m", tmp_path / "m" / "seeds" / "43"):
        (folder / "records.jsonl").write_text(json.dumps(record) + "\n")
    bench = str(make_benchmark(tmp_path / "bench", 1))
    request = Request("gemini_images", bench, tmp_path / "m", max_calls=8, max_cost=0.7)
    found = [(one.seed, one.max_calls, one.max_cost) for one in runs_of(request, 3)]
    assert found == [(42, 5, pytest.approx(0.2)), (43, 5, pytest.approx(0.2)), (44, 2, 0.0)]
    unlimited = Request("gemini_images", bench, tmp_path / "m")
    assert [one.max_calls for one in runs_of(unlimited, 2)] == [None, None]
    assert list(runs_of(request, 1)) == [request]


def test_seeds_in_a_store_are_refused():
    from motionedit_bench.stores import place

    with pytest.raises(UsageError, match="goes with folders here, and s3://bucket/m is in a store"):
        next(runs_of(Request("shift", "sample", place("s3://bucket/m")), 2))


def test_a_further_seed_is_named_by_its_model(tmp_path):
    assert model_name(tmp_path / "m" / "seeds" / "43") == "m"
    assert model_name(tmp_path / "m" / "seeds" / "mine") == "mine"
