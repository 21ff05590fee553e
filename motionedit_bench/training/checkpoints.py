"""Checkpoints, each whole or not there; a training goes on from the last one bit by bit.

A folder ``N`` holds ``theta``, ``old``, ``ema`` and ``optimizer.safetensors`` and ``state.json``; see
`stored`. No generator's state is among them: every draw has a seed of its own, see `draws`.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.files import TEMPORARY, make_folder
from motionedit_bench.training import stored
from motionedit_bench.training.policies import Policies, copied
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.step import State

FOLDER = "checkpoints"
MOMENTS = ("exp_avg", "exp_avg_sq")
BETAS, EPSILON, DECAY = (0.9, 0.999), 1e-8, 1e-4
"""AdamW's, as released."""


def fresh(policies: Policies, recipe: Recipe) -> State:
    """The state before the first step."""
    optimizer = torch.optim.AdamW(
        policies.theta.values(), lr=recipe.learning_rate, betas=BETAS, eps=EPSILON, weight_decay=DECAY
    )
    return State(policies, copied(policies.theta), optimizer)


def save_checkpoint(state: State, run: Path) -> Path:
    """Write the state as a checkpoint of its step; in place of one that is there already.

    Raises:
        UsageError: its weights are not finite: there is nothing to go on from.
        StorageError: it cannot be written; nothing is left of it.
    """
    if not all(bool(tensor.isfinite().all()) for tensor in state.policies.theta.values()):
        raise UsageError(
            f"the weights after step {state.step} are not finite: begin another training with a lower "
            "learning rate; the checkpoints that are there stay"
        )
    final = run / FOLDER / str(state.step)
    temporary = final.with_name(f".{final.name}{TEMPORARY}")
    shutil.rmtree(temporary, ignore_errors=True)
    make_folder(temporary)
    weights: dict[str, Mapping[str, Tensor]] = {
        "theta": state.policies.theta,
        "old": state.policies.old,
        "ema": state.ema,
        "optimizer": _moments(state),
    }
    told = {
        "step": state.step,
        "updates": state.updates,
        "banned": sorted(state.banned),
        "best": state.best,
        "waited": state.waited,
    }
    try:
        stored.write(temporary, weights, told)
        _put_in_place(temporary, final)
    except StorageError:
        shutil.rmtree(temporary, ignore_errors=True)  # a full disk has no room for half a checkpoint
        raise
    return final


def _put_in_place(temporary: Path, final: Path) -> None:
    try:
        shutil.rmtree(final, ignore_errors=True)
        os.rename(temporary, final)
        folder = os.open(final.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        raise StorageError(f"cannot write {final}: {error.strerror or error}") from error


def last_checkpoint(run: Path) -> Path | None:
    """The checkpoint of the latest step, if there is any."""
    found = [one for one in (run / FOLDER).glob("*") if one.name.isdigit()]
    return max(found, key=lambda one: int(one.name), default=None)


def load_checkpoint(state: State, checkpoint: Path) -> None:
    """Bring a fresh state to that of a checkpoint.

    Raises:
        StorageError: a file of it is absent or damaged, or it is of another model or rank.
    """
    told = stored.read_told(checkpoint)
    theta, old, ema, moments = (
        stored.read_weights(checkpoint, name) for name in ("theta", "old", "ema", "optimizer")
    )
    try:
        state.policies.load("theta", theta)
        state.policies.load("old", old)
    except UsageError as error:
        raise StorageError(f"checkpoint {checkpoint} is of another training, remove it: {error}") from error
    state.step, state.updates = told["step"], told["updates"]
    state.banned = frozenset(told["banned"])
    state.best, state.waited = told["best"], told["waited"]
    _set_moments(state, moments)
    for name, tensor in state.ema.items():
        tensor.copy_(ema[name])


def _moments(state: State) -> dict[str, Tensor]:
    """What AdamW remembers: for each parameter the averages of its gradient and of its square."""
    held = state.optimizer.state
    named = state.policies.theta.items()
    return {f"{moment}/{name}": held[p][moment] for name, p in named if p in held for moment in MOMENTS}


def _set_moments(state: State, moments: Mapping[str, Tensor]) -> None:
    if not moments:
        return
    for name, parameter in state.policies.theta.items():
        state.optimizer.state[parameter] = {
            "step": torch.tensor(float(state.updates)),
            **{moment: moments[f"{moment}/{name}"].to(parameter.device) for moment in MOMENTS},
        }
