"""One metric of one model over all items: what a table's cell says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from motionedit_bench.leaderboard.clusters import Clusters, Videos, clusters_of
from motionedit_bench.leaderboard.statistics import bootstrap_interval
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.scoring.rows import Slot, variant


@dataclass(frozen=True, order=True)
class Column:
    """One metric computed in one way: rows of another variant never share it."""

    metric: str
    variant: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Column":
        """The column of a score row."""
        return cls(row["metric"], tuple(variant(row).items()))


Standing = Literal["measured", "recomputed", "reread", "claimed", "published"]
"""By whose word a figure is: ``measured`` by `mebench score` in the folder shown; of a board's submissions
``recomputed``, ``reread`` or ``claimed`` (see `submission.standing`); ``published`` in the paper."""

STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""From the strongest to the weakest."""


class Outcome(NamedTuple):
    """All that a table needs of a score row; ``judges_fault`` says whether a judge is to blame."""

    column: Column
    status: str
    value: float | None
    judges_fault: bool = False
    standing: Standing = "measured"


Values = dict[Column, dict[str, float]]
"""By column and item, where there is a value."""


@dataclass(frozen=True)
class Summary:
    """One metric of one model over all items.

    Attributes:
        mean: over the scored items; ``None`` where there are none.
        ci95: bootstrap interval of that mean, over items or over the videos that they are of; ``None`` for
            fewer than two.
        scored, expected: how many items have a value, of how many in the benchmark; of several seeds, both
            count each item once a seed.
        mean_failed_as_worst: the mean in which every item that has no value because of the model
            (missing, corrupt, failed, refused, unparsed, or never scored) counts as the metric's
            worst value. Items that nobody can be scored on are left out. ``None`` where the metric
            has no worst value or was unavailable, and where a judge gave no score: that is not the
            model's failure.
        statuses: how many items have which status, ``unscored`` for those without a row.
        standing: the weakest of its rows.
        seeds: the mean of each seed that has a value; empty where there is one alone.
        runs: how many seeds are expected, each of all items.
    """

    mean: float | None
    ci95: tuple[float, float] | None
    scored: int
    expected: int
    mean_failed_as_worst: float | None
    statuses: Mapping[str, int] = field(default_factory=dict)
    standing: Standing = "measured"
    seeds: tuple[float, ...] = ()
    runs: int = 1

    @property
    def items(self) -> int:
        """How many items there are, whatever the number of seeds."""
        return self.expected // self.runs

    @property
    def spread(self) -> float | None:
        """The standard deviation between the means of seeds; ``None`` for fewer than two.

        >>> Summary(2.0, None, 6, 6, None, seeds=(1.0, 2.0, 3.0)).spread
        1.0
        """
        return float(np.std(self.seeds, ddof=1)) if len(self.seeds) > 1 else None

    @property
    def complete(self) -> bool:
        """Whether every item that can be scored was."""
        return self.scored > 0 and self.scored + self.statuses.get("not_applicable", 0) == self.expected


Summaries = Mapping[Column, Summary]
"""What a table says of one model."""


def summarise(
    latest: Mapping[Slot, Outcome], expected: int, videos: Videos | None = None
) -> dict[Column, Summary]:
    """Summaries by column of what counts of one model's rows, over so many expected values.

    With ``videos`` values of one video, and of one item, are not independent; see `clusters_of`.
    """
    by_column: dict[Column, list[Outcome]] = {}
    items: dict[Column, list[str]] = {}
    for place, outcome in latest.items():
        by_column.setdefault(outcome.column, []).append(outcome)
        if videos is not None:
            items.setdefault(outcome.column, []).append(place[0])
    return {
        column: summary_of(
            found,
            expected,
            CATALOGUE[column.metric].worst,
            None if videos is None else clusters_of(items[column], videos),
        )
        for column, found in by_column.items()
    }


def summary_of(
    found: Sequence[Outcome], expected: int, worst: float | None, clusters: Clusters | None = None
) -> Summary:
    """One column's summary; ``worst`` is the metric's worst value, if it has one.

    ``clusters`` are those of ``found``; without, each is independent.
    """
    statuses = dict(Counter(one.status for one in found))
    if len(found) < expected:
        statuses["unscored"] = expected - len(found)
    there = np.array([one.status == "ok" for one in found], dtype=bool)
    values = np.array([one.value for one in found if one.status == "ok"], dtype=np.float64)
    blameless = any(one.judges_fault for one in found)
    scorable = expected - statuses.get("not_applicable", 0)
    as_worst = None
    if worst is not None and scorable and not statuses.get("unavailable") and not blameless:
        as_worst = float((values.sum() + worst * (scorable - len(values))) / scorable)
    return Summary(
        mean=float(values.mean()) if len(values) else None,
        ci95=bootstrap_interval(values, None if clusters is None else clusters[there]),
        scored=len(values),
        expected=expected,
        mean_failed_as_worst=as_worst,
        statuses=statuses,
        standing=max((one.standing for one in found), key=STANDINGS.index),
    )


def values_of(latest: Mapping[Slot, Outcome]) -> Values:
    """What has a value, by column and item."""
    found: Values = {}
    for place, one in latest.items():
        if one.value is not None:
            found.setdefault(one.column, {})[place[0]] = one.value
    return found


def table_of(
    values: Mapping[str, Values], models: Sequence[str], column: Column, ids: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Values of models on one column, (models, items), NaN where there is none."""
    return np.array(
        [[values[model].get(column, {}).get(item, np.nan) for item in ids] for model in models]
    ).reshape(len(models), len(ids))
