"""How judges compare: whether they answer, what the order of showing does, and whether they agree; pure.

Takes the rows of ``comparisons.jsonl``: see `motionedit_bench.scoring.prefer.prefer`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any


@dataclass(frozen=True)
class Conduct:
    """What comparisons tell of who compared.

    Attributes:
        pairs: pairs of edits that it was to compare, each in both orders. scored: those with an outcome.
        answers: verdicts in one order, two of which a pair takes.
        flips: of the scored pairs, those of which the order changed the verdict.
        first: how often the edit shown first was preferred, of ``decided`` answers that preferred one;
            without bias it is half of them.
    """

    pairs: int
    scored: int
    answers: int
    flips: int
    first: int
    decided: int


def conduct(rows: Sequence[Mapping[str, Any]]) -> Conduct:
    """How these comparisons were made."""
    scored = [row for row in rows if row["outcome"] is not None]
    winners = [order["winner"] for row in rows for order in row["orders"]]
    first, second, ties = (winners.count(one) for one in ("first", "second", "tie"))
    flips = sum(map(flipped, scored))
    return Conduct(len(rows), len(scored), first + second + ties, flips, first, first + second)


def flipped(row: Mapping[str, Any]) -> bool:
    """Whether the judge of a comparison changed its mind with the order."""
    said = {order["winner"] for order in row["orders"]}
    return row["outcome"] == "tie" and len(said - {"tie"}) == 1


def alike(judges: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[int, int]:
    """How often two judges have the same outcome, of how often two have one of the same pair of edits."""
    told: dict[tuple[str, str, str], list[str]] = {}
    for rows in judges.values():
        for row in rows:
            if row["outcome"] is not None:
                pair = (row["item_id"], row["model_a"], row["model_b"])
                told.setdefault(pair, []).append(row["outcome"])
    both = [one == other for outcomes in told.values() for one, other in combinations(outcomes, 2)]
    return sum(both), len(both)
