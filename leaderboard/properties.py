"""Columns that describe the items of a benchmark and no model; pure."""

from collections.abc import Iterable, Mapping

from motionedit_bench.leaderboard.summary import STANDINGS, Column, Outcome, Summary, summary_of
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.scoring.rows import Slot


def described(latest: Mapping[Slot, Outcome]) -> dict[Slot, Outcome]:
    """What of a model's rows describes the items alone."""
    return {place: one for place, one in latest.items() if CATALOGUE[one.column.metric].better is None}


def properties(latest: Iterable[Mapping[Slot, Outcome]], expected: int) -> dict[Column, Summary]:
    """Of each item the figure with the best standing, whoever has it.

    Those that are claimed are only told where there are no others.
    """
    best: dict[Column, dict[str, Outcome]] = {}
    for own in latest:
        for place, one in described(own).items():
            items = best.setdefault(one.column, {})
            items[place[0]] = min(items.get(place[0], one), one, key=_preferred)
    found = {column: summary_of(list(best[column].values()), expected, None) for column in sorted(best)}
    vouched = {column: one for column, one in found.items() if one.standing != "claimed"}
    return vouched or found


def _preferred(one: Outcome) -> tuple[int, bool]:
    return STANDINGS.index(one.standing), one.value is None
