"""Means and intervals over items; pure."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
SEED = 20251210
LEVEL = 0.95


def bootstrap_interval(values: npt.NDArray[np.float64]) -> tuple[float, float] | None:
    """95 % percentile bootstrap interval of the mean of ``values`` (n,), items resampled.

    2,000 resamples from a fixed seed: the same values give the same interval. ``None`` for fewer
    than two values, of which no spread can be known.

    >>> bootstrap_interval(np.array([3.0])) is None
    True
    """
    if len(values) < 2:
        return None
    means = _weights(len(values)) @ values
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


@lru_cache(maxsize=8)
def _weights(size: int) -> npt.NDArray[np.float64]:
    """Each resample as the share that every item has in it, (RESAMPLES, size)."""
    counts = np.random.default_rng(SEED).multinomial(size, np.full(size, 1 / size), size=RESAMPLES)
    return counts / size
