"""From clean latents to what the edits are worth; an edit that came to nothing is never shown to a reward."""

import torch

from motionedit_bench.rewards.base import Pixels, Reward, Rewarded
from motionedit_bench.training.editor import Editor
from motionedit_bench.training.rollout import Edits

CAME_TO_NOTHING = Rewarded(None, "failed", "the model made numbers that are not finite")


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
