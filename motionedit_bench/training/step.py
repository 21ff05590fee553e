"""One step of a training: edits, rewards, what they teach, and what follows."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import torch
from torch import Tensor

from motionedit_bench.errors import UsageError
from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Reward, Rewarded
from motionedit_bench.training import peers
from motionedit_bench.training.asking import (
    CAME_TO_NOTHING,
    condition_of,
    means_of,
    parts_of,
    pictures_of,
    rewards_of,
)
from motionedit_bench.training.averages import ema_decay, follow, old_decay
from motionedit_bench.training.editor import Editor
from motionedit_bench.training.learning import learn
from motionedit_bench.training.optimality import Rewards, banned, optimalities, rewarded, standing
from motionedit_bench.training.policies import Policies
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.rollout import Edits, edits_of

ASKED_AT_ONCE = 8
"""Calls of a reward that are under way while further edits are made."""

UNANSWERED = ("failed", "unavailable", "unparsed")
"""Statuses by which whoever rewards says that it could not; the others tell of the item or the edit."""


@dataclass
class State:
    """All that a training is at a moment; what a checkpoint holds.

    ``step`` counts the finished steps, ``updates`` those of them that changed the policy. ``banned`` are
    items that are never drawn again. ``best`` and ``waited`` are for ending early. It is not ``whole``
    from where a step changes it until the step's line is written: from what an interrupt leaves then, nothing
    can go on.
    """

    policies: Policies
    ema: dict[str, Tensor]
    optimizer: torch.optim.AdamW
    step: int = 0
    updates: int = 0
    banned: frozenset[str] = frozenset()
    best: float | None = None
    waited: int = 0
    whole: bool = True


def take_step(
    editor: Editor, reward: Reward, recipe: Recipe, state: State, items: Sequence[Item]
) -> dict[str, Any]:
    """Train once on these items, and return the line for ``steps.jsonl``.

    Raises:
        UsageError: no edit has a reward, because of whoever rewards or of the model; or the gradient is not
            finite. The state is then what it was.
    """
    started = time.monotonic()
    with state.policies.by("old"):
        edits, answers = _sample(editor, reward, recipe, state.step, items)
    _check_answered(answers, state.step + 1)
    rewards = _grouped({key: one.value for key, one in answers.items()}, items, recipe.images)
    parts = parts_of(answers)
    sampled = time.monotonic()
    wanted = optimalities(rewards, recipe.flat_std, recipe.good_mean, recipe.advantage_clip)
    sums = learn(editor, state.policies, recipe, state.step, edits, wanted)
    summed = peers.totals([sums.loss, sums.kl, sums.terms])
    gnorm = _checked_gradient(recipe, state) if summed[2] else None
    state.whole = False
    if gnorm is not None:
        _update(state)
    state.banned |= {i for i, g in rewards.items() if banned(g, recipe.flat_std, recipe.good_mean)}
    state.step += 1
    return {
        "step": state.step,
        **_of_rewards(rewards, recipe),
        "loss": summed[0] / summed[2] if summed[2] else None,
        "kl": summed[1] / summed[2] if summed[2] else None,
        "gnorm": gnorm,
        "d": old_decay(state.step - 1),
        "seconds": {"edits": sampled - started, "learning": time.monotonic() - sampled},
        "reasons": sorted({one.reason for one in answers.values() if one.reason}),
        "rewards": rewards,
        "part_means": means_of(parts),
        "parts": {name: _grouped(part, items, recipe.images) for name, part in parts.items()},
    }


def _sample(
    editor: Editor, reward: Reward, recipe: Recipe, step: int, items: Sequence[Item]
) -> tuple[list[Edits], dict[str, Rewarded]]:
    """This process's share of the edits, and the rewards of all, by `_key`.

    Rewards are asked for while further edits are made. Edits of an item that cannot be edited are not made,
    and have no reward.
    """
    edits = []
    answers: dict[str, Rewarded] = {}
    asked: list[tuple[Item, Future[dict[int, Rewarded]]]] = []
    with _asking() as pool:
        for item, batches in groupby(peers.share(_batches(items, recipe)), itemgetter(0)):
            numbers = [images for _, images in batches]
            condition = condition_of(editor, item)
            if isinstance(condition, Rewarded):
                answers |= {_key(item.id, image): condition for images in numbers for image in images}
                continue
            for images in numbers:
                key = recipe.seed, "sample", step
                made = edits_of(editor, item, condition, images, recipe.sampling_steps, *key)
                asked.append((item, pool.submit(rewards_of, reward, made, pictures_of(editor, made))))
                edits.append(made)
        for item, answer in asked:
            answers |= {_key(item.id, image): one for image, one in answer.result().items()}
    return edits, peers.together(answers)


@contextmanager
def _asking() -> Iterator[ThreadPoolExecutor]:
    """Threads that ask; once something went wrong, or the user interrupts, nobody waits for them."""
    pool = ThreadPoolExecutor(ASKED_AT_ONCE)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _check_answered(answers: Mapping[str, Rewarded], step: int) -> None:
    """Go no further where nothing is known of any edit, because of whoever rewards: there is nobody there;
    nor where there is no edit, because of the model.

    Raises:
        UsageError: so it is; the text has the reason.
    """
    made = [one for one in answers.values() if one != CAME_TO_NOTHING]
    if not made:
        raise UsageError(
            f"no edit of step {step} is of finite numbers: the model has run away, or was never sound; begin "
            "another training with a lower learning rate, or export an earlier checkpoint by --step"
        )
    if all(one.status in UNANSWERED for one in made):
        reason = made[0].reason
        raise UsageError(
            f"no edit of step {step} has a reward ({reason}): once that is mended, the same command goes on "
            f"after step {step - 1}"
        )


def _batches(items: Sequence[Item], recipe: Recipe) -> list[tuple[Item, range]]:
    """The images of a step, as many of one item at a time as the transformer takes."""
    starts = range(0, recipe.images, recipe.micro_batch)
    ranges = [range(start, min(start + recipe.micro_batch, recipe.images)) for start in starts]
    return [(item, images) for item in items for images in ranges]


def _key(item: str, image: int) -> str:
    return f"{image}/{item}"


def _grouped(
    values: Mapping[str, float | None], items: Sequence[Item], images: int
) -> dict[str, list[float | None]]:
    return {item.id: [values[_key(item.id, image)] for image in range(images)] for item in items}


def _checked_gradient(recipe: Recipe, state: State) -> float:
    """Cut the gradient of all processes; its length before.

    Raises:
        UsageError: it is not finite.
    """
    theta = state.policies.theta
    peers.add_gradients(theta.values())
    gnorm = torch.nn.utils.clip_grad_norm_(theta.values(), recipe.max_grad_norm)
    if not torch.isfinite(gnorm):
        raise UsageError(
            f"the gradient of step {state.step + 1} is not finite: try a lower "
            "learning rate, in another folder"
        )
    return float(gnorm)


def _update(state: State) -> None:
    """One step of the optimiser, then of those that follow."""
    theta = state.policies.theta
    state.optimizer.step()
    state.optimizer.zero_grad(set_to_none=True)
    follow(state.policies.old, theta, old_decay(state.step))
    follow(state.ema, theta, ema_decay(state.updates))
    state.updates += 1


def _of_rewards(rewards: Rewards, recipe: Recipe) -> dict[str, Any]:
    everyone = [one for group in rewards.values() for one in rewarded(group)]
    standings = [standing(group, recipe.flat_std, recipe.good_mean) for group in rewards.values()]
    return {
        "reward_mean": float(np.mean(everyone)) if everyone else None,
        "reward_std": float(np.std(everyone)) if everyone else None,
        "groups": {one: standings.count(one) for one in ("taught", "flat", "good", "unscored")},
        "unscored": sum(len(group) for group in rewards.values()) - len(everyone),
    }
