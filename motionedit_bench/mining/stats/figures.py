"""The figures of benchmarks, a panel each with one scale: how far, where to, in which categories."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from motionedit_bench.leaderboard.figures.paper import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    SMALL,
    WIDTHS,
    encoded,
    length,
    wrapped,
)
from motionedit_bench.mining.stats.captions import captions
from motionedit_bench.mining.stats.motion import SECTORS, Profile, category_names
from motionedit_bench.texts import visible

BINS = 20
ACROSS = 3
"""Panels beside each other."""
NAMES = 1.9
"""Inches that names of categories have at most."""

GAP = 0.45
"""Inches between panels."""
BARS: Any = {"color": BLUE, "edgecolor": "white", "linewidth": 0.4}


def motion(profiles: Sequence[Profile]) -> Figure:
    """Histograms of the motion magnitude, as the paper's Figure 6: share of the items, by mean motion.

    Orange: the mean. The last bin holds what is beyond the scale, which ends at the largest 99 % quantile.
    """
    ends = [float(np.quantile(one.magnitudes, 0.99)) for one in profiles if len(one.magnitudes)]
    edges = np.linspace(0, max(ends, default=0) or 1.0, BINS + 1)
    figure, panels = _panels(profiles, 1.5)
    highest = 0.0
    for panel, one in zip(panels, profiles, strict=True):
        found = np.clip(one.magnitudes, 0, edges[-1])
        shares = np.histogram(found, edges)[0] / max(1, len(found))
        panel.bar(edges[:-1], shares, np.diff(edges), align="edge", **BARS)
        if len(found):
            panel.axvline(min(float(one.magnitudes.mean()), edges[-1]), color=ORANGE, linewidth=1)
        highest = max(highest, float(shares.max()))
        panel.set_xlabel("mean motion / diagonal", labelpad=1.5)
        panel.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        panel.set_xlim(0, edges[-1])
        panel.locator_params(axis="x", nbins=4)
    for panel in panels:
        panel.set_ylim(0, 1.05 * (highest or 1))
    return figure


def rose(profiles: Sequence[Profile]) -> Figure:
    """Where to things move: share of the motion by direction, the mean over items; up is up."""
    figure, panels = _panels(profiles, 1.5, polar=True)
    angles = np.arange(SECTORS) * 2 * np.pi / SECTORS
    highest = max(float(one.rose.max()) for one in profiles) or 1.0
    for panel, one in zip(panels, profiles, strict=True):
        panel.bar(angles, one.rose, 2 * np.pi / SECTORS, **BARS)
        panel.set_ylim(0, highest)
        panel.set_xticks(np.arange(4) * np.pi / 2, ["right", "up", "left", "down"], fontsize=SMALL)
        panel.set_yticks([highest], [f"{100 * highest:.0f} %"], fontsize=SMALL, color=GREY)
        panel.grid(color=GREY, linewidth=0.3)
        panel.tick_params(pad=-2)
    return figure


def categories(profiles: Sequence[Profile]) -> Figure:
    """How many items each category has, as shares of the benchmark's; the counts stand beside the bars."""
    names = category_names(profiles)
    told = [wrapped(visible(name), NAMES, SMALL) for name in names]
    lines = sum(1 + text.count("\n") for text in told)
    left = 0.15 + max(length(text, SMALL) for text in told)
    figure, panels = _panels(profiles, 0.15 + 0.16 * lines, left=left)
    widest = max(count / len(one.motions) for one in profiles for count in one.categories.values())
    for place, (panel, one) in enumerate(zip(panels, profiles, strict=True)):
        counts = [one.categories.get(name, 0) for name in names]
        shares = [count / len(one.motions) for count in counts]
        panel.barh(range(len(names)), shares, 0.7, color=BLUE)
        for row, (count, share) in enumerate(zip(counts, shares, strict=True)):
            panel.text(share + 0.02 * widest, row, str(count), va="center", fontsize=SMALL)
        panel.set_xlim(0, 1.25 * widest)
        panel.set_ylim(len(names) - 0.4, -0.6)
        panel.set_yticks(range(len(names)), told, fontsize=SMALL)
        panel.tick_params(labelleft=place % ACROSS == 0)
        panel.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        panel.locator_params(axis="x", nbins=3)
    return figure


def _panels(
    profiles: Sequence[Profile], height: float, polar: bool = False, left: float = 0.42
) -> tuple[Figure, list[Axes]]:
    """A figure with a panel a benchmark, so many inches high, with its name and number of items above."""
    across = min(len(profiles), ACROSS)
    down = -(-len(profiles) // across)
    each = (WIDTHS["page"] - left - (ACROSS - 1) * GAP - MARGIN) / ACROSS
    above, below = (0.45, 0.2) if polar else (0.3, 0.36)
    wide = left + across * each + (across - 1) * GAP + 4 * MARGIN
    high = down * (above + height + below) + MARGIN
    figure = Figure(figsize=(wide, high))
    found = []
    for number, one in enumerate(profiles):
        line, column = divmod(number, across)
        top = line * (above + height + below) + above
        place = (left + column * (each + GAP)) / wide, 1 - (top + height) / high, each / wide, height / high
        panel = figure.add_axes(place, projection="polar" if polar else None)
        name = wrapped(f"{visible(one.name)} ({len(one.motions)} items)", each, SMALL).split("\n")
        panel.set_title("\n".join(name[:2]), fontsize=SMALL, color=INK, loc="left", y=1.13 if polar else None)
        found.append(panel)
    return figure, found


FIGURES: dict[str, Callable[[Sequence[Profile]], Figure]] = {
    "motion": motion,
    "directions": rose,
    "categories": categories,
}
"""What is drawn, by the name of its file."""


def drawn(profiles: Sequence[Profile]) -> dict[str, bytes]:
    """The figures as PNG files, by name; equal profiles give equal bytes within one version of matplotlib."""
    told = captions(profiles)
    return {name: encoded(partial(draw, profiles), ".png", told[name]) for name, draw in FIGURES.items()}
