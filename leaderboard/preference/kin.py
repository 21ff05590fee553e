"""The ranking with and without the comparisons in which a judge rates its own family."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tabulate import tabulate

from motionedit_bench.leaderboard.preference.families import Family, akin
from motionedit_bench.leaderboard.preference.order import Position, as_text, order


@dataclass(frozen=True)
class Kin:
    """Comparisons in which a judge met its own family.

    Attributes:
        met: in how many pairs, by (model, judge, family). free: the rows of all others.
    """

    met: Mapping[tuple[str, str, str], int]
    free: Sequence[Mapping[str, Any]]

    @property
    def models(self) -> set[str]:
        """Those that are of the family of one of their judges."""
        return {model for model, _, _ in self.met}

    def told(self) -> list[str]:
        """Who is akin to whom, a line each."""
        return [
            f"{model} and {judge} are of {family} ({count} pairs)"
            for (model, judge, family), count in sorted(self.met.items())
        ]


def kin_of(rows: Sequence[Mapping[str, Any]], families: Sequence[Family]) -> Kin | None:
    """Who met its own family in these rows of ``comparisons.jsonl``; ``None`` where no judge did."""
    found = [akin(row, families) for row in rows]
    if not any(found):
        return None
    met = Counter(
        (model, row["judge"], family) for row, own in zip(rows, found, strict=True) for model, family in own
    )
    return Kin(met, [row for row, own in zip(rows, found, strict=True) if not own])


def kin_table(rows: Sequence[Mapping[str, Any]], families: Sequence[Family]) -> str | None:
    """Places and strengths by all comparisons and without those; ``None`` where no judge has kin.

    A model that is left with no comparison, or strengths that cannot be estimated, have ``-``.
    """
    kin = kin_of(rows, families)
    if kin is None:
        return None
    free = order(kin.free)
    cells = [
        (
            f"{name} (*)" if name in kin.models else name,
            *as_text(position),
            *as_text(free.get(name, Position())),
        )
        for name, position in order(rows).items()
    ]
    head = ("model", "#", "strength, %", "# without kin", "strength, %")
    lines = [str(tabulate(cells, head, disable_numparse=True)), ""]
    lines.append("Without kin: without the pairs in which a judge rates a model of its own family, (*):")
    return "\n".join([*lines, *kin.told()])
