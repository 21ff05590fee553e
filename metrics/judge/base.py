"""What a judge is: it rates one edit, and everything that can come of that is a status."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any, Literal

from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.judge.answer import Winner
from motionedit_bench.metrics.judge.estimate import Estimate
from motionedit_bench.metrics.judge.rubric import SCALES
from motionedit_bench.records import Status

Outcome = Literal["refused", "unparsed", "transport", "over_budget"]
"""Why a judge gave no score. None of these is the edit's fault."""

STATUS_OF: Mapping[Outcome, Status] = {
    "refused": "refused",
    "unparsed": "unparsed",
    "transport": "failed",
    "over_budget": "unavailable",
}


@dataclass(frozen=True)
class Judgement:
    """What a judge made of one edit.

    Attributes:
        scores: by scale, 0 to 5, one for each repeat; empty where any repeat gave none.
        outcome, reason: why there are no scores; a reason alone is the judge's own.
        detail: what was answered, enough to read the scores from it again.
        answered_by: the models that the server says it used, in order of their names.
    """

    scores: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    outcome: Outcome | None = None
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    answered_by: tuple[str, ...] = ()

    def values(self, metric: str) -> tuple[float, ...]:
        """One metric's value for each repeat; `overall` is the mean of the three (paper, section 4)."""
        if metric != "overall":
            return self.scores[metric]
        return tuple(fmean(three) for three in zip(*(self.scores[name] for name in SCALES), strict=True))


@dataclass(frozen=True)
class Preference:
    """What a judge made of two edits: which it prefers, or the outcome and reason why it says none.

    ``answered_by``: see `Judgement`.
    """

    winner: Winner | None
    outcome: Outcome | None = None
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    answered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One edit before a judge. The comparison has pictures and flows, ready when asked for."""

    instruction: str
    comparison: Comparison


class Judge(ABC):
    """Rates edits on three scales; equal pictures under equal settings are rated equally.

    Attributes:
        spec: its name as the user gave it: ``reference``, ``openai:MODEL``.
        asks: whether it asks a model, and waits for answers more than it computes.
        concurrency: how many edits it may rate at once, if it asks.
    """

    spec: str
    asks: bool = False
    concurrency: int = 1

    @property
    @abstractmethod
    def choice(self) -> dict[str, str]:
        """What the user chose: ``judge`` and ``protocol``, and whatever else keeps rows beside each other."""

    @property
    @abstractmethod
    def versions(self) -> dict[str, str]:
        """What else sets columns apart: ``rubric`` and ``repeats``, and versions of what it computes with."""

    @property
    def settings(self) -> dict[str, Any]:
        """All else that its scores depend on besides the pictures; JSON values."""
        return {}

    @property
    def preference_wording(self) -> str:
        """Version and hash of what is asked about two edits."""
        return self.versions["rubric"]

    @abstractmethod
    def judge(self, case: Case) -> Judgement:
        """Rate one edit; whatever goes wrong is an outcome.

        Raises:
            NotApplicable: nobody's edit of this item can be rated by this judge.
        """

    @abstractmethod
    def prefer(self, first: Case, second: Case) -> Preference:
        """Which of two edits of one item is better, with the first shown first; see `judge`."""

    def afresh(self) -> "Judge":
        """The same judge without a memory: what it says now, whatever it said before."""
        return self

    def facts(self) -> dict[str, Any]:
        """What a manifest says of it: how it was asked, who answered, what it cost; JSON values."""
        return {**self.choice, **self.versions, **self.settings, "answered_by": dict(self.said())}

    def estimate(self, cases: Iterable[Case]) -> Estimate:
        """What rating these edits would take; nothing is asked."""
        return Estimate(self.spec)

    def estimate_preferences(self, pairs: Iterable[tuple[Case, Case]]) -> Estimate:
        """What comparing these edits would take, each two in this order; nothing is asked."""
        return Estimate(self.spec)

    def said(self) -> Mapping[str, int]:
        """Which models the server says it used, and for how many answers."""
        return {}

    def close(self) -> None:  # noqa: B027 (most hold nothing)
        """Give back what it holds."""
