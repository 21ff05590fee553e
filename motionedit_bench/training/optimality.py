"""How good each edit of a step is among its like: from rewards to what the loss takes.

Source: the released code (`train/`); the paper writes r = 1/2 + 1/2 clip((R - E[R]) / Z, -1, 1) and leaves Z
open. The release is that form with Z = 5 (std + 1e-4). Deviations, ours: edits are grouped by the item's id,
where the release goes by the instruction's text, so that items of equal instructions merge; an edit without
a reward is in no statistic, where a failed judge's call counts there as 0; skipped groups are left out of
the distance to the base model as well.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

Standing = Literal["taught", "unscored", "flat", "good"]
"""What becomes of a group: taught from, or skipped: fewer than 2 rewards, no spread, nothing left to gain."""

Rewards = Mapping[str, Sequence[float | None]]
"""Of a step: by item the rewards of its edits, 0 to 1, higher is better; ``None`` where there is none."""

STD_FLOOR = 1e-4


def rewarded(group: Sequence[float | None]) -> list[float]:
    """The rewards that there are."""
    return [one for one in group if one is not None]


def standing(group: Sequence[float | None], flat_std: float, good_mean: float) -> Standing:
    """Whether a group is taught from, by its standard deviation (of all, not of a sample) and mean.

    >>> standing([0.2, 0.6, None], flat_std=0.05, good_mean=0.9)
    'taught'
    >>> standing([0.4, 0.4, 0.4], flat_std=0.05, good_mean=0.9)
    'flat'
    """
    rewards = rewarded(group)
    if len(rewards) < 2:
        return "unscored"
    if np.std(rewards) <= flat_std:
        return "flat"
    return "taught" if np.mean(rewards) < good_mean else "good"


def banned(group: Sequence[float | None], flat_std: float, good_mean: float) -> bool:
    """Whether an item is never drawn again: its edits are alike, and good."""
    rewards = rewarded(group)
    return len(rewards) >= 2 and bool(np.std(rewards) < flat_std and np.mean(rewards) > good_mean)


def advantages(rewards: Rewards) -> dict[str, list[float | None]]:
    """How much better each edit is than the mean of its group, in standard deviations of the step's rewards.

    The deviation is that of all rewards of the step, plus 1e-4; ``None`` where an edit has no reward.
    """
    everyone = [one for group in rewards.values() for one in rewarded(group)]
    spread = float(np.std(everyone)) + STD_FLOOR if everyone else STD_FLOOR
    means = {item: float(np.mean(own)) for item, group in rewards.items() if (own := rewarded(group))}
    return {
        item: [None if one is None else (one - means[item]) / spread for one in group]
        for item, group in rewards.items()
    }


def optimality(advantage: float, clip: float = 5.0) -> float:
    """An advantage as a number 0 to 1: 0.5 for the group's mean, 0 and 1 from ``clip`` deviations on.

    >>> optimality(0.0), optimality(-7.0), optimality(2.5)
    (0.5, 0.0, 0.75)
    """
    return float(np.clip(advantage, -clip, clip)) / (2 * clip) + 0.5


def optimalities(
    rewards: Rewards, flat_std: float, good_mean: float, clip: float = 5.0
) -> dict[str, list[float | None]]:
    """The optimality of each edit of a step; ``None`` for one without a reward, or of a skipped group."""
    taught = {item for item, group in rewards.items() if standing(group, flat_std, good_mean) == "taught"}
    return {
        item: [None if one is None or item not in taught else optimality(one, clip) for one in group]
        for item, group in advantages(rewards).items()
    }
