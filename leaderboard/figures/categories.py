"""One metric by category of the benchmark: a panel of means with intervals for each."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.figures.dots import LINE, Dot, Rows, anchor, draw_dot
from motionedit_bench.leaderboard.figures.paper import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    SMALL,
    WIDTHS,
    axes_at,
    wrapped,
)
from motionedit_bench.leaderboard.labels import MARKS, arrowed, headings
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.tables import marked
from motionedit_bench.texts import visible

AXIS, GAP = 0.32, 0.08
"""Inches below all panels for the axis and its name, and between panels."""


@dataclass(frozen=True)
class Panel:
    """One category: its number of items, and each model's summary, ``None`` where it has none there."""

    name: str
    items: int
    found: tuple[Summary | None, ...]


@dataclass(frozen=True)
class Grid:
    """All of them, of the same models in the board's order.

    Attributes:
        ranked: which of the models have a rank. axis: what the figures are of.
        nothing: what doing nothing has, where that is known.
    """

    models: tuple[str, ...]
    ranked: tuple[bool, ...]
    panels: tuple[Panel, ...]
    axis: str
    nothing: float | None = None


def grid(board: Board, column: Column) -> Grid:
    """What a board of categories has of a column; models whose figures are claimed are left out.

    Raises:
        UsageError: the benchmark has no categories, or no model has a figure that is no claim.
    """
    if not board.categories:
        raise UsageError(f"the benchmark {board.bench['name']} has no categories")
    shown = [place for place, row in enumerate(board.rows) if _is_shown(row, column)]
    if not shown:
        raise UsageError(f"no model here has a mean of {column.metric} that is no claim: nothing to draw")
    panels = []
    for name, rows in board.categories.items():
        found = tuple(rows[place].summaries.get(column) for place in shown)
        items = max((one.items for row in rows for one in row.summaries.values()), default=0)
        panels.append(Panel(visible(name), items, found))
    own = [board.rows[place] for place in shown]
    return Grid(
        models=tuple(_named(row, column) for row in own),
        ranked=tuple(row.rank is not None for row in own),
        panels=tuple(panels),
        axis=arrowed(headings(board.labels)[column], column.metric),
        nothing=0.0 if column.metric == "motion_gain" else None,
    )


def _is_shown(row: Row, column: Column) -> bool:
    found = row.summaries.get(column)
    return found is not None and found.mean is not None and found.standing != "claimed"


def _named(row: Row, column: Column) -> str:
    mark = MARKS.get(row.summaries[column].standing)
    return f"{marked(row)} {mark}" if mark else marked(row)


def draw(found: Grid, width: float) -> Figure:
    """Small multiples with one scale, ``width`` inches wide."""
    most = 2 if width <= WIDTHS["column"] else 3
    across = min(len(found.panels), most)
    down = -(-len(found.panels) // across)
    rows = Rows(found.models)
    left = MARGIN + rows.width + 0.05
    each = (width - left - MARGIN - GAP * (across - 1)) / across
    titles = [wrapped(f"{panel.name} ({panel.items})", each, SMALL) for panel in found.panels]
    heading = 0.06 + LINE * (1 + max(title.count("\n") for title in titles))
    figure = Figure(figsize=(width, down * (heading + rows.height) + AXIS + MARGIN))
    shared: Axes | None = None
    for place, (own, title) in enumerate(zip(found.panels, titles, strict=True)):
        line, column = divmod(place, across)
        top = line * (heading + rows.height) + heading
        panel = axes_at(figure, left + column * (each + GAP), top, each, rows.height, shared)
        rows.rule(panel)
        if column == 0:
            rows.name(panel, 0.05)
        _dots(panel, rows, found, own)
        panel.set_title(title, fontsize=SMALL, loc="left", pad=2, linespacing=1.0)
        if found.nothing is not None:
            anchor(panel, found.nothing)
        shared = shared or panel
        panel.tick_params(labelbottom=place + across >= len(found.panels))
    figure.text(
        (left + width - MARGIN) / 2 / width,
        MARGIN / figure.get_figheight(),
        found.axis,
        ha="center",
        va="bottom",
    )
    return figure


def _dots(panel: Axes, rows: Rows, grid: Grid, own: Panel) -> None:
    for one, ranked, middle in zip(own.found, grid.ranked, rows.middles, strict=True):
        if one is None or one.mean is None:
            continue
        draw_dot(panel, middle, Dot(one.mean, one.ci95, BLUE if ranked else INK, not ranked))
        if not one.complete:
            panel.annotate(
                f"{one.scored}/{one.expected}",
                (one.mean, middle),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                fontsize=SMALL - 1.5,
                color=GREY,
            )
