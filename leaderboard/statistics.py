"""Means and intervals over items, or over clusters of items that are not independent; pure."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import special

from motionedit_bench.leaderboard.clusters import Clusters, summed

RESAMPLES = 2000
SEED = 20251210
LEVEL = 0.95
MANY = 10_000
"""Above so many items, intervals need no resampling."""

Values = npt.NDArray[np.float64]
Interval = tuple[float, float]


def bootstrap_interval(values: npt.NDArray[np.float64], clusters: Clusters | None = None) -> Interval | None:
    """95 % percentile bootstrap interval of the mean of ``values`` (n,), items resampled.

    With ``clusters`` (n,) whole clusters are resampled, each with all of its values (Davison and Hinkley,
    1997, 3.8): values that go together count as one. ``None`` then for fewer than two clusters.

    2,000 resamples from a fixed seed: the same values give the same interval. ``None`` for fewer
    than two values, of which no spread can be known. For more than `MANY` values the limit of that, the
    normal interval of the plain standard error, is given instead: resampling a million items takes memory
    of 2,000 times as many numbers, and the two differ by less than the resamples' own chance does.

    >>> bootstrap_interval(np.array([3.0])) is None
    True
    """
    if clusters is not None:
        return ratio_interval(summed(values, clusters), summed(np.ones_like(values), clusters))
    if len(values) < 2:
        return None
    if len(values) > MANY:
        return _normal(float(values.mean()), values - values.mean())
    return _middle(_weights(len(values)) @ values)


def _normal(mean: float, residuals: npt.NDArray[np.float64]) -> Interval:
    """The interval of a mean of so many values, (n,), that differ from it by those residuals."""
    half = float(special.ndtri((1 + LEVEL) / 2) * np.sqrt(np.mean(residuals**2) / len(residuals)))
    return mean - half, mean + half


def _middle(resampled: npt.NDArray[np.float64]) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return float(low), float(high)


def ratio_interval(parts: npt.NDArray[np.float64], wholes: npt.NDArray[np.float64]) -> Interval | None:
    """95 % percentile bootstrap interval of ``sum(parts) / sum(wholes)``, items resampled; both (n,).

    ``None`` for fewer than two items with a whole above 0, of which no spread can be known. For more than
    `MANY` of them as `bootstrap_interval`, by the ratio's linear form.
    """
    kept = wholes > 0
    if np.count_nonzero(kept) < 2:
        return None
    if np.count_nonzero(kept) > MANY:
        ratio = float(parts[kept].sum() / wholes[kept].sum())
        return _normal(ratio, (parts[kept] - ratio * wholes[kept]) / wholes[kept].mean())
    weights = _weights(int(np.count_nonzero(kept)))
    return _middle((weights @ parts[kept]) / (weights @ wholes[kept]))


def paired_p(first: Values, second: Values, clusters: Clusters | None = None) -> Values:
    """Two-sided p-values (...,) of the paired t-test that the means of two rows of values (..., n) are equal.

    Only pairs count of which neither is NaN. 1 for fewer than two, and where each pair is equal; 0 where
    all pairs differ by the same. With ``clusters`` (n,) the standard error is the cluster-robust one
    (Liang and Zeger, 1986, with C / (C - 1) and C - 1 degrees of freedom for C clusters), which is the plain
    one where each pair is a cluster.
    """
    gaps = first - second
    if clusters is not None:
        found = np.array([_clustered_p(row, clusters) for row in np.atleast_2d(gaps)])
        return found.reshape(gaps.shape[:-1])
    there = ~np.isnan(gaps)
    count = there.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):  # of these very cases
        mean = gaps.sum(-1, where=there) / count
        variance = ((gaps - mean[..., None]) ** 2).sum(-1, where=there) / (count - 1)
        found = _two_sided(mean / np.sqrt(variance / count), count - 1)
    return np.asarray(np.nan_to_num(found, nan=1.0))


def _two_sided(t: npt.ArrayLike, freedom: npt.ArrayLike) -> Values:
    """How likely Student's t is at least so far from 0, with so many degrees of freedom."""
    return np.asarray(2 * special.stdtr(freedom, -np.abs(t)))  # scipy.stats takes a second to import


def _clustered_p(gaps: Values, clusters: Clusters) -> float:
    """The p-value of a mean of 0 of those differences (n,), some of them NaN."""
    there = ~np.isnan(gaps)
    _, numbers = np.unique(clusters[there], return_inverse=True)
    count = int(numbers.max()) + 1 if len(numbers) else 0
    if count < 2:
        return 1.0
    mean = float(gaps[there].mean())
    residuals = summed(gaps[there] - mean, numbers)
    error = np.sqrt((residuals**2).sum() * count / (count - 1)) / len(numbers)
    if error == 0:
        return float(mean == 0)
    return float(_two_sided(mean / error, count - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for how many there are (Holm 1979), in the same order; never above 1.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        corrected[index] = highest
    return corrected


def places(values: npt.NDArray[np.float64], clusters: Clusters | None = None) -> list[int]:
    """Places of models that share one where the data cannot tell them apart.

    ``values`` (models, items), best mean first, higher is better, NaN where an item has none. A model's
    place is one more than the number of models that are significantly better: paired t-test on common
    items, with their ``clusters`` where there are such, Holm-corrected over all pairs, 5 %. Nobody stands
    before a model with a better mean.

    >>> places(np.array([[3.0, 3.1, 2.9], [3.1, 2.9, 3.0], [0.0, 0.1, 0.2]]))
    [1, 1, 3]
    """
    found = [
        p for place in range(len(values)) for p in paired_p(values[place], values[place + 1 :], clusters)
    ]
    beaten_by = np.zeros(len(values), dtype=np.int64)
    for (_, worse), p_value in zip(combinations(range(len(values)), 2), holm(found), strict=True):
        beaten_by[worse] += p_value < 1 - LEVEL
    return [int(place) for place in 1 + np.maximum.accumulate(beaten_by)]


@lru_cache(maxsize=16)
def _weights(size: int) -> npt.NDArray[np.float64]:
    """Each resample as the share that every item has in it, (RESAMPLES, size)."""
    counts = np.random.default_rng(SEED).multinomial(size, np.full(size, 1 / size), size=RESAMPLES)
    return counts / size
