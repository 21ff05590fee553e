"""The models by one metric, the headline's unless said: means with intervals, ranks, ties, anchors."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.figures.paper import BLUE, FAINT, GREY, INK, ORANGE, SMALL, wrapped
from motionedit_bench.leaderboard.labels import headings
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.tables import marked
from motionedit_bench.metrics.catalogue import CATALOGUE

EN_DASH = "\u2013"

LINE = 0.17
"""Inches that a model's row is high."""
ABOVE = 0.22
"""Inches for a heading or the names of anchors; for the axis and its name twice as many."""


@dataclass(frozen=True)
class Line:
    """One model: ``scored`` says of how many items, empty where nobody counted."""

    name: str
    rank: int | None
    mean: float
    ci95: tuple[float, float] | None
    scored: str


@dataclass(frozen=True)
class Group:
    """Models that stand together.

    Attributes:
        axis: what their figures are of. apart: whether they share no axis with others.
    """

    lines: tuple[Line, ...]
    axis: str
    heading: str | None = None
    apart: bool = False


def groups(board: Board, column: Column, published: Sequence[Row] = ()) -> list[Group]:
    """The models with a figure in a column: ranked ones, then those without a rank, those that are claimed,
    and the paper's.

    Raises:
        UsageError: no model has one, or the paper has none of that metric.
    """
    arrow = {"higher": "↑", "lower": "↓", None: ""}[CATALOGUE[column.metric].better]
    axis = f"{headings(board.labels)[column]} {arrow}"
    own = [row for row in board.rows if row.source != "claimed"]
    ranked = _lines([row for row in own if row.rank is not None], column)
    others = _lines([row for row in own if row.rank is None], column)
    claimed = _lines([row for row in board.rows if row.source == "claimed"], column)
    found = [
        Group(ranked, axis),
        Group(others, axis, "without a rank: not scored on all items"),
        Group(claimed, axis, "claimed by the submitter, not computed again"),
    ]
    if published:
        paper = [row for row in published if any(one.metric == column.metric for one in row.summaries)]
        if not paper:
            there = dict.fromkeys(one.metric for row in published for one in row.summaries)
            raise UsageError(f"the paper has no {column.metric}: --published goes with {', '.join(there)}")
        theirs = next(one for one in paper[0].summaries if one.metric == column.metric)
        (way,) = theirs.variant
        lines = _lines(paper, theirs)
        found.append(Group(lines, f"{column.metric} {arrow}, {way[0]} {way[1]}", "as published", apart=True))
    return [group for group in found if group.lines]


def _lines(rows: Sequence[Row], column: Column) -> tuple[Line, ...]:
    return tuple(
        Line(marked(row), row.rank, found.mean, found.ci95, _scored(found))
        for row in rows
        if (found := row.summaries.get(column)) is not None and found.mean is not None
    )


def _scored(found: Summary) -> str:
    return "" if found.standing == "published" else f"{found.scored}/{found.expected}"


def ties(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """First and last place of neighbours that share a rank.

    >>> ties([Line(str(k), rank, 0.0, None, "") for k, rank in enumerate([1, 2, 2, 4])])
    [(1, 2)]
    """
    found = []
    for rank, own in groupby(enumerate(lines), key=lambda one: one[1].rank):
        places = [place for place, _ in own]
        if rank is not None and len(places) > 1:
            found.append((places[0], places[-1]))
    return found


def anchors(board: Board, column: Column) -> dict[str, float]:
    """What doing nothing and the target have, as far as it is known.

    ``motion_gain`` of doing nothing is 0, and of the target 100 - ``mas_noop``, by their definitions. Of
    other metrics the rows of the baselines ``identity`` and ``target`` say it, where they are whole.
    """
    found = {
        row.model: row.summaries[column].mean
        for row in board.rows
        if row.model in ("identity", "target") and column in row.summaries and row.summaries[column].complete
    }
    if column.metric == "motion_gain":
        found["identity"] = 0.0
        way = dict(column.variant)
        for noop, summary in board.properties.items():
            same = noop.metric == "mas_noop" and dict(noop.variant).get("flow") == way.get("flow")
            if same and summary.complete and summary.mean is not None:
                found.setdefault("target", 100 - summary.mean)
    names = {"identity": "doing nothing", "target": "target"}
    return {names[model]: mean for model, mean in sorted(found.items()) if mean is not None}


def draw(found: Sequence[Group], marks: dict[str, float], tied: bool, width: float) -> Figure:
    """Dots and whiskers, ``width`` inches wide; ``tied`` says whether shared ranks are bracketed."""
    counts = [sum(1 + wrapped(line.name).count("\n") for line in group.lines) for group in found]
    height = LINE * sum(counts) + ABOVE * (len(found) + 1) + 2 * ABOVE * (1 + found[-1].apart)
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.01, w_pad=0.01, hspace=0.02)  # type: ignore[union-attr]
    panels = figure.subplots(len(found), squeeze=False, height_ratios=counts)[:, 0]
    own = [panel for panel, group in zip(panels, found, strict=True) if not group.apart]
    for panel, group in zip(panels, found, strict=True):
        _dots(panel, group)
        if not group.apart:
            for x in marks.values():
                panel.axvline(x, color=GREY, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0)
    for panel in own[1:]:
        panel.sharex(own[0])
    for panel in own[:-1]:
        panel.tick_params(bottom=False, labelbottom=False)
        panel.spines["bottom"].set_visible(False)
        panel.set_xlabel("")
    if tied:
        for panel, group in zip(panels, found, strict=True):
            for first, last in ties(group.lines):
                _bracket(panel, first, last)
    for name, x in marks.items() if own else ():
        own[0].annotate(
            name,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 1),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
            color=GREY,
        )
    return figure


def _dots(panel: Axes, group: Group) -> None:
    for place, line in enumerate(group.lines):
        if line.ci95:
            panel.plot(line.ci95, (place, place), color=_colour(line, group), linewidth=1.0, zorder=2)
        full = line.rank is not None
        panel.plot(
            line.mean,
            place,
            "D" if group.apart else "o",
            color=_colour(line, group),
            markerfacecolor=_colour(line, group) if full else "white",
            markersize=3.6,
            zorder=3,
        )
        across = panel.get_yaxis_transform()
        panel.text(1.05, place, line.scored, transform=across, va="center", fontsize=SMALL, color=GREY)
    names = [f"{wrapped(line.name)}  {line.rank or EN_DASH}" for line in group.lines]
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.grid(axis="y", color=FAINT, linewidth=0.4)
    panel.set_axisbelow(True)
    panel.spines["left"].set_visible(False)
    panel.set_xlabel(group.axis)
    if group.heading:
        panel.set_title(group.heading, loc="left", fontsize=SMALL, color=GREY, pad=2)


def _colour(line: Line, group: Group) -> str:
    return ORANGE if group.apart else BLUE if line.rank is not None else INK


def _bracket(panel: Axes, first: int, last: int) -> None:
    ends = [first - 0.25, first - 0.25, last + 0.25, last + 0.25]
    across = panel.get_yaxis_transform()
    panel.plot([1.01, 1.025, 1.025, 1.01], ends, transform=across, color=INK, linewidth=0.7, clip_on=False)
