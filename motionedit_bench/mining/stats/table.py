"""The figures of benchmarks as tables of at most 80 columns, and as JSON values."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tabulate import tabulate

from motionedit_bench.errors import one_line
from motionedit_bench.mining.stats.motion import SECTORS, WITHOUT, Profile
from motionedit_bench.texts import visible

LONGEST_NAME, LONGEST_CATEGORY = 24, 34
"""Characters; the beginning of longer ones is left out."""
ABREAST = 8
"""Benchmarks beside each other in a table; more stand below."""

QUARTERS = {"right": 0, "up": SECTORS // 4, "left": SECTORS // 2, "down": 3 * SECTORS // 4}
"""The sector in the middle of each quarter."""


def tables(profiles: Sequence[Profile]) -> str:
    """How much each benchmark's items move, where to, and in which categories."""
    moved = [
        [number, _short(one.name), f"{len(one.magnitudes)}/{len(one.motions)}", *_spread(one)]
        for number, one in enumerate(profiles, start=1)
    ]
    heads = ["#", "benchmark", "items", "mean", "10 %", "median", "90 %"]
    parts = [
        tabulate(moved, heads, disable_numparse=True, colalign=("right", "left", *["right"] * 5)),
        f"motion from input to target by {profiles[0].flow}, as a share of the diagonal;\n"
        "items: measured of all",
        *_abreast("share of the motion, %", profiles, _quarters),
        *_abreast("items by category", profiles, lambda one: {k: str(v) for k, v in one.categories.items()}),
        _reasons(profiles),
    ]
    return "\n\n".join(filter(None, parts))


def summary(one: Profile) -> dict[str, Any]:
    """The same of one benchmark as JSON values; a figure that there is not is ``None``."""
    found = one.magnitudes
    return {
        "benchmark": one.name,
        "fingerprint": one.fingerprint,
        "flow": one.flow,
        "items": len(one.motions),
        "measured": len(found),
        "mean": float(found.mean()) if len(found) else None,
        "quantiles": [float(value) for value in np.quantile(found, [0.1, 0.5, 0.9])] if len(found) else None,
        "directions": [float(share) for share in one.rose],
        "categories": one.categories,
    }


def _spread(one: Profile) -> list[str]:
    told = summary(one)
    if told["mean"] is None:
        return ["-"] * 4
    return [f"{value:.3f}" for value in (told["mean"], *told["quantiles"])]


def quarters(one: Profile) -> dict[str, float]:
    """Share of the motion to the right, up, left and down, each with half of what lies between; 0 to 1."""
    rose = one.rose
    half = SECTORS // 8
    found = {}
    for name, middle in QUARTERS.items():
        inner = sum(rose[(middle + step) % SECTORS] for step in range(1 - half, half))
        edges = rose[(middle - half) % SECTORS] + rose[(middle + half) % SECTORS]
        found[name] = float(inner + edges / 2)
    return found


def _quarters(one: Profile) -> dict[str, str]:
    return {name: f"{100 * share:.0f}" if one.rose.any() else "-" for name, share in quarters(one).items()}


def _abreast(title: str, profiles: Sequence[Profile], told: Callable[[Profile], dict[str, str]]) -> list[str]:
    """Tables with a column a benchmark, so many of them beside each other."""
    found = []
    for first in range(0, len(profiles), ABREAST):
        some = [told(one) for one in profiles[first : first + ABREAST]]
        names = sorted(dict.fromkeys(name for one in some for name in one), key=WITHOUT.__eq__)
        rows = [[_short(name, LONGEST_CATEGORY), *(one.get(name, "-") for one in some)] for name in names]
        heads = [title, *range(first + 1, first + 1 + len(some))]
        align = ("left", *["right"] * len(some))
        found.append(tabulate(rows, heads, disable_numparse=True, colalign=align))
    return found


def _reasons(profiles: Sequence[Profile]) -> str:
    """Why items could not be measured: the first of each benchmark."""
    found = []
    for number, one in enumerate(profiles, start=1):
        lacking = [motion for motion in one.motions if motion.magnitude is None]
        if lacking:
            first = lacking[0]
            told = f"{number}: {len(lacking)} not measured, such as {first.item_id}: {first.reason}"
            found.append(one_line(told, most=80))
    return "\n".join(found)


def _short(name: str, most: int = LONGEST_NAME) -> str:
    name = visible(name)
    return name if len(name) <= most else f"...{name[3 - most :]}"
