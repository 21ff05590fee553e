"""How far models are apart on an item, and how far metrics are: where looking pays most. Pure.

Tables of values have shape (models, items), higher is better, NaN where there is no value.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]


def of_models(table: Table) -> Table:
    """By item, the highest value of any model less the lowest; NaN with fewer than two values."""
    there = ~np.isnan(table)
    highest = np.where(there, table, -np.inf).max(0, initial=-np.inf)
    lowest = np.where(there, table, np.inf).min(0, initial=np.inf)
    several = there.sum(0) >= 2
    apart = np.subtract(highest, lowest, out=np.full(table.shape[1], np.nan), where=several)
    return np.asarray(apart)


def of_metrics(tables: Sequence[Table]) -> Table:
    """By item, how far two metrics are apart on one edit at most, 0 to 1; NaN where no edit has two values.

    Each value becomes the share of its metric's other values, of all models and items, that it is better
    than, ties half. 1: the best of all edits by one metric is the worst of all by another.
    """
    shares = np.stack([standing(table) for table in tables])
    there = ~np.isnan(shares)
    spread = np.where(there, shares, 0).max(0) - np.where(there, shares, 1).min(0)
    spread[there.sum(0) < 2] = -1
    most = spread.max(0)
    return np.where(most < 0, np.nan, most)


def standing(table: Table) -> Table:
    """Each value as the share of the others that it is better than, 0 to 1, ties half; one alone is 1/2."""
    there = ~np.isnan(table)
    found = np.full(table.shape, np.nan)
    values = np.sort(table[there])
    if len(values):
        below, upto = (values.searchsorted(table[there], side) for side in ("left", "right"))
        found[there] = (below + upto - 1) / 2 / (len(values) - 1) if len(values) > 1 else 0.5
    return found
