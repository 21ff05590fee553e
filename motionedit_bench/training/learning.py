"""What a policy learns from a step's edits: the gradient, piece by piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from motionedit_bench.training.attention import without_cudnn
from motionedit_bench.training.draws import training_times
from motionedit_bench.training.editor import Editor
from motionedit_bench.training.loss import drift, nft_loss, noised
from motionedit_bench.training.policies import Policies
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.rollout import Edits, device_of, noise_of, velocity


@dataclass
class Sums:
    """Losses and distances to the base model, over edits that teach and their times; and over how many."""

    loss: float = 0.0
    kl: float = 0.0
    terms: int = 0


def taught_part(edits: Edits, optimality: Sequence[float | None]) -> tuple[Edits, list[float]]:
    """Those of the edits that are learned from, with their optimality."""
    kept = [place for place, image in enumerate(edits.images) if optimality[image] is not None]
    part = Edits(edits.item, edits.condition, [edits.images[place] for place in kept], edits.x0[kept])
    return part, [float(optimality[image] or 0.0) for image in part.images]


def learn(
    editor: Editor,
    policies: Policies,
    recipe: Recipe,
    step: int,
    edits: Sequence[Edits],
    optimalities: Mapping[str, Sequence[float | None]],
) -> Sums:
    """Add to the gradients of ``theta`` what these edits teach, as their part of the mean over the step's."""
    everyone = sum(one is not None for group in optimalities.values() for one in group)
    sums = Sums()
    with without_cudnn():
        for batch in edits:
            part, wanted = taught_part(batch, optimalities[batch.item.id])
            if part.images:
                terms = everyone * recipe.trained_times
                _learn_from(editor, policies, recipe, step, part, wanted, terms, sums)
    return sums


def _learn_from(
    editor: Editor,
    policies: Policies,
    recipe: Recipe,
    step: int,
    edits: Edits,
    optimality: Sequence[float],
    terms: int,
    sums: Sums,
) -> None:
    item, condition, x0 = edits.item, edits.condition, edits.x0
    sigmas = editor.sigmas(condition, recipe.sampling_steps)
    good = torch.tensor(optimality, device=device_of(editor))
    drawn = [
        training_times(sigmas, recipe.trained_times, recipe.seed, "times", step, item.id, image)
        for image in edits.images
    ]
    for number, times in enumerate(zip(*drawn, strict=True)):
        t = torch.tensor(times, device=x0.device, dtype=x0.dtype)
        noise = noise_of(editor, condition, item, edits.images, recipe.seed, "learn", step, number)
        x_t = noised(x0, noise, t)
        with policies.by("old"):
            old = velocity(editor, x_t, t, condition)
        with policies.by("base"):
            base = velocity(editor, x_t, t, condition)
        theta = velocity(editor, x_t, t, condition)
        loss = recipe.advantage_clip * nft_loss(theta, old, x_t, x0, t, good, recipe.beta, recipe.negative)
        kl = drift(theta, base)
        ((loss + recipe.kl_weight * kl).sum() / terms).backward()  # type: ignore[no-untyped-call]
        sums.loss += float(loss.detach().sum())
        sums.kl += float(kl.detach().sum())
        sums.terms += len(t)
