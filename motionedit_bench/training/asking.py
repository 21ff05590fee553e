"""From clean latents to what the edits are worth; an edit that came to nothing is never shown to a reward."""

from collections.abc import Mapping

import numpy as np
import torch

from motionedit_bench.adapters.diffusers.placement import is_out_of_memory
from motionedit_bench.errors import ImageError, explain
from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Pixels, Reward, Rewarded
from motionedit_bench.training.editor import Condition, Editor
from motionedit_bench.training.rollout import Edits

CAME_TO_NOTHING = Rewarded(None, "failed", "the model made numbers that are not finite")


def condition_of(editor: Editor, item: Item) -> Condition | Rewarded:
    """What the editor needs of this item; or, where it can make nothing of it, why its edits have no reward.

    One item that a pipeline stumbles over, such as a picture of one row, is no end of a training.
    """
    try:
        return editor.condition(item)
    except (ImageError, OSError) as error:
        return Rewarded(None, "corrupt", explain(error))
    except Exception as error:  # foreign code on pictures and words that may be anything
        if is_out_of_memory(error):
            raise
        return Rewarded(None, "failed", f"{item.id} cannot be edited: {explain(error)}")


def pictures_of(editor: Editor, edits: Edits) -> dict[int, Pixels]:
    """The pictures by the edits' numbers; there is none where a latent is not finite."""
    sound = [place for place, x in enumerate(edits.x0) if bool(torch.isfinite(x).all())]
    made = editor.decode(edits.x0[sound], edits.condition) if sound else []
    return {edits.images[place]: picture for place, picture in zip(sound, made, strict=True)}


def rewards_of(reward: Reward, edits: Edits, pictures: dict[int, Pixels]) -> dict[int, Rewarded]:
    """What each of the edits is worth, by its number; those without a picture have no reward."""
    told = reward.score(edits.item, list(pictures.values())) if pictures else []
    found = dict(zip(pictures, told, strict=True))
    return {image: found.get(image, CAME_TO_NOTHING) for image in edits.images}


def parts_of(answers: Mapping[str, Rewarded]) -> dict[str, dict[str, float | None]]:
    """The rewards that are mixed, each by its name, of all edits; none where a reward has no parts, or one.

    The reward is their mean by the weights in ``run.json``; a part that has no value for an edit is ``None``.
    """
    found: dict[str, dict[str, float | None]] = {}
    for key, answer in answers.items():
        for name, told in answer.terms.items():
            if isinstance(told, Mapping) and "reward" in told:
                found.setdefault(name, dict.fromkeys(answers))[key] = told["reward"]
    return dict(sorted(found.items())) if len(found) > 1 else {}


def means_of(parts: Mapping[str, Mapping[str, float | None]]) -> dict[str, float]:
    """The mean of each part over the edits that have it; without those that no edit has."""
    values = {name: [one for one in part.values() if one is not None] for name, part in parts.items()}
    return {name: float(np.mean(own)) for name, own in values.items() if own}
