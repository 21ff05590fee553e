"""Pairwise win rate: whose edit of an item has the higher Overall; pure.

Source: paper, section 5.2: 100 (wins + draws / 2) / comparisons, over all items and all other models.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Wins:
    """Of each item and model, what it won and of how many comparisons; each (items, models).

    A draw is half a win. A model is compared with all others that have a value on the item.
    """

    won: Values
    compared: Values


def wins(values: Values) -> Wins:
    """Compare all models on every item; ``values`` (items, models), higher is better, NaN for none."""
    there = ~np.isnan(values)
    won = np.zeros(values.shape)
    for model in range(values.shape[1]):
        ours = values[:, model, None]
        better = (ours > values).sum(axis=1) + ((ours == values).sum(axis=1) - 1) / 2
        won[:, model] = np.where(there[:, model], better, 0)
    others = there.sum(axis=1, keepdims=True) - 1
    return Wins(won, np.where(there, others, 0).astype(np.float64))


def win_matrix(values: Values) -> Values:
    """Win rate of each model (row) against each other one (column), 0 to 100, (models, models).

    NaN on the diagonal, and where two models have no item in common.
    """
    ours, theirs = values[:, :, None], values[:, None, :]
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    won = np.where(both, (ours > theirs) + (ours == theirs) / 2, 0).sum(axis=0)
    count = both.sum(axis=0)
    np.fill_diagonal(count, 0)
    return np.where(count > 0, 100 * won / np.maximum(count, 1), np.nan)
