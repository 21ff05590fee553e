"""The lines of the table of models: rank, ties, figures, and the leading one's place on an axis; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motionedit_bench.leaderboard.board import Row
from motionedit_bench.leaderboard.labels import TAGS, coverage
from motionedit_bench.leaderboard.site.anchors import Anchors
from motionedit_bench.leaderboard.submission.format import Card
from motionedit_bench.leaderboard.summary import STANDINGS, Column, Summary
from motionedit_bench.texts import visible

MARGIN = 0.03
"""What an axis has beyond its outermost figures, as a share of their distance."""


@dataclass(frozen=True)
class Axis:
    """The axis that all rows share."""

    low: float
    high: float

    @classmethod
    def over(cls, rows: Sequence[Row], column: Column, anchors: Anchors) -> "Axis | None":
        """From the least to the most that any row's interval, or an anchor, reaches; ``None`` where all is
        one. What is claimed alone does not stretch it."""
        figures = [row.summaries[column] for row in rows if column in row.summaries]
        ends = [value for value in anchors if value is not None]
        for one in figures:
            if one.standing != "claimed" and one.mean is not None:
                ends += [one.mean, *(one.ci95 or ())]
        if not ends or max(ends) <= min(ends):
            return None
        margin = MARGIN * (max(ends) - min(ends))
        return cls(min(ends) - margin, max(ends) + margin)

    def at(self, value: float) -> float:
        """A value's place, per cent of the width from the left."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)

    def ticks(self, count: int = 5) -> list[tuple[float, str]]:
        """Round values with their places, about so many.

        >>> Axis(-3, 42).ticks()
        [(6.67, '0'), (28.89, '10'), (51.11, '20'), (73.33, '30'), (95.56, '40')]
        """
        rough = (self.high - self.low) / count
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        digits = max(0, -math.floor(math.log10(step)))
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [
            (self.at(k * step), f"{k * step:z.{digits}f}".replace("-", "\N{MINUS SIGN}"))
            for k in range(first, last + 1)
        ]


def line(
    row: Row, columns: Sequence[Column], headline: Sequence[Column] = (), card: Card | None = None
) -> dict[str, Any]:
    """A row as its template takes it."""
    deciding = [row.summaries[column] for column in headline if column in row.summaries]
    expected = max((one.expected for one in row.summaries.values()), default=0)
    return {
        "model": visible(row.model),
        "rank": row.rank,
        "cells": [cell(row.summaries.get(column)) for column in columns],
        "errata": row.errata,
        "trained_on": row.trained_on,
        "trainee": row.trainee,
        "rewriter": visible(row.rewriter) if row.rewriter else None,
        "why_not": [visible(why) for why in row.unranked],
        "remark": visible(row.remark) if row.remark else None,
        "scored": coverage(row.summaries, headline, expected),
        "standing": max((one.standing for one in deciding), key=STANDINGS.index, default=None),
        "organisation": visible(card.organisation) if card else None,
        "open": card.open_weights if card else None,
    }


def with_ties(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines, each with its place in the bar of those that share its rank: first, middle or last.

    Models whose instructions are rewritten are ranked among themselves.
    """
    ranks = [None, *((bool(one.get("rewriter")), one["rank"]) for one in lines), None]
    for own, before, rank, after in zip(lines, ranks, ranks[1:], ranks[2:], strict=False):
        above, below = (own["rank"] is not None and rank == other for other in (before, after))
        own["tie"] = {(0, 1): "first", (1, 1): "middle", (1, 0): "last"}.get((above, below))
    return lines


def drawn(row: Row, column: Column, axis: Axis | None) -> dict[str, Any] | None:
    """Dot and whisker of a row's figure, per cent of the axis; ``None`` where there is none, or a claim."""
    found = row.summaries.get(column)
    if found is None or found.mean is None or axis is None or found.standing == "claimed":
        return None
    return {
        "dot": axis.at(found.mean),
        "whisker": [axis.at(end) for end in found.ci95] if found.ci95 else None,
        "partial": not found.complete,
    }


def scale(axis: Axis | None, anchors: Anchors, told: Mapping[str, str]) -> dict[str, Any] | None:
    """The head of the axis: its ticks, and the anchors with their names."""
    if axis is None:
        return None
    names = {"nothing": "doing nothing", "target": "the target"}
    marks = [
        {"kind": kind, "name": names[kind], "text": told[kind], "at": axis.at(value)}
        for kind, value in anchors._asdict().items()
        if value is not None
    ]
    return {"ticks": axis.ticks(), "marks": marks}


def cell(summary: Summary | None) -> dict[str, Any] | None:
    """One figure with all that there is to say of it."""
    if summary is None:
        return None
    return {
        "mean": summary.mean,
        "interval": summary.ci95,
        "spread": summary.spread,
        "scored": summary.scored,
        "expected": summary.expected,
        "partial": not summary.complete,
        "standing": summary.standing,
        "word": TAGS.get(summary.standing),
        "as_worst": summary.mean_failed_as_worst,
    }
