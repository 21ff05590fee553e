"""The models by one metric, the headline's unless said: means with intervals, ranks, ties, anchors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.figures.dots import (
    LINE,
    Dot,
    Rows,
    above,
    anchor,
    beside,
    bracket,
    draw_dot,
)
from motionedit_bench.leaderboard.figures.paper import (
    BLUE,
    EN_DASH,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    SMALL,
    axes_at,
    length,
)
from motionedit_bench.leaderboard.labels import MARKS, arrowed, headings, how
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.tables import marked

HEADING, AXIS = 0.14, 0.32
"""Inches above a group for its heading, or for the names of anchors; below it for the axis and its name."""
RANK, BRACKET = 0.25, 0.08
"""Inches for a rank at the left, and for a bracket at the right."""


@dataclass(frozen=True)
class Line:
    """One model: ``scored`` says of how many items and by whose word, empty where nobody counted."""

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
    axis = arrowed(headings(board.labels)[column], column.metric)
    own = [row for row in board.rows if row.source != "claimed"]
    ranked = _lines([row for row in own if row.rank is not None], column)
    others = _lines([row for row in own if row.rank is None], column)
    claimed = _lines([row for row in board.rows if row.source == "claimed"], column)
    found = [
        Group(ranked, axis),
        Group(others, axis, "without a rank"),
        Group(claimed, axis, "claimed by the submitter, not computed again", apart=True),
    ]
    if not (ranked or others or claimed):
        raise UsageError(f"no model here has a mean of {column.metric}: there is nothing to draw")
    if published:
        paper = [row for row in published if any(one.metric == column.metric for one in row.summaries)]
        if not paper:
            there = dict.fromkeys(one.metric for row in published for one in row.summaries)
            raise UsageError(f"the paper has no {column.metric}: --published goes with {', '.join(there)}")
        theirs = next(one for one in paper[0].summaries if one.metric == column.metric)
        (way,) = theirs.variant
        lines = _lines(paper, theirs)
        found.append(
            Group(
                lines,
                f"{arrowed(column.metric, column.metric)}, {way[0]} {way[1]}",
                "as published",
                apart=True,
            )
        )
    return [group for group in found if group.lines]


def _lines(rows: Sequence[Row], column: Column) -> tuple[Line, ...]:
    return tuple(
        Line(marked(row), row.rank, found.mean, found.ci95, _scored(found))
        for row in rows
        if (found := row.summaries.get(column)) is not None and found.mean is not None
    )


def _scored(found: Summary) -> str:
    if found.standing == "published":
        return ""
    return " ".join([f"{found.scored}/{found.expected}", *filter(None, [MARKS.get(found.standing)])])


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
    other metrics the rows of the baselines ``identity`` and ``target`` say it, where they are whole and were
    measured here: what is submitted may have any name.
    """
    found = {
        row.model: summary.mean
        for row in board.rows
        if row.model in ("identity", "target") and (summary := row.summaries.get(column)) is not None
        if summary.complete and summary.standing == "measured"
    }
    if column.metric == "motion_gain":
        found["identity"] = 0.0
        for noop, summary in board.properties.items():
            same = noop.metric == "mas_noop" and how(noop) == how(column)
            if same and summary.complete and summary.mean is not None:
                found.setdefault("target", 100 - summary.mean)
    names = {"identity": "doing nothing", "target": "target"}
    return {names[model]: mean for model, mean in sorted(found.items()) if mean is not None}


def draw(found: Sequence[Group], marks: Mapping[str, float], tied: bool, width: float) -> Figure:
    """Dots and whiskers, ``width`` inches wide; ``tied`` says whether shared ranks are bracketed."""
    rows = [Rows([line.name for line in group.lines]) for group in found]
    ends = [place + 1 == len(found) or found[place + 1].apart for place in range(len(found))]
    counted = max(length(line.scored, SMALL) for group in found for line in group.lines)
    left = MARGIN + max(own.width for own in rows) + RANK
    right = MARGIN + counted + BRACKET
    height = MARGIN + sum(own.height + HEADING + AXIS * end for own, end in zip(rows, ends, strict=True))
    figure = Figure(figsize=(width, height))
    top, shared = MARGIN / 2, None
    for group, own, end in zip(found, rows, ends, strict=True):
        top += HEADING
        panel = axes_at(figure, left, top, width - left - right, own.height, None if group.apart else shared)
        _draw_group(panel, group, own, tied, right - MARGIN)
        if not group.apart:
            for x in marks.values():
                anchor(panel, x)
            shared = shared or panel
        if end:
            panel.set_xlabel(group.axis, labelpad=1.5)
        else:
            panel.tick_params(bottom=False, labelbottom=False)
            panel.spines["bottom"].set_visible(False)
        top += own.height + AXIS * end
    if shared is not None:
        above(shared, marks, width - left - right)
    return figure


def _draw_group(panel: Axes, group: Group, rows: Rows, tied: bool, room: float) -> None:
    rows.rule(panel)
    rows.name(panel, 0.05 if group.apart else RANK)
    for line, middle in zip(group.lines, rows.middles, strict=True):
        colour = ORANGE if group.apart else BLUE if line.rank is not None else INK
        marker = "D" if group.apart else "o"
        draw_dot(panel, middle, Dot(line.mean, line.ci95, colour, line.rank is None, marker))
        beside(panel, line.scored, 1, middle, room, ha="right", fontsize=SMALL, color=GREY)
        if not group.apart:
            beside(panel, str(line.rank or EN_DASH), 0, middle, -0.05, ha="right")
    for first, last in ties(group.lines) if tied else ():
        bracket(panel, rows.middles[first] - LINE / 2, rows.middles[last] + LINE / 2)
    if group.heading:
        panel.set_title(group.heading, loc="left", fontsize=SMALL, color=GREY, pad=2)
