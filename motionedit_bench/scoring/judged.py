"""A judge within a scoring: what it says, as findings of its metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

from motionedit_bench.metrics.catalogue import JUDGED
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.judge.base import Case, Judge, Judgement
from motionedit_bench.records import Item
from motionedit_bench.scoring.canary import VERSION as CANARY
from motionedit_bench.scoring.canary import CanaryResult
from motionedit_bench.scoring.finding import Finding
from motionedit_bench.scoring.hearing import answered_by, hear

VERSION = "1"
"""Raised whenever the same judgements would give other values; for answers see `answer.READING`."""


class JudgeGauge:
    """The metrics of one judge: one judgement gives a finding for each.

    ``canary`` is how it rated edits of known quality, if it was tried on them.
    """

    why_not: str | None = None
    reads_instruction = True

    def __init__(
        self, judge: Judge, names: Sequence[str] = JUDGED, canary: CanaryResult | None = None
    ) -> None:
        self.judge = judge
        self.names: tuple[str, ...] = tuple(names)
        self.choice: Mapping[str, str] = judge.choice
        self.versions: Mapping[str, str] = {"metric_version": VERSION, **judge.versions}
        self.settings: Mapping[str, Any] = judge.settings
        self._canary = canary

    def measure(self, item: Item, comparison: Comparison) -> Mapping[str, Finding]:
        said, gap = hear(lambda: (self.judge.judge(Case(item.instruction, comparison)),))
        if gap is not None:
            return dict.fromkeys(self.names, gap)
        (judgement,) = said
        return {name: _finding(judgement, name) for name in self.names}

    def facts(self) -> dict[str, Any]:
        """What a manifest says of the judge; JSON values."""
        tried = {} if self._canary is None else {"canary": {"version": CANARY, **asdict(self._canary)}}
        return self.judge.facts() | tried


def _finding(judgement: Judgement, name: str) -> Finding:
    values = judgement.values(name)
    terms = {"values": list(values), "why": judgement.reason, **judgement.detail}
    return Finding("ok", fmean(values), terms=terms, versions=answered_by([judgement]))
