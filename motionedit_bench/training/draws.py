"""Every draw of a training, each from a seed of its own: none depends on another, or on who makes it.

So a training that goes on, or that several processes share, draws what it would have drawn undisturbed,
and a checkpoint holds no state of any generator.
"""

from collections.abc import Collection, Sequence

import numpy as np
import torch

from motionedit_bench.records import digest_of


def generator(*key: int | str) -> torch.Generator:
    """A generator on the CPU that is seeded by what it is for."""
    return torch.Generator().manual_seed(_seed(*key))


def _seed(*key: int | str) -> int:
    return int(digest_of(list(key))[:15], 16)


def items_of_step(
    ids: Sequence[str], seed: int, step: int, count: int, banned: Collection[str] = ()
) -> list[str]:
    """The items of a step: so many, none twice, or all where there are fewer; the banned ones never.

    >>> items_of_step(["a", "b", "c"], seed=0, step=0, count=5, banned={"b"}) in (["a", "c"], ["c", "a"])
    True
    """
    left = sorted(set(ids) - set(banned))
    order = np.random.default_rng(_seed(seed, "items", step)).permutation(len(left))
    return [left[place] for place in order[:count]]


def training_times(sigmas: Sequence[float], count: int, *key: int | str) -> list[float]:
    """At which of a sampling's times one edit is trained: so many, in an order of its own, none twice."""
    order = torch.randperm(len(sigmas) - 1, generator=generator(*key))
    return [sigmas[int(place)] for place in order[:count]]
