"""Stages 5 and 6 together: one decision a pair, and how many each rule dropped."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from motionedit_bench.mining.duplicates import without_duplicates
from motionedit_bench.mining.elsewhere import Elsewhere
from motionedit_bench.mining.gates import best_of_shots, gate
from motionedit_bench.mining.records import Decision, Measured, Rule
from motionedit_bench.mining.settings import Settings

RULES: tuple[Rule, ...] = get_args(Rule)


def decide(
    measured: Sequence[Measured],
    settings: Settings,
    limit: int | None = None,
    others: Elsewhere | None = None,
) -> list[Decision]:
    """Whether each pair is kept, or which rule dropped it; in the pairs' order.

    Each pair is held against the bounds first, then against those of its shot, then against all. At most
    ``limit`` are kept in the end.
    """
    decisions = {one.pair.id: gate(one, settings.gates) for one in measured}

    def kept() -> list[Measured]:
        return [one for one in measured if decisions[one.pair.id].kept]

    if others:
        decisions |= {one.id: one for one in others.decide(kept(), settings.gates.duplicate)}
    decisions |= {one.id: one for one in best_of_shots(kept(), settings.pairs.per_shot)}
    decisions |= {one.id: one for one in without_duplicates(kept(), settings.gates.duplicate, limit)}
    return list(decisions.values())


def counts(decisions: Iterable[Decision]) -> dict[str, int]:
    """How many pairs each rule dropped, in the rules' order; rules that dropped none are there as well."""
    found = Counter(decision.rule for decision in decisions)
    return {rule: found[rule] for rule in RULES}
