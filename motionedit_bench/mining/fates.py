"""What became of each candidate in the end, and who said so: a judge, a person, or nobody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motionedit_bench.mining.judging import Judged
from motionedit_bench.mining.records import Candidate
from motionedit_bench.mining.report import ABOUT_JUDGE, NO_VERDICT
from motionedit_bench.mining.written import Written

Said = Mapping[str, Sequence[Judged]]
"""All that judges ever said of candidates, by id, the latest last."""

BY_HAND = "left out by hand"
NOT_WRITTEN = "no instruction is written"


@dataclass(frozen=True)
class Fates:
    """What became of candidates.

    Attributes:
        left: how many are no items, by the reason in words; sums to the candidates that are none.
        by_judge: how many items have instruction and category as a judge said them. by_hand: the others.
        judges: the models that answered about the former, as their servers call them.
    """

    left: Mapping[str, int]
    by_judge: int
    by_hand: int
    judges: Sequence[str]


def fates(candidates: Sequence[Candidate], chosen: Mapping[str, Written], said: Said) -> Fates:
    """The fates of candidates, from what is written for them in the end and what judges said.

    A line that a judge's verdict once came to, and nobody changed, is the judge's.
    """
    left: Counter[str] = Counter()
    judged: list[Judged] = []
    by_hand = 0
    for one in candidates:
        own = chosen.get(one.id, Written())
        verdict = next((told for told in reversed(said.get(one.id, ())) if told.written == own), None)
        if own.is_usable and verdict:
            judged.append(verdict)
        elif own.is_usable:
            by_hand += 1
        else:
            left[_why(own, verdict)] += 1
    judges = sorted({model for one in judged for model in one.answered_by})
    return Fates(dict(sorted(left.items())), len(judged), by_hand, judges)


def _why(own: Written, verdict: Judged | None) -> str:
    """Why no item came of a candidate."""
    if verdict and verdict.rule:
        return ABOUT_JUDGE[verdict.rule]
    if verdict and verdict.kept is None:
        return f"{NO_VERDICT} ({verdict.status})"
    return BY_HAND if own.keep is False else NOT_WRITTEN
