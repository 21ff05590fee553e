"""How far a judge agrees with people, from the rows of `asking.judged`; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tabulate import tabulate

from motionedit_bench.leaderboard.preference.conduct import flipped
from motionedit_bench.leaderboard.statistics import Interval, ratio_interval

ALL = ""
"""The category of all pairs: no pair has it."""
KEPT_FROM = {
    "unavailable": "over the limit of calls or money",
    "failed": "no answer came",
}
"""Statuses of pairs that the judge has not judged, and is not to be charged with."""
EXPLAINED = """\
Accuracy: both orders of each pair that people decided; a tie is half, no verdict
is not right; intervals by bootstrap over what was asked of which picture. Both:
right in both orders. Flips: the order changed the verdict. Ties: of those that
people call one, how many the judge calls one in both orders."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Agreement:
    """One judge on the pairs of one category.

    Attributes:
        accuracy: mean over both orders of all pairs that people decided, 0 to 1: 1 for their choice, half
            for a tie, 0 for the other edit and for an answer that gives no verdict. ``None`` where people
            decided none, and where some were kept from the judge, see `KEPT_FROM`.
        ci95: by bootstrap over items, which are what was asked of which picture.
        both: share of the same pairs on which the judge chose as people in both orders.
        flips: pairs on which the order changed the verdict, of ``answered``.
        answered, pairs: how many of the decided pairs have an outcome, and how many there are.
        tied, ties: pairs that judge and people call a tie, and those that people do.
        unusable: pairs of which a picture cannot be decoded; they are in none of the above.
    """

    accuracy: float | None
    ci95: Interval | None
    both: float | None
    flips: int
    answered: int
    pairs: int
    tied: int
    ties: int
    unusable: int


def agreements(rows: Sequence[Row]) -> dict[str, Agreement]:
    """By category, in order of names, after `ALL` of them."""
    by_category: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["category"]:
            by_category[row["category"]].append(row)
    return {ALL: agreement(rows)} | {name: agreement(by_category[name]) for name in sorted(by_category)}


def agreement(rows: Sequence[Row]) -> Agreement:
    """One judge's rows beside what people preferred."""
    usable = [row for row in rows if row["status"] != "corrupt"]
    decided = [row for row in usable if row["preferred"] != "tie"]
    ties = [row for row in usable if row["preferred"] == "tie"]
    answered = [row for row in decided if row["outcome"] is not None]
    asked = bool(decided) and all(row["status"] not in KEPT_FROM for row in decided)
    accuracy = float(np.mean([credit(row) for row in decided])) if asked else None
    both = float(np.mean([row["outcome"] == row["preferred"] for row in decided])) if asked else None
    return Agreement(
        accuracy,
        _interval(decided) if asked else None,
        both,
        sum(map(flipped, answered)),
        len(answered),
        len(decided),
        sum(row["outcome"] == "tie" and not flipped(row) for row in ties),
        len(ties),
        len(rows) - len(usable),
    )


def credit(row: Row) -> float:
    """How far a judge chose as people did, 0 to 1: the mean of both orders; 0 where it gave no answer in one.

    >>> credit({"preferred": "a", "outcome": "tie", "orders": [{"winner": "first"}, {"winner": "first"}]})
    0.5
    """
    if row["outcome"] is None:
        return 0.0
    right = ("first", "second") if row["preferred"] == "a" else ("second", "first")
    said = [order["winner"] for order in row["orders"]]
    return sum(
        0.5 if one == "tie" else float(one == wanted) for one, wanted in zip(said, right, strict=True)
    ) / len(right)


def _interval(decided: Sequence[Row]) -> Interval | None:
    parts: dict[tuple[str, str], float] = defaultdict(float)
    wholes: dict[tuple[str, str], int] = defaultdict(int)
    for row in decided:
        item = row["prompt"], row["pictures"][0]
        parts[item] += credit(row)
        wholes[item] += 1
    names = sorted(wholes)
    return ratio_interval(
        np.array([parts[name] for name in names], dtype=np.float64),
        np.array([wholes[name] for name in names], dtype=np.float64),
    )


def agreement_table(judges: Mapping[str, tuple[Sequence[Row], str]]) -> str:
    """Each judge, with its rows and what it cost, as a table with a line a category."""
    cells = []
    notes: list[str] = []
    for judge, (rows, cost) in judges.items():
        for category, one in agreements(rows).items():
            cells.append((judge if category == ALL else "", category or "all", *_cells(one)))
            if category == ALL and one.unusable:
                notes.append(f"{judge}: {one.unusable} pairs left out: a picture cannot be decoded.")
        notes += [f"{judge}: {why}." for why in _gaps(rows)]
        notes.append(f"{judge}: asked now: {cost}.")
    head = ("judge", "pairs", "accuracy, %", "95 %", "both, %", "flips", "answered", "ties")
    return "\n".join([str(tabulate(cells, head, disable_numparse=True)), "", EXPLAINED, *notes])


def _cells(one: Agreement) -> tuple[str, ...]:
    return (
        "-" if one.accuracy is None else f"{100 * one.accuracy:.1f}",
        "-" if one.ci95 is None else f"[{100 * one.ci95[0]:.1f}, {100 * one.ci95[1]:.1f}]",
        "-" if one.both is None else f"{100 * one.both:.1f}",
        f"{one.flips}/{one.answered}",
        f"{one.answered}/{one.pairs}",
        f"{one.tied}/{one.ties}",
    )


def _gaps(rows: Iterable[Row]) -> list[str]:
    """What became of the pairs without an answer."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["status"] not in ("ok", "corrupt"):
            counts[row["status"]] += 1
    told = [
        f"{count} pairs {status}, which are not right"
        for status, count in sorted(counts.items())
        if status not in KEPT_FROM
    ]
    for status, why in KEPT_FROM.items():
        if counts[status]:
            told.append(f"{counts[status]} pairs {status}, {why}: no accuracy before the rest")
    return told
