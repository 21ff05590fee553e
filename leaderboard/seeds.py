"""Several seeds of one model: their scores in one figure, and how far the seeds' means are apart; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from motionedit_bench.leaderboard.clusters import Videos
from motionedit_bench.leaderboard.summary import Column, Outcome, Summary, Values, summarise
from motionedit_bench.scoring.rows import Slot

Latest = Mapping[Slot, Outcome]
"""What counts of one seed's rows."""


def summarise_seeds(seeds: Sequence[Latest], expected: int, videos: Videos) -> dict[Column, Summary]:
    """Summaries by column over all seeds of a model, each of so many expected items.

    The mean is over items and seeds, and so is the number of expected values: a seed that lacks an item is as
    partial as a run that does. The interval is over items, each with all its seeds, or over ``videos``.
    """
    if len(seeds) == 1:
        return summarise(seeds[0], expected, videos or None)
    pooled = {(*slot, f"seed {number}"): one for number, own in enumerate(seeds) for slot, one in own.items()}
    each = [_means(own) for own in seeds]
    return {
        column: replace(one, seeds=tuple(own[column] for own in each if column in own), runs=len(seeds))
        for column, one in summarise(pooled, expected * len(seeds), videos).items()
    }


def _means(latest: Latest) -> dict[Column, float]:
    """The mean of each column of which there is a value."""
    found: dict[Column, list[float]] = {}
    for one in latest.values():
        if one.value is not None:
            found.setdefault(one.column, []).append(one.value)
    return {column: float(np.mean(values)) for column, values in found.items()}


def averaged(seeds: Sequence[Values]) -> Values:
    """Each item's value, the mean over the seeds that have one.

    >>> mas = Column("mas")
    >>> averaged([{mas: {"a": 1.0, "b": 4.0}}, {mas: {"a": 3.0}}])[mas]
    {'a': 2.0, 'b': 4.0}
    """
    if len(seeds) == 1:
        return seeds[0]
    found: Values = {}
    for column in dict.fromkeys(column for own in seeds for column in own):
        there = [own[column] for own in seeds if column in own]
        items = dict.fromkeys(item for own in there for item in own)
        found[column] = {item: float(np.mean([own[item] for own in there if item in own])) for item in items}
    return found
