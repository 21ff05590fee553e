"""Kills a training again and again, at moments that nobody chose, until it has come to its end.

    python -m helpers.killed_training FOLDER KILLS

Trains in ``FOLDER/undisturbed`` and in ``FOLDER/killed``, and prints how often the second was killed. Each
training is a process of its own, made by a fork, so that what it imports is imported once. The last step of
the second waits until all kills are over.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import peft.tuners.tuners_utils  # noqa: F401 (before the forks, as all that takes long)
import tensorboard.compat.proto.event_pb2
import tensorboard.summary.writer.record_writer  # noqa: F401
import torch

from helpers.tiny_training import Bright, recipe, task
from motionedit_bench.training.train import train

STEPS = 30
torch.set_num_threads(1)


class Held(Bright):
    """Gives no reward of the last step before there is a file ``go``."""

    def __init__(self, folder):
        self.folder = folder

    def score(self, item, pictures):
        while steps(self.folder) >= STEPS and not self.folder.with_name("go").exists():
            time.sleep(0.01)
        return super().score(item, pictures)


def start(folder):
    child = os.fork()
    if child:
        return child
    train(task(reward=Held(folder)), recipe(steps=STEPS, save_every=1, eval_every=10), folder)
    os._exit(0)


def steps(folder):
    """How many it has made so far."""
    path = folder / "steps.jsonl"
    return path.read_text().count("\n") if path.exists() else 0


def is_over(child):
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def main(folder, kills):
    (folder / "go").touch()
    _, status = os.waitpid(start(folder / "undisturbed"), 0)
    assert status == 0, status
    (folder / "go").unlink()
    chance = random.Random()
    killed = 0
    while killed < kills:
        child = start(folder / "killed")
        enough = min(steps(folder / "killed") + chance.choice((0, 1, 2, 3)), STEPS)
        while steps(folder / "killed") < enough and not is_over(child):
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        if not os.WIFSIGNALED(status):
            break
    (folder / "go").touch()
    _, status = os.waitpid(start(folder / "killed"), 0)
    assert status == 0, status
    print(killed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
