"""Two whole steps against NumPy in float64, from the formulas alone: edits, loss, gradient, and what follows.

The draws are the training's own; all that is computed of them is computed here anew.
"""

from itertools import pairwise

import numpy as np
import pytest
import torch
from helpers.tiny_training import CHANNELS, TOKENS, TinyEditor, items, lines, recipe, task
from safetensors.torch import load_file

from motionedit_bench.training.draws import generator, items_of_step
from motionedit_bench.training.train import train

RECIPE = recipe(steps=2, save_every=1, kl_weight=0.3, beta=0.7, learning_rate=0.05)
A, B = "to_q.lora_A.weight", "to_q.lora_B.weight"
SIGMAS = (1, 2 / 3, 1 / 3, 0)
STRENGTH = RECIPE.alpha / RECIPE.rank


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    train(task(held_out=()), RECIPE, folder)
    return folder


def read(run, step, name):
    found = load_file(run / f"checkpoints/{step}/{name}.safetensors")
    return {key: tensor.double().numpy() for key, tensor in found.items()}


def drawn(*key):
    return torch.randn(TOKENS, CHANNELS, generator=generator(RECIPE.seed, *key)).double().numpy()


class Layer:
    """The tiny network's one layer, with a LoRA or none."""

    def __init__(self, lora=None):
        plain = TinyEditor().transformer.to_q
        self.bias = plain.bias.detach().double().numpy()
        self.weight = plain.weight.detach().double().numpy()
        if lora:
            self.weight = self.weight + STRENGTH * lora[B] @ lora[A]

    def inputs(self, x, t, item):
        rest = np.full((TOKENS, CHANNELS), item.input.read()[0] / 10), np.full((TOKENS, 1), t)
        return np.concatenate([x, *rest], axis=1)

    def velocity(self, x, t, item):
        return self.inputs(x, t, item) @ self.weight.T + self.bias


def edit(old, step, item, image):
    x = drawn("sample", step, item.id, image)
    for now, then in pairwise(SIGMAS):
        x = x + (then - now) * old.velocity(x, now, item)
    return x


def of_one_time(theta, old, base, x0, noise, t, good, item):
    """Loss, distance to the base model, and the gradient of both by the layer's weight."""
    x_t = (1 - t) * x0 + t * noise
    by_theta, by_old, by_base = (one.velocity(x_t, t, item) for one in (theta, old, base))
    loss, gradient = 0.0, 2 * RECIPE.kl_weight * (by_theta - by_base) / x0.size
    for sign, share in ((1, good), (-1, 1 - good)):
        shift = sign * RECIPE.beta
        error = x_t - t * ((1 - shift) * by_old + shift * by_theta) - x0
        scale = 5 / RECIPE.beta * share / max(np.abs(error).mean(), 1e-5)
        loss += scale * (error**2).mean()
        gradient = gradient - scale * 2 * error / x0.size * t * shift
    return loss, ((by_theta - by_base) ** 2).mean(), gradient.T @ theta.inputs(x_t, t, item)


@pytest.mark.parametrize("step", [0, 1])
def test_a_step_is_what_the_formulas_say(run, step):
    by_id, line = {item.id: item for item in items(8)}, lines(run)[step + 1]
    before, after = read(run, step, "theta"), read(run, step + 1, "theta")
    theta, old, base = Layer(before), Layer(read(run, step, "old")), Layer()
    names = items_of_step(list(by_id), RECIPE.seed, step, RECIPE.prompts)
    edits = {(n, i): edit(old, step, by_id[n], i) for n in names for i in range(RECIPE.images)}
    rewards = {(name, i): one for name in names for i, one in enumerate(line["rewards"][name])}
    for key, x in edits.items():  # a pixel may be rounded otherwise in float32
        assert rewards[key] == pytest.approx(((np.tanh(x) + 1) * 127.5).mean() / 255, abs=0.002)
    assert line["groups"]["taught"] == len(names)

    spread, found = np.std(list(rewards.values())) + 1e-4, []
    for (name, image), x0 in edits.items():
        mean = np.mean([rewards[name, i] for i in range(RECIPE.images)])
        good = np.clip((rewards[name, image] - mean) / spread, -5, 5) / 10 + 0.5
        order = torch.randperm(3, generator=generator(RECIPE.seed, "times", step, name, image))
        for number, place in enumerate(order[:2]):
            noise = drawn("learn", step, number, name, image)
            found.append(of_one_time(theta, old, base, x0, noise, SIGMAS[place], good, by_id[name]))
    loss, kl, gradient = (sum(column) / len(found) for column in zip(*found, strict=True))
    halves = {A: STRENGTH * before[B].T @ gradient, B: STRENGTH * gradient @ before[A].T}
    length = np.sqrt(sum((half**2).sum() for half in halves.values()))
    assert (line["loss"], line["kl"], line["gnorm"]) == pytest.approx((loss, kl, length), rel=1e-5, abs=1e-9)

    moments = read(run, step, "optimizer")
    for name, half in halves.items():
        half = half * min(1, RECIPE.max_grad_norm / (length + 1e-6))
        first = 0.9 * moments.get(f"exp_avg/{name}", 0) + 0.1 * half
        second = 0.999 * moments.get(f"exp_avg_sq/{name}", 0) + 0.001 * half**2
        size = np.sqrt(second / (1 - 0.999 ** (step + 1))) + 1e-8
        moved = RECIPE.learning_rate * first / (1 - 0.9 ** (step + 1)) / size
        assert after[name] == pytest.approx(
            before[name] * (1 - RECIPE.learning_rate * 1e-4) - moved, abs=1e-6
        )
        for policy, kept in (("old", min(0.001 * step, 0.5)), ("ema", min((1 + step) / (10 + step), 0.9))):
            stayed = kept * read(run, step, policy)[name] + (1 - kept) * after[name]
            assert read(run, step + 1, policy)[name] == pytest.approx(stayed, abs=1e-6)
