"""The ranking with and without the comparisons in which a judge rates its own family."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import tabulate

from motionedit_bench.leaderboard.preference.families import Family, akin
from motionedit_bench.leaderboard.preference.ratings import Ratings, rate


def kin_table(rows: Sequence[Mapping[str, Any]], families: Sequence[Family]) -> str | None:
    """Places and strengths by all comparisons and without those; ``None`` where no judge has kin.

    A model that is left with no comparison, or strengths that cannot be estimated, have ``-``.
    """
    kin = [akin(row, families) for row in rows]
    if not any(kin):
        return None
    met = Counter(
        (model, row["judge"], family) for row, found in zip(rows, kin, strict=True) for model, family in found
    )
    free = [row for row, found in zip(rows, kin, strict=True) if not found]
    both = _places(rate(rows)), _places(rate(free))
    marked = {model for model, _, _ in met}
    names = sorted({row[side] for row in rows for side in ("model_a", "model_b")})
    cells = [
        (
            f"{name} (*)" if name in marked else name,
            *(cell for places in both for cell in places.get(name, "--")),
        )
        for name in sorted(names, key=lambda name: int(both[0].get(name, "0")[0]))
    ]
    head = ("model", "place", "strength, %", "without kin", "strength, %")
    lines = [str(tabulate(cells, head, disable_numparse=True)), ""]
    lines.append("Without kin: without the pairs in which a judge rates a model of its own family, (*):")
    lines += [
        f"{model} and {judge} are of {family} ({count} pairs)"
        for (model, judge, family), count in sorted(met.items())
    ]
    return "\n".join(lines)


def _places(found: Ratings) -> dict[str, tuple[str, str]]:
    """Place and strength of each model that has one."""
    rated = [one for one in found.models if one.share is not None]
    return {one.model: (str(place), f"{100 * (one.share or 0):.1f}") for place, one in enumerate(rated, 1)}
