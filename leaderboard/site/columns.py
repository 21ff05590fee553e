"""Which columns stand in the table of models, in which order, and what a reader is told of each; pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.labels import cell, directed, figure, headings, how
from motionedit_bench.leaderboard.site.anchors import Anchors
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics.catalogue import BUILT_IN, CATALOGUE
from motionedit_bench.metrics.facts import Facts
from motionedit_bench.texts import visible

KINDS = ("motion", "judged", "similarity")
"""What a reader may choose to see of the columns, beside all."""
MOTION = frozenset(
    (
        "mas",
        "mas_seen",
        "motion_gain",
        "motion_reward",
        "mas_confident",
        "motion_iou",
        "epe",
        "moved_place",
        "pose_alignment",
    )
)


def kind(column: Column) -> str:
    """Of which of `KINDS` a column is; ``other`` for a metric of another package."""
    facts = CATALOGUE[column.metric]
    if facts.judged or facts.derived:
        return "judged"
    if column.metric in MOTION:
        return "motion"
    return "similarity" if column.metric in BUILT_IN else "other"


def shown(board: Board, rows: Sequence[Row], leading: Column) -> list[Column]:
    """The columns in which one of the rows has a figure, and can be better than another: the leading one
    first, then the others that decide on ranks, then the rest in the board's order."""
    there = {column for row in rows for column, found in row.summaries.items() if found.mean is not None}
    order = dict.fromkeys((leading, *board.headline, *board.columns))
    return [column for column in directed(order) if column in there]


def heads(board: Board, columns: Iterable[Column], anchors: Mapping[Column, Anchors]) -> list[dict[str, Any]]:
    """What is said of each column, with its place on the board."""
    labels = headings(board.labels)
    return [
        head(column, labels[column])
        | {"place": board.columns.index(column), "kind": kind(column), "anchors": _told(column, anchors)}
        for column in columns
    ]


def head(column: Column, label: str) -> dict[str, Any]:
    """What is said of a column anywhere."""
    facts = CATALOGUE[column.metric]
    told = {"better": facts.better, "about": facts.about, "digits": facts.digits, "range": _range(facts)}
    return told | {"label": visible(label), "how": visible(how(column))}


def _range(facts: Facts) -> str | None:
    """The lowest and the highest value, where there are such and `Facts.about` does not say them."""
    low, high = facts.bounds
    if not math.isfinite(high - low) or f"{low:g} to {high:g}" in facts.about:
        return None
    return f"{low:g} to {high:g}".replace("-", "\N{MINUS SIGN}")


def empty(board: Board) -> list[dict[str, str]]:
    """The columns that no model has a figure of, and the statuses that stand there instead."""
    labels = headings(board.labels)
    found = []
    for column in directed(board.columns):
        own = [row.summaries[column] for row in board.rows if column in row.summaries]
        if all(one.mean is None for one in own):
            why = dict.fromkeys(status for one in own for status in one.statuses)
            found.append({"label": visible(labels[column]), "why": " or ".join(why).replace("_", " ")})
    return found


def properties(board: Board) -> list[dict[str, Any]]:
    """What describes the benchmark, once for all models."""
    labels = headings(board.labels)
    return [
        {
            "label": visible(labels[column]),
            "text": cell(found, column.metric),
            "about": CATALOGUE[column.metric].about,
        }
        for column, found in board.properties.items()
    ]


def _told(column: Column, anchors: Mapping[Column, Anchors]) -> dict[str, str | None]:
    named = anchors.get(column, Anchors())._asdict()
    return {
        name: None if value is None else figure(value, column.metric).replace("-", "\N{MINUS SIGN}")
        for name, value in named.items()
    }
