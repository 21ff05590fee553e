"""The walkthrough of docs/training.md, run as it stands there on a tiny checkpoint with smaller numbers."""

import json
import re
from pathlib import Path

import pytest
import torch
from helpers.pictures import make_benchmark
from helpers.shared import once
from helpers.tiny_checkpoints import build_kontext
from safetensors.torch import load_file

from motionedit_bench.cli import invoke
from motionedit_bench.training.pipelines.editor import PipelineEditor

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "training.md").read_text()
SECTION = TEXT.partition("## From a training to a row on a board")[2].partition("\n## ")[0]
LINES = re.findall(r"^    mebench (.*)$", SECTION, re.MULTILINE)

RECIPE = (
    "prompts=2",
    "images=2",
    "rank=4",
    "alpha=8",
    "learning_rate=0.01",
    "flat_std=0",
    "evaluation_steps=2",
)
SMALL = ("--set", "max_area=4096")
ADDED = {
    "train": (*SMALL, "--steps", "2", "--held-out", "1", "--not-in", "bench", "--flow", "dis",
              *(word for one in RECIPE for word in ("--recipe", one))),
    "run": (*SMALL, "--set", "steps=3"),
    "score": ("--flow", "dis", "--metrics", "motion_gain,mas"),
}  # fmt: skip


@pytest.fixture
def place(tmp_path, tmp_path_factory, monkeypatch):
    """A folder with a training set of six items, a benchmark of four others, and a checkpoint."""
    (tmp_path / "kontext").symlink_to(once(tmp_path_factory, "training-kontext", build_kontext))
    make_benchmark(tmp_path / "trainset", 6)
    make_benchmark(tmp_path / "bench", 4, 176, 128)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(mebench, line, *more):
    words = line.split()
    model = ("--model", "kontext") if words[0] in ("train", "run") else ()
    return mebench(*words, *model, *ADDED.get(words[0], ()), *more)


@pytest.mark.slow
def test_from_a_training_to_a_row_on_a_board(mebench, place):
    assert [line.split()[0] for line in LINES] == ["train", "run", "run", "score", "compare", "leaderboard"]
    assert call(mebench, LINES[0], "--steps", "1")[0] == 0
    said = [call(mebench, line) for line in LINES]  # the training goes on for its second step
    assert [status for status, _, _ in said] == [0] * len(LINES)
    lines = [json.loads(line) for line in (place / "trained" / "steps.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [0, 1, 2]
    assert all(line["gnorm"] > 0 for line in lines[1:])
    told = [json.loads((place / "preds" / name / "run.json").read_text()) for name in ("base", "tuned")]
    assert [one["provenance"]["lora"] is None for one in told] == [True, False]
    trained_on = told[1]["provenance"]["lora"]["training"]["trained_on"]
    assert (trained_on["items"], trained_on["not_in"]["checked"]) == (5, True)
    edits = [(place / "preds" / name / "item-0.png").read_bytes() for name in ("base", "tuned")]
    assert edits[0] != edits[1]
    assert re.search(r"base - tuned .* 4/4", said[4][1])
    assert len(re.findall(r"(?m)^\d +(base|tuned) .* 4/4$", said[5][1])) == 2

    weights = "pytorch_lora_weights.safetensors"
    assert call(mebench, LINES[0], "--out", "at-once")[0] == 0
    assert (place / "at-once/lora" / weights).read_bytes() == (place / "trained/lora" / weights).read_bytes()
    assert mebench("train", "export", "trained", "--step", 0, "--out", "start")[0] == 0
    start = load_file(place / "start" / weights)
    assert not any(tensor.any() for name, tensor in start.items() if "lora_B" in name)
    status, _, err = call(mebench, LINES[0], "--recipe", "beta=0.5")
    assert status == 2
    assert "beta was 1.0, is 0.5" in err.splitlines()[-1]


def test_a_dry_run_says_what_it_takes(mebench, place):
    status, out, _ = call(mebench, LINES[0], "--dry-run")
    assert status == 0
    assert out.splitlines()[:3] == [
        "would train flux_kontext on 5 items into trained (1 held out)",
        "2 steps of 2 items x 2 edits = 4 edits",
        "a step: 24 forwards of a picture to edit,",
    ]
    assert "60 forwards and 20 backwards to learn" in out
    assert re.search(r"denoiser +0\.0 GiB", out)
    assert not (place / "trained").exists()


def test_a_dry_run_without_the_weights_says_what_they_take(mebench, place):
    status, out, _ = mebench(
        "train", "--adapter", "qwen_image_edit", "--bench", "trainset", "--held-out", 1,
        "--reward", "motion=1", "--dry-run",
    )  # fmt: skip
    assert status == 0
    assert "the weights take 58 GB" in out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--adapter", "identity"), "cannot be trained: take flux_kontext"),
        (("--adapter", "motionnft_qwen"), "a model that has none"),
        (("--adapter", "flux_kontext", "--set", "offload=model"), "offload=model cannot be set"),
        (("--adapter", "flux_kontext", "--set", "steps=9"), "--recipe sampling_steps=N"),
        (("--adapter", "qwen_image_edit", "--set", "true_cfg_scale=4"), "without a negative prompt"),
        (
            ("--adapter", "flux_kontext", "--bench", "sample", "--held-out", "900", "--dry-run"),
            "900 are to be",
        ),
        (("--adapter", "flux_kontext", "--recipe", "rnk=2"), "did you mean 'rank'?"),
        (("--adapter", "flux_kontext", "--model", "./nope"), "neither a folder here nor a hub id"),
        (("--adapter", "flux_kontext", "--recipe", "rank"), "takes NAME=VALUE"),
        (("--adapter", "flux_kontext", "--recipe", "rank=two"), "--recipe rank=two"),
        (("--adapter", "flux_kontext", "--recipe", "rank=0"), "rank must be at least 1"),
        (("--adapter", "flux_kontext", "--steps", "0"), "steps must be at least 1"),
    ],
)
def test_a_wrong_request_is_one_line(mebench, given, said):
    status, _, err = mebench("train", *given, "--reward", "motion=1", "--flow", "dis")
    assert (status, err.count("\n")) == (2, 1)
    assert said in err


def test_memory_that_runs_out_is_one_line_and_the_training_goes_on_with_less(mebench, place, monkeypatch):
    def too_much(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    with monkeypatch.context() as small:
        small.setattr(PipelineEditor, "velocity", too_much)
        status, _, err = call(mebench, LINES[0], "--steps", "1", "--held-out", "0")
    assert status == 2
    assert "memory ran out (CUDA out of memory" in err.splitlines()[-1]
    assert call(mebench, LINES[0], "--steps", "1", "--held-out", "0", "--recipe", "micro_batch=1")[0] == 0


def test_each_process_rewards_on_the_gpu_that_is_its_own(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("WORLD_SIZE", "8")
    monkeypatch.setenv("LOCAL_RANK", "3")
    seen = []
    monkeypatch.setattr("motionedit_bench.cli.train.reward_request", lambda device, **_: seen.append(device))
    monkeypatch.setattr("motionedit_bench.cli.train._say_plan", lambda request: seen.append(request.device))
    invoke(["train", "--adapter", "flux_kontext", "--reward", "motion", "--dry-run"])
    assert seen == ["cuda:3", "cuda:3"]
