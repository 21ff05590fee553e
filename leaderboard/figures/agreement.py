"""Do metrics order edits alike, and as people do? A matrix of rank correlations over models and items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.leaderboard.compare import Scored
from motionedit_bench.leaderboard.figures.choosing import vouched
from motionedit_bench.leaderboard.figures.paper import (
    BLUE,
    EN_DASH,
    GREY,
    INK,
    MARGIN,
    MINUS,
    ORANGE,
    SMALL,
    axes_at,
    length,
)
from motionedit_bench.leaderboard.labels import directed, headings
from motionedit_bench.leaderboard.preference.agreement import spearman_rho
from motionedit_bench.leaderboard.preference.people import Agreement
from motionedit_bench.leaderboard.site.subject import Subject
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics.catalogue import CATALOGUE

COLOURS = LinearSegmentedColormap.from_list("agreement", [ORANGE, "white", BLUE])
HIGH, WIDE, LEAST = 0.26, 0.5, 0.3
"""Inches: how high a cell is, how wide at most, and how wide at least."""
GAP = 0.1
"""Inches between the metrics and the people."""


@dataclass(frozen=True)
class Cell:
    """A coefficient of agreement, -1 to 1, ``None`` where it is undefined, and how many it is of."""

    value: float | None
    count: str


@dataclass(frozen=True)
class Matrix:
    """Each metric with those before it, and below that what people have with each.

    Attributes:
        names: of the metrics. cells: row k has k of them, with the metrics 0 to k - 1.
        people: by the name of the coefficient, one cell a metric.
    """

    names: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    people: Mapping[str, tuple[Cell, ...]]


def measured(subject: Subject, metrics: Sequence[str] | None = None) -> dict[Column, npt.NDArray[np.float64]]:
    """The values of the columns of some metrics, or of all, over models and items: (models x items,), NaN
    where there is none, higher is better. Nothing that is claimed is among them.

    Raises:
        UsageError: a metric is unknown, or fewer than two columns have values.
    """
    for name in metrics or ():
        if name not in CATALOGUE:
            raise unknown_name("metric", name, CATALOGUE)
    found = {}
    for column in directed(subject.board.columns):
        if metrics is None or column.metric in metrics:
            table = vouched(subject, column)
            if not np.isnan(table).all():
                found[column] = table.ravel() * (-1 if CATALOGUE[column.metric].better == "lower" else 1)
    if metrics is not None:
        found = {one: found[one] for name in metrics for one in found if one.metric == name}
    if len(found) < 2:
        there = ", ".join(dict.fromkeys(column.metric for column in directed(subject.board.columns)))
        raise UsageError(
            f"agreement is between two metrics or more that have values of items: there are {there}"
        )
    return found


def scored(subject: Subject) -> list[Scored]:
    """The models with their values by column and item; nothing that is claimed is among them."""
    ids = tuple(item for item, _ in subject.items)
    models = []
    for row, results in zip(subject.rows, subject.results, strict=True):
        own = {
            column: {
                item: one.value
                for item in ids
                if (one := results.get(item, {}).get(place)) is not None and one.value is not None
            }
            for place, column in enumerate(subject.board.columns)
            if column in row.summaries and row.summaries[column].standing != "claimed"
        }
        there = {column: found for column, found in own.items() if found}
        models.append(Scored(row.model, subject.board.bench["fingerprint"], ids, there))
    return models


def matrix(
    subject: Subject, found: Mapping[Column, npt.NDArray[np.float64]], people: Sequence[Agreement]
) -> Matrix:
    """The rank correlation of each two metrics over the edits that both have a value of."""
    labels, columns = headings(subject.board.labels), list(found)
    rows = tuple(
        tuple(_cell(found[column], found[other]) for other in columns[:place])
        for place, column in enumerate(columns)
    )
    by_column = {one.column: one for one in people}
    none = Cell(None, "")
    told = {
        "people, kappa": tuple(
            Cell(one.kappa, f"n={one.scored}") if (one := by_column.get(column)) else none
            for column in columns
        ),
        "people, tau": tuple(
            Cell(one.tau, f"n={one.models}") if (one := by_column.get(column)) else none for column in columns
        ),
    }
    return Matrix(tuple(labels[column] for column in columns), rows, told if people else {})


def _cell(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> Cell:
    both = ~np.isnan(first) & ~np.isnan(second)
    return Cell(spearman_rho(first[both], second[both]), f"n={np.count_nonzero(both)}")


def draw(found: Matrix, width: float) -> Figure:
    """The matrix's lower half, ``width`` inches wide: a metric's name stands at the end of its row, above its
    column.

    Raises:
        UsageError: there are too many metrics for that width.
    """
    names, count = found.names, len(found.names)
    across = count if found.people else count - 1
    ends = [(place, length(name) + 0.08) for place, name in enumerate(names)]
    ends += [(across, length(name) + 0.08) for name in found.people]
    wide = min((width - 2 * MARGIN - end) / place if place else WIDE for place, end in ends)
    if wide < LEAST:
        raise UsageError(f"{count} metrics are too many for {width} inches: name fewer with --metrics A,B")
    wide = min(wide, WIDE)
    down = count * HIGH + (GAP + len(found.people) * HIGH if found.people else 0)
    figure = Figure(figsize=(width, down + 2 * MARGIN))
    panel = axes_at(figure, MARGIN, MARGIN, width - 2 * MARGIN, down)
    panel.set(xlim=(0, (width - 2 * MARGIN) / wide), ylim=(down / HIGH, 0))
    panel.set_axis_off()
    for row, cells in enumerate(found.cells):
        for column, cell in enumerate(cells):
            _square(panel, column, row, cell)
        panel.text(row + 0.06, row + 0.5, names[row], va="center")
    for place, (name, cells) in enumerate(found.people.items()):
        below = count + GAP / HIGH + place
        for column, cell in enumerate(cells):
            _square(panel, column, below, cell)
        panel.text(count + 0.06, below + 0.5, name, va="center")
    return figure


def _square(panel: Axes, x: float, y: float, cell: Cell) -> None:
    face = "white" if cell.value is None else COLOURS((cell.value + 1) / 2)
    strength = abs(cell.value or 0.0)
    panel.add_patch(Rectangle((x, y), 1, 1, facecolor=face, edgecolor="white", linewidth=1))
    text = EN_DASH if cell.value is None else f"{cell.value:z.2f}".replace("-", MINUS)
    ink = "white" if strength > 0.75 else INK
    panel.text(x + 0.5, y + 0.36, text, ha="center", va="center", color=ink)
    panel.text(
        x + 0.5,
        y + 0.76,
        cell.count,
        ha="center",
        va="center",
        fontsize=SMALL - 1.5,
        color=ink if strength > 0.3 else GREY,
    )
