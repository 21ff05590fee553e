"""Which items of a benchmark are not independent: those that were cut from one video; pure."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

Videos = Mapping[str, str]
"""By item, the video that it was cut from, where the benchmark names it."""

Clusters = npt.NDArray[np.int64]
"""Of each of some values, (n,), the number of its cluster."""


def clusters_of(items: Iterable[str], videos: Videos) -> Clusters:
    """The clusters of values of those items, one a video; a value of an item without one is with those of its
    item.

    >>> clusters_of(["a", "b", "c", "a"], {"a": "film", "b": "film"}).tolist()
    [0, 0, 1, 0]
    """
    numbers: dict[tuple[bool, str], int] = {}
    named = ((item in videos, videos.get(item, item)) for item in items)
    return np.array([numbers.setdefault(one, len(numbers)) for one in named], dtype=np.int64)


def summed(values: npt.NDArray[np.float64], clusters: Clusters) -> npt.NDArray[np.float64]:
    """The sum of the values (n,) of each cluster.

    >>> summed(np.array([1.0, 2.0, 6.0]), np.array([0, 0, 1])).tolist()
    [3.0, 6.0]
    """
    return np.asarray(np.bincount(clusters, values), dtype=np.float64)


def count_of(items: Iterable[str], videos: Videos) -> int | None:
    """How many clusters the items fall into; ``None`` where the benchmark names no video."""
    return len(set(clusters_of(items, videos).tolist())) if videos else None
