"""One metric of one model over all items: what a table's cell says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

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


class Outcome(NamedTuple):
    """All that a table needs of a score row; ``judges_fault`` says whether a judge is to blame."""

    column: Column
    status: str
    value: float | None
    judges_fault: bool = False


Values = dict[Column, dict[str, float]]
"""By column and item, where there is a value."""


@dataclass(frozen=True)
class Summary:
    """One metric of one model over all items.

    Attributes:
        mean: over the scored items; ``None`` where there are none.
        ci95: bootstrap interval of that mean; ``None`` for fewer than two items.
        scored, expected: how many items have a value, of how many in the benchmark.
        mean_failed_as_worst: the mean in which every item that has no value because of the model
            (missing, corrupt, failed, refused, unparsed, or never scored) counts as the metric's
            worst value. Items that nobody can be scored on are left out. ``None`` where the metric
            has no worst value or was unavailable, and where a judge gave no score: that is not the
            model's failure.
        statuses: how many items have which status, ``unscored`` for those without a row.
    """

    mean: float | None
    ci95: tuple[float, float] | None
    scored: int
    expected: int
    mean_failed_as_worst: float | None
    statuses: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every item that can be scored was."""
        return self.scored > 0 and self.scored + self.statuses.get("not_applicable", 0) == self.expected


def summarise(latest: Mapping[Slot, Outcome], expected: int) -> dict[Column, Summary]:
    """Summaries by column of what counts of one model's rows, over so many expected items."""
    by_column: dict[Column, list[Outcome]] = {}
    for outcome in latest.values():
        by_column.setdefault(outcome[0], []).append(outcome)
    return {
        column: _summary(found, expected, CATALOGUE[column.metric].worst)
        for column, found in by_column.items()
    }


def _summary(found: list[Outcome], expected: int, worst: float | None) -> Summary:
    statuses = dict(Counter(status for _, status, _, _ in found))
    if len(found) < expected:
        statuses["unscored"] = expected - len(found)
    values = np.array([value for _, status, value, _ in found if status == "ok"], dtype=np.float64)
    blameless = any(judges_fault for _, _, _, judges_fault in found)
    scorable = expected - statuses.get("not_applicable", 0)
    as_worst = None
    if worst is not None and scorable and not statuses.get("unavailable") and not blameless:
        as_worst = float((values.sum() + worst * (scorable - len(values))) / scorable)
    return Summary(
        mean=float(values.mean()) if len(values) else None,
        ci95=bootstrap_interval(values),
        scored=len(values),
        expected=expected,
        mean_failed_as_worst=as_worst,
        statuses=statuses,
    )
