"""Which edits a figure shows, where nobody says which; pure."""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from motionedit_bench.errors import PredictionsError
from motionedit_bench.leaderboard.board import Board
from motionedit_bench.leaderboard.site.content import flow_of, values
from motionedit_bench.leaderboard.site.subject import Subject
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics.functional.trust import SEEN


def seen(board: Board, column: Column) -> frozenset[str] | None:
    """The items whose motion is seen by the column's flow, or by the board's where it has none; ``None``
    where nobody noted it."""
    flow = dict(column.variant).get("flow") or flow_of(board)
    trusts = next((one.trusts for one in board.sights if one.flow == flow), None)
    return None if trusts is None else frozenset(item for item, trust in trusts.items() if trust >= SEEN)


def vouched(
    subject: Subject, column: Column, models: Collection[str] | None = None
) -> npt.NDArray[np.float64]:
    """The values of those models, or of all, on a column, (models, items) in the board's order, NaN where
    there is none, or where it is claimed."""
    table = values(subject, subject.board.columns.index(column))
    for place, row in enumerate(subject.rows):
        if column in row.summaries and row.summaries[column].standing == "claimed":
            table[place] = np.nan
    return table[[place for place, row in enumerate(subject.rows) if models is None or row.model in models]]


def most_disputed(
    table: npt.NDArray[np.float64], ids: Sequence[str], among: Collection[str] | None, count: int
) -> list[str]:
    """The items on which models differ most, most first: by the highest value minus the lowest.

    ``table`` (models, items) has NaN where there is no value; only items with two count, and only those
    that are ``among`` some, if it is given.

    Raises:
        PredictionsError: there is none.

    >>> most_disputed(np.array([[1.0, 5.0, np.nan], [2.0, 1.0, 9.0]]), ["a", "b", "c"], None, 2)
    ['b', 'a']
    """
    there = (~np.isnan(table)).sum(axis=0) > 1
    gaps = {
        item: float(np.nanmax(column) - np.nanmin(column))
        for item, column, enough in zip(ids, table.T, there, strict=True)
        if enough and (among is None or item in among)
    }
    if not gaps:
        raise PredictionsError(
            "two models have no value of an item whose motion is seen: name items with --items A,B"
        )
    return sorted(gaps, key=lambda item: -gaps[item])[:count]
