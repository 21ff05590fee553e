"""Rows of dots with whiskers, one a model, beside the models' names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from motionedit_bench.leaderboard.figures.paper import FAINT, GREY, INK, SMALL, TEXT, length, wrapped

LINE = 0.118
"""Inches from one line of text to the next."""
GAP = 0.05
"""Inches between rows."""
NAME = 1.2
"""Inches that a line of a name has at most."""


@dataclass(frozen=True)
class Dot:
    """A mean with its interval; hollow where its model has no rank."""

    mean: float
    ci95: tuple[float, float] | None
    colour: str
    hollow: bool
    marker: str = "o"


class Rows:
    """Where the rows of some models are: inches from the top."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = [wrapped(name, NAME) for name in names]
        self.middles: list[float] = []
        self.height = 0.0
        for name in self.names:
            high = GAP + LINE * (1 + name.count("\n"))
            self.middles.append(self.height + high / 2)
            self.height += high

    @property
    def width(self) -> float:
        """Inches that the longest name takes."""
        return max((length(name) for name in self.names), default=0.0)

    def rule(self, panel: Axes) -> None:
        """Make axes those of these rows, with a thin line along each."""
        panel.set_ylim(self.height, 0)
        panel.set_yticks(self.middles, [])
        panel.grid(axis="y", color=FAINT, linewidth=0.4)
        panel.set_axisbelow(True)
        panel.spines["left"].set_visible(False)

    def name(self, panel: Axes, room: float) -> None:
        """Write the names left of the axes, and leave so many inches between."""
        for name, middle in zip(self.names, self.middles, strict=True):
            beside(panel, name, 0, middle, -room, ha="right", linespacing=1.0)


def draw_dot(panel: Axes, middle: float, dot: Dot) -> None:
    """One dot, and its whisker where it has an interval."""
    if dot.ci95:
        panel.plot(dot.ci95, (middle, middle), color=dot.colour, linewidth=1.0, zorder=2)
    face = "white" if dot.hollow else dot.colour
    panel.plot(dot.mean, middle, dot.marker, color=dot.colour, markerfacecolor=face, markersize=3.4, zorder=3)


def beside(panel: Axes, text: str, x: float, y: float, shift: float, **how: Any) -> None:
    """A text so many inches right of an edge of the axes (x: 0 or 1), at a height of theirs."""
    style = {"va": "center", "fontsize": TEXT, **how}
    place = ("axes fraction", "data")
    panel.annotate(text, (x, y), (72 * shift, 0), xycoords=place, textcoords="offset points", **style)


def above(panel: Axes, marks: Mapping[str, float], width: float) -> None:
    """Small names above axes of that width, inches, at values of theirs; from the lowest to the highest.

    Two names that would meet stand on either side of what is between them.
    """
    low, high = panel.get_xlim()
    names, sides = sorted(marks, key=marks.__getitem__), ["center"] * len(marks)
    if len(names) == 2:
        between = (marks[names[1]] - marks[names[0]]) / (high - low) * width
        if between < sum(length(name, SMALL) for name in names) / 2 + GAP:
            sides = ["right", "left"]
    style: dict[str, Any] = {"fontsize": SMALL, "color": GREY, "textcoords": "offset points"}
    for name, side in zip(names, sides, strict=True):
        place = ("data", "axes fraction")
        panel.annotate(name, (marks[name], 1), (0, 2), xycoords=place, ha=side, **style)


def anchor(panel: Axes, x: float) -> None:
    """A line at a value that others are held against."""
    panel.axvline(x, color=GREY, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0)


def bracket(panel: Axes, first: float, last: float) -> None:
    """A bracket right of the axes, from one height to another."""
    across = panel.get_yaxis_transform()
    panel.plot(
        [1.01, 1.02, 1.02, 1.01],
        [first, first, last, last],
        transform=across,
        color=INK,
        linewidth=0.7,
        clip_on=False,
    )
