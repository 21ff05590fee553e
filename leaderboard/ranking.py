"""Which models have a rank, and which; the one place that says what a complete row is. Pure.

A model has a rank if every column of the headline has a value for each item that can be scored, and is of
a standing that is taken.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from motionedit_bench.leaderboard.clusters import Videos, clusters_of
from motionedit_bench.leaderboard.statistics import places
from motionedit_bench.leaderboard.submission.policy import HEADLINE
from motionedit_bench.leaderboard.summary import Column, Standing, Summaries, Summary, Values, table_of
from motionedit_bench.metrics.catalogue import CATALOGUE

Headline = Mapping[str, Column | None]
"""The column of each metric that a rank asks for, the leading one first; ``None`` where nobody has one."""


@dataclass(frozen=True)
class Terms:
    """What a rank asks for.

    Attributes:
        metrics: those that a model needs; ``None`` for those of `HEADLINE` that any model has, or else the
            first that any has.
        takes: the standings that its figures may be of.
        flow: the estimator of the motion, at the size of the input; ``None`` for what most models have.
    """

    metrics: tuple[str, ...] | None = None
    takes: frozenset[Standing] = frozenset(("measured",))
    flow: str | None = None


@dataclass(frozen=True)
class Place:
    """One model's place on a board: its rank, or why it has none."""

    model: str
    rank: int | None
    why_not: tuple[str, ...] = ()


def headline(found: Sequence[Summaries], terms: Terms) -> dict[str, Column | None]:
    """The columns that decide, among those of all models: of each metric the one that most models have.

    Figures of standings that are not taken choose no column.
    """
    metrics = terms.metrics
    if metrics is None:
        there = {column.metric for own in found for column in own}
        directed = [name for name in CATALOGUE if name in there and CATALOGUE[name].better]
        metrics = tuple(name for name in HEADLINE if name in there) or tuple(directed[:1])
    return {metric: _column(metric, found, terms) for metric in metrics}


def _column(metric: str, found: Sequence[Summaries], terms: Terms) -> Column | None:
    """The column of a metric that most models have, complete ones before others."""
    whole: Counter[Column] = Counter()
    taken: Counter[Column] = Counter()
    there: set[Column] = set()
    for own in found:
        for column, summary in own.items():
            if column.metric == metric and _is_asked(column, terms.flow):
                there.add(column)
                taken[column] += summary.standing in terms.takes
                whole[column] += summary.standing in terms.takes and summary.complete
    return min(there, key=lambda column: (-whole[column], -taken[column], column), default=None)


def _is_asked(column: Column, flow: str | None) -> bool:
    """Whether a column is of the motion that a board asks for: by its flow, at the size of the input."""
    variant = dict(column.variant)
    return flow is None or (variant.get("flow", flow), variant.get("flow_size", "input")) == (flow, "input")


class Shortcomings(NamedTuple):
    """Why a model has no rank, one text for each column of the headline that it lacks; none where it has one.

    Attributes:
        partial: what is not there for every item that can be scored.
        untaken: what is there, and of a standing that is not taken.
    """

    partial: tuple[str, ...] = ()
    untaken: tuple[str, ...] = ()


def shortcomings(summaries: Summaries, columns: Headline, takes: Iterable[Standing]) -> Shortcomings:
    """What of the headline a model lacks.

    >>> mas = Column("mas", (("flow", "dis"),))
    >>> found = {mas: Summary(61.2, None, 15, 16, 57.4)}
    >>> shortcomings(found, {"mas": mas, "motion_gain": None}, ["measured"])
    Shortcomings(partial=('mas 15/16', 'motion_gain 0/16'), untaken=())
    """
    partial, untaken = [], []
    expected = max((summary.expected for summary in summaries.values()), default=0)
    for metric, column in columns.items():
        summary = summaries.get(column) if column is not None else None
        if summary is None:
            others = any(other.metric == metric for other in summaries)
            partial.append(
                f"{metric} in another way than the board's" if others else f"{metric} 0/{expected}"
            )
        elif not summary.complete:
            partial.append(f"{metric} {summary.scored}/{summary.expected}")
        elif summary.standing not in takes:
            untaken.append(f"{metric} is {summary.standing} only")
    return Shortcomings(tuple(partial), tuple(untaken))


def is_claimed(summaries: Summaries, columns: Headline) -> bool:
    """Whether a model stands on its submitter's word: by a figure of the headline, or by all where it has
    none of those."""
    there = [column for column in columns.values() if column is not None]
    deciding = [summaries[column] for column in there if column in summaries]
    if not deciding:
        return bool(summaries) and all(one.standing == "claimed" for one in summaries.values())
    return any(one.standing == "claimed" for one in deciding)


def placed(
    found: Mapping[str, Summaries],
    values: Mapping[str, Values],
    ids: Sequence[str],
    terms: Terms,
    videos: Videos | None = None,
    apart: Collection[str] = (),
) -> tuple[list[Place], dict[str, Column | None]]:
    """All models, ranked ones by their mean on the leading column, best first, then the others; and the
    headline.

    Models that the data cannot tell apart share a rank; see `statistics.places`. Items of one of ``videos``
    are not independent. Models that stand ``apart`` come last, and are ranked among themselves.
    """
    columns = headline(list(found.values()), terms)
    leading = next(iter(columns.values()), None)
    lower = leading is not None and CATALOGUE[leading.metric].better == "lower"
    lacks = {model: shortcomings(own, columns, terms.takes) for model, own in found.items()}
    why = {model: own.partial + own.untaken for model, own in lacks.items()}

    def order(model: str) -> tuple[bool, bool, float, str]:
        mean = _mean(found[model].get(leading) if leading else None)
        sign = 1 if lower else -1
        lacking = bool(why[model]) or leading is None
        return model in apart, lacking, np.inf if mean is None else sign * mean, model

    ordered = sorted(found, key=order)
    ranked = [model for model in ordered if leading is not None and not why[model]]
    ranks: dict[str, int] = {}
    if leading is not None:
        clusters = clusters_of(ids, videos) if videos else None
        for rivals in ([one for one in ranked if (one in apart) is own] for own in (False, True)):
            table = table_of(values, rivals, leading, ids)
            ranks |= dict(zip(rivals, places(-table if lower else table, clusters), strict=True))
    return [Place(model, ranks.get(model), why[model]) for model in ordered], columns


def _mean(summary: Summary | None) -> float | None:
    """With failures as the worst value, where that is known."""
    if summary is None:
        return None
    return summary.mean if summary.mean_failed_as_worst is None else summary.mean_failed_as_worst
