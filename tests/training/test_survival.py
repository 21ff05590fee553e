"""A training that is killed at any moment, or shared by several processes, is the training it was."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.tiny_training import recipe, task
from safetensors.torch import load_file

from motionedit_bench.training.train import train

TESTS = Path(__file__).resolve().parents[1]


def run(*command):
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "TORCH_CPP_LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=1500
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def lines(folder):
    told = [json.loads(line) for line in (folder / "steps.jsonl").read_text().splitlines()]
    return [{key: value for key, value in line.items() if key != "seconds"} for line in told]


@pytest.mark.slow
@pytest.mark.unmeasured
def test_kills_at_any_moment_leave_no_trace_in_the_weights(tmp_path):
    assert int(run("-m", "helpers.killed_training", str(tmp_path), "10")) == 10
    one, other = (tmp_path / name for name in ("undisturbed", "killed"))
    ends = [sorted((folder / "checkpoints" / "30").iterdir()) for folder in (one, other)]
    assert [path.name for path in ends[0]] == [path.name for path in ends[1]]
    assert [path.read_bytes() for path in ends[0]] == [path.read_bytes() for path in ends[1]]
    assert lines(one) == lines(other)
    assert len(json.loads((other / "run.json").read_text())["sessions"]) > 1


@pytest.mark.slow
def test_two_processes_learn_what_one_does(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launch = ["-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1"]
    launch += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", str(port)]
    run(*launch, str(TESTS / "helpers/shared_training.py"), str(tmp_path / "two"))
    train(task(), recipe(steps=3, eval_every=3), tmp_path / "one")
    one, two = (lines(tmp_path / name) for name in ("one", "two"))
    assert one[0] == two[0]
    assert one[1]["rewards"] == two[1]["rewards"], "the same groups"
    assert two[1]["gnorm"] == pytest.approx(one[1]["gnorm"], rel=1e-5), "the same mean gradient"
    for key in ("reward_mean", "loss", "kl", "gnorm"):
        assert [line[key] for line in two[1:]] == pytest.approx([line[key] for line in one[1:]], rel=1e-3)
    for name in ("theta", "old", "ema"):
        a, b = (load_file(tmp_path / which / f"checkpoints/3/{name}.safetensors") for which in ("one", "two"))
        assert max(float((a[key] - b[key]).abs().max()) for key in a) < 1e-5
