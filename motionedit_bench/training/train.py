"""The training: step after step, with checkpoints from which it goes on as if nothing had happened."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motionedit_bench.errors import MebenchError, UsageError
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Reward
from motionedit_bench.training import peers
from motionedit_bench.training.checkpoints import (
    fresh,
    last_checkpoint,
    load_checkpoint,
    save_checkpoint,
)
from motionedit_bench.training.draws import items_of_step
from motionedit_bench.training.editor import Editor
from motionedit_bench.training.evaluation import evaluate
from motionedit_bench.training.policies import Policies
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.record import Record, sitting
from motionedit_bench.training.step import State, take_step

PICTURES = "held_out"
"""The folder of held-out edits: a folder for each step at which they were made."""


@dataclass(frozen=True)
class Task:
    """What is trained, on what, by which reward.

    ``items`` are trained on; ``held_out`` are looked at alone, and may be none. ``facts`` is what
    ``run.json`` says of the data; JSON values.
    """

    editor: Editor
    reward: Reward
    items: Sequence[Item]
    held_out: Sequence[Item] = ()
    facts: dict[str, Any] | None = None


def train(task: Task, recipe: Recipe, folder: Path) -> State:
    """Train, or go on where this folder's last checkpoint is.

    A checkpoint ``folder/checkpoints/N`` holds ``theta``, ``old`` and ``ema.safetensors``, whose keys are
    ``LAYER.lora_A.weight`` and ``LAYER.lora_B.weight`` with the transformer's names of layers, float32.
    The adapted layer adds ``alpha / rank * B A``. ``ema`` is what is evaluated and to be published.

    Raises:
        UsageError: the folder holds a training with other settings; there are no items; no edit of a step
            has a reward, because of whoever rewards; the gradient is not finite.
        StorageError: the folder cannot be written, or its last checkpoint is damaged.
    """
    if not task.items:
        raise UsageError("there are no items to train on")
    with peers.joined():
        state = fresh(Policies(task.editor.transformer, recipe), recipe)
        _set_checkpointing(task.editor, recipe)
        writes = peers.rank() == 0
        with sitting(folder, _told(task, recipe)) if writes else nullcontext():
            peers.wait()
            found = last_checkpoint(folder)
            if found:
                load_checkpoint(state, found)
            peers.wait()
            with Record(folder, state.step if found else -1) if writes else nullcontext() as record:
                if not found:
                    _before_the_first(task, recipe, state, folder, record)
                _steps(task, recipe, state, folder, record)
    return state


def _before_the_first(task: Task, recipe: Recipe, state: State, folder: Path, record: Record | None) -> None:
    """How the model stands by itself, as the line of step 0."""
    line = _evaluated(task, recipe, state, folder) if task.held_out else {}
    if record:
        record.add({"step": 0, **line})
        save_checkpoint(state, folder)
    peers.wait()


def _steps(task: Task, recipe: Recipe, state: State, folder: Path, record: Record | None) -> None:
    by_id = {item.id: item for item in task.items}
    left = recipe.steps - state.step
    with Progress("training", total=left, failing="without effect") if record else nullcontext() as progress:
        while state.step < recipe.steps and not _ended(recipe, state):
            drawn = items_of_step(list(by_id), recipe.seed, state.step, recipe.prompts, state.banned)
            if not drawn:
                return _nothing_left(state, folder, record)
            try:
                line = take_step(task.editor, task.reward, recipe, state, [by_id[one] for one in drawn])
            except (MebenchError, KeyboardInterrupt):  # most often, the state is that before the step
                if record and state.whole:
                    _keep(state, folder)
                raise
            last = state.step == recipe.steps
            if task.held_out and (state.step % recipe.eval_every == 0 or last):
                line |= _evaluated(task, recipe, state, folder)
            if record and progress:
                record.add(line)
                state.whole = True
                progress.advance(failed=line["gnorm"] is None)
                if state.step % recipe.save_every == 0 or last or _ended(recipe, state):
                    save_checkpoint(state, folder)
            peers.wait()


def _nothing_left(state: State, folder: Path, record: Record | None) -> None:
    """End before the last step: all edits of all items are good already."""
    if record:
        warn(f"the training ends: after {state.step} steps no item is left that an edit could get better on")
        _keep(state, folder)
    peers.wait()


def _keep(state: State, folder: Path) -> None:
    """A checkpoint of this step, unless there is one."""
    found = last_checkpoint(folder)
    if found is None or found.name != str(state.step):
        save_checkpoint(state, folder)


def _evaluated(task: Task, recipe: Recipe, state: State, folder: Path) -> dict[str, Any]:
    """How it stands now; the state remembers whether it got better."""
    pictures = folder / PICTURES / str(state.step)
    found = evaluate(task.editor, task.reward, recipe, state, task.held_out, pictures)
    mean = found["held_out_mean"]
    if mean is not None and not found["held_out_unscored"]:
        better = state.best is None or mean > state.best
        state.best, state.waited = (mean, 0) if better else (state.best, state.waited + 1)
    return found


def _ended(recipe: Recipe, state: State) -> bool:
    """Whether it has not got better for too long."""
    return 0 < recipe.patience <= state.waited


def _set_checkpointing(editor: Editor, recipe: Recipe) -> None:
    enable: Any = getattr(editor.transformer, "enable_gradient_checkpointing", None)
    if recipe.checkpointing and enable is not None:
        enable()


def _told(task: Task, recipe: Recipe) -> dict[str, Any]:
    return {
        "recipe": recipe.told(),
        "editor": task.editor.facts(),
        "reward": task.reward.facts(),
        "data": task.facts,
        "items": len(task.items),
        "held_out": len(task.held_out),
    }
