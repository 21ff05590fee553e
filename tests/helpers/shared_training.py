"""The tiny training as a program, to be started by ``accelerate launch``: ``shared_training.py FOLDER``."""

import sys
from pathlib import Path

import torch

from helpers.tiny_training import recipe, task
from motionedit_bench.training.train import train

if __name__ == "__main__":
    torch.set_num_threads(1)
    train(task(), recipe(steps=3, eval_every=3), Path(sys.argv[1]))
