"""The ranking with and without the comparisons in which a judge rates its own family."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import tabulate

from motionedit_bench.leaderboard.preference.families import Family, akin
from motionedit_bench.leaderboard.preference.planning import places
from motionedit_bench.leaderboard.preference.ratings import rate


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
    both = _told(rows), _told(free)
    marked = {model for model, _, _ in met}
    cells = [
        (
            f"{name} (*)" if name in marked else name,
            *(cell for told in both for cell in told.get(name, "--")),
        )
        for name in both[0]
    ]
    head = ("model", "#", "strength, %", "# without kin", "strength, %")
    lines = [str(tabulate(cells, head, disable_numparse=True)), ""]
    lines.append("Without kin: without the pairs in which a judge rates a model of its own family, (*):")
    lines += [
        f"{model} and {judge} are of {family} ({count} pairs)"
        for (model, judge, family), count in sorted(met.items())
    ]
    return "\n".join(lines)


def _told(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Place and strength of each model, best first."""
    share = {one.model: one.share for one in rate(rows).models}
    told = {name: "-" if one is None else f"{100 * one:.1f}" for name, one in share.items()}
    return {name: (str(place or "-"), told[name]) for name, place in places(rows).items()}
