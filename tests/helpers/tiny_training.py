"""A training without any large library: a model of one layer, and a reward for what it is to become."""

import json
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from motionedit_bench.records import Item, Picture
from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.train import Task

TOKENS, CHANNELS = 4, 3

TINY = Recipe(
    seed=1, steps=6, prompts=3, images=4, micro_batch=2, sampling_steps=3, learning_rate=0.02, rank=2,
    alpha=4, targets=("to_q",), evaluation_steps=2, eval_every=2, save_every=2, flat_std=0.01,
)  # fmt: skip


def recipe(**changes):
    return replace(TINY, **changes)


def items(count, name="item"):
    def picture(number):
        return Picture(f"{name}-{number}.png", lambda: bytes([number]))

    return [Item(f"{name}-{number}", "brighten", picture(number), picture(number)) for number in range(count)]


class Network(nn.Module):
    """A linear layer between the edit's tokens and the item's, with the time."""

    def __init__(self):
        super().__init__()
        self.to_q = nn.Linear(2 * CHANNELS + 1, CHANNELS)

    def forward(self, x, t, condition):
        times = t[:, None, None].expand(len(x), TOKENS, 1)
        return self.to_q(torch.cat([x, condition.expand_as(x), times], dim=-1))


class TinyEditor:
    """An editor of pictures of 2x2 pixels, each of which is a token."""

    def __init__(self, seed=0):
        torch.manual_seed(seed)
        self.transformer = Network()

    def condition(self, item):
        return torch.full((1, TOKENS, CHANNELS), item.input.read()[0] / 10)

    def noise(self, condition, generator):
        return torch.randn(TOKENS, CHANNELS, generator=generator)

    def sigmas(self, condition, steps):
        return [1 - step / steps for step in range(steps)] + [0.0]

    def velocity(self, x, t, condition):
        return self.transformer(x, t, condition)

    def decode(self, x, condition):
        pixels = ((x.tanh() + 1) * 127.5).round().to(torch.uint8)
        return list(pixels.reshape(-1, 2, 2, CHANNELS).numpy())

    def facts(self):
        return {"model": "tiny"}


class Bright:
    """How bright an edit is; ``without`` names those that get no reward, as (item, which call for it)."""

    def score(self, item, pictures):
        return [Rewarded(float(np.mean(one)) / 255) for one in pictures]

    def facts(self):
        return {"reward": "brightness"}


def task(**changes):
    return Task(
        **{"editor": TinyEditor(), "reward": Bright(), "items": items(8), "held_out": items(2, "held")}
        | changes
    )


def lines(run):
    return [json.loads(line) for line in (run / "steps.jsonl").read_text().splitlines()]


def untimed(run):
    return [{key: value for key, value in line.items() if key != "seconds"} for line in lines(run)]


def checkpoint(run, step):
    return {path.name: path.read_bytes() for path in (run / "checkpoints" / str(step)).iterdir()}


class Told(Bright):
    """What ``answer(item, picture)`` says."""

    def __init__(self, answer):
        self.answer = answer

    def score(self, item, pictures):
        return [self.answer(item, picture) for picture in pictures]
