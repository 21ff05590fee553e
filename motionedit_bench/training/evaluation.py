"""How a training stands: the averaged policy edits items that it never saw, always from the same noise."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.images import encode_png
from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Reward, Rewarded
from motionedit_bench.training import peers
from motionedit_bench.training.asking import condition_of, means_of, parts_of, pictures_of, rewards_of
from motionedit_bench.training.editor import Editor
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.rollout import edits_of
from motionedit_bench.training.step import State


def evaluate(
    editor: Editor, reward: Reward, recipe: Recipe, state: State, items: Sequence[Item], folder: Path
) -> dict[str, Any]:
    """The held-out reward, and one picture of each item in the folder.

    The mean is over the items that have a reward; how many have none is told with it, and why, and the
    rewards of all, with the parts that they are mixed of.
    """
    make_folder(folder)
    answers: dict[str, Rewarded] = {}
    with state.policies.holding(state.ema), state.policies.by("theta"):
        for item in peers.share(items):
            condition = condition_of(editor, item)
            if isinstance(condition, Rewarded):
                answers[item.id] = condition
                continue
            made = edits_of(editor, item, condition, [0], recipe.evaluation_steps, recipe.seed, "held out")
            pictures = pictures_of(editor, made)
            answers[item.id] = rewards_of(reward, made, pictures)[0]
            for picture in pictures.values():
                write_whole(folder / f"{item.id}.png", encode_png(Image.fromarray(picture)))
    answers = peers.together(answers)
    values = [one.value for one in answers.values() if one.value is not None]
    parts = parts_of(answers)
    return {
        "held_out_mean": float(np.mean(values)) if values else None,
        "held_out_unscored": len(items) - len(values),
        "held_out": {item.id: answers[item.id].value for item in items},
        "held_out_part_means": means_of(parts),
        "held_out_parts": {name: {item.id: part[item.id] for item in items} for name, part in parts.items()},
        "held_out_reasons": sorted({one.reason for one in answers.values() if one.reason}),
    }
