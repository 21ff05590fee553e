"""What doing nothing and what the target get: the ends between which a figure is read; pure."""

from collections.abc import Mapping
from typing import NamedTuple

from motionedit_bench.leaderboard.board import Board
from motionedit_bench.leaderboard.summary import Column

BASELINES: Mapping[str, str] = {"identity": "the input, unchanged", "target": "the target itself"}
"""The adapters whose means are anchors: what they give back."""
TARGETS: Mapping[str, float] = {"mas": 100.0, "epe": 0.0, "ssim": 1.0, "lpips": 0.0}
"""What a target gets by a metric's definition, being compared with itself."""


class Anchors(NamedTuple):
    """The mean of a column that doing nothing gets, and the target's; ``None`` where it is not known."""

    nothing: float | None = None
    target: float | None = None


def anchors_of(board: Board, baselines: Mapping[str, str]) -> dict[Column, Anchors]:
    """The anchors of each column.

    ``baselines`` has, by adapter, the model that one of `BASELINES` made here. Its means are taken where
    they are of all items; else what follows from a definition. `motion_gain` is the gain over doing nothing:
    0 for that, and 100 less `mas_noop` for the target.
    """
    rows = {row.model: row.summaries for row in board.rows if row.source == "measured"}
    found = {}
    for column in board.columns:
        means = []
        for adapter in BASELINES:
            summary = rows.get(baselines.get(adapter, ""), {}).get(column)
            means.append(summary.mean if summary is not None and summary.complete else None)
        nothing, target = means
        if column.metric == "motion_gain":
            nothing = 0.0 if nothing is None else nothing
            target = _most_gain(board, column) if target is None else target
        elif target is None:
            target = TARGETS.get(column.metric)
        found[column] = Anchors(nothing, target)
    return found


def _most_gain(board: Board, column: Column) -> float | None:
    """100 less what doing nothing gets of `mas`, over all items, by the same flow."""
    way = dict(column.variant)
    for other, summary in board.properties.items():
        same = all(dict(other.variant).get(name) == way.get(name) for name in ("flow", "flow_size"))
        if other.metric == "mas_noop" and same and summary.complete and summary.mean is not None:
            return 100 - summary.mean
    return None
