"""A judge within a scoring: its scores as metrics, what it said of itself, and what it would cost."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from motionedit_bench.errors import StorageError, explain
from motionedit_bench.images import decode
from motionedit_bench.metrics.base import Instruments, NotApplicable
from motionedit_bench.metrics.catalogue import JUDGED
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.judge.asking import AskingJudge
from motionedit_bench.metrics.judge.base import STATUS_OF, Case, Judge
from motionedit_bench.metrics.judge.canary import VERSION as CANARY
from motionedit_bench.metrics.judge.canary import CanaryEdit, CanaryResult, canary_edits, verdict
from motionedit_bench.metrics.judge.served import Served
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item

if TYPE_CHECKING:
    from motionedit_bench.sheet import Finding

VERSION = "1"
"""Raised whenever the same answers would give other values."""


class JudgeGauge:
    """The metrics of one judge: one judgement gives a row for each."""

    why_not = None
    reads_instruction = True

    def __init__(self, judge: Judge, names: Sequence[str] = JUDGED) -> None:
        self.judge = judge
        self.names = tuple(names)
        self.detail: dict[str, Any] = {"metric_version": VERSION, **judge.variant}

    def measure(self, item: Item, comparison: Comparison | None) -> "dict[str, Finding]":
        """(status, value, reason, terms) of one edit by metric.

        Raises:
            StorageError: answers cannot be kept; to go on would be to pay for them twice.
        """
        if comparison is None:
            raise ValueError("a judge needs an edit")
        try:
            found = self.judge.judge(Case(item.instruction, comparison))
        except StorageError:
            raise
        except NotApplicable as error:
            return dict.fromkeys(self.names, ("not_applicable", None, str(error), {}))
        except Exception as error:  # noqa: BLE001 (becomes the row's reason)
            return dict.fromkeys(self.names, ("failed", None, explain(error), {}))
        if found.outcome is not None:
            detail = {"outcome": found.outcome, **found.detail}
            return dict.fromkeys(self.names, (STATUS_OF[found.outcome], None, found.reason, detail))
        findings: dict[str, Finding] = {}
        for name in self.names:
            values = found.values(name)
            detail = {"values": list(values), "why": found.reason, **found.detail}
            findings[name] = ("ok", fmean(values), None, detail)
        return findings


def describe(judge: Judge) -> dict[str, Any]:
    """What a manifest says of a judge: how it was asked, who answered, what it cost."""
    told: dict[str, Any] = {**judge.variant, "answered_by": dict(judge.said())}
    if judge.canary is not None:
        told["canary"] = {"version": CANARY, **asdict(judge.canary)}
    model = judge.register.model if isinstance(judge, AskingJudge) else None
    if isinstance(model, Served):
        budget = model.budget
        told["calls_of_all_judges"] = budget.calls
        told["tokens_of_all_judges"] = {"in": budget.tokens_in, "out": budget.tokens_out}
        told["us_dollars_of_all_judges"] = round(budget.spent, 6) if model.price else None
    return told


def try_canary(judge: Judge, instruments: Instruments) -> CanaryResult:
    """Have a judge rate the edits of known quality, anew each time; its `canary` is then the result."""
    asked = judge.afresh()
    gauge = JudgeGauge(asked, ("fidelity",))

    def fidelity(edit: CanaryEdit) -> tuple[CanaryEdit, float | None]:
        found = gauge.measure(edit.item, canary_case(edit, instruments).comparison)
        progress.advance(failed=found["fidelity"][1] is None)
        return edit, found["fidelity"][1]

    edits = canary_edits()
    at_once = judge.concurrency if judge.asks else 1
    with (
        Progress(f"canary of {judge.spec}", len(edits), failing="unrated") as progress,
        ThreadPoolExecutor(at_once) as pool,
    ):
        judge.canary = replace(verdict(pool.map(fidelity, edits)), answered_by=asked.said())
    return judge.canary


def canary_case(edit: CanaryEdit, instruments: Instruments) -> Case:
    """One edit of known quality, as judges get it."""
    target = edit.item.target.read() if edit.item.target else None
    scene = Scene(decode(edit.item.input.read()), target, instruments)
    return Case(edit.item.instruction, Comparison(scene, decode(edit.picture.read())))


@dataclass
class Estimate:
    """What a scoring would ask of one judge.

    ``answered`` calls are in the ledger already; tokens and ``dollars`` are of the other ones, about;
    ``dollars`` is ``None`` where no price is known.
    """

    judge: str
    calls: int = 0
    answered: int = 0
    tokens_in: float = 0.0
    tokens_out: float = 0.0
    dollars: float | None = 0.0


def estimate(judge: Judge, cases: Iterable[Case], canary: Iterable[Case] = ()) -> Estimate:
    """Count the calls that judging these edits would take, and about what they would cost.

    ``canary`` are edits that are rated anew, whatever was answered before.
    """
    found = Estimate(judge.spec)
    if not isinstance(judge, AskingJudge):
        return found
    model = judge.register.model
    for asked, some in ((judge, cases), (judge.afresh(), canary)):
        for call in (call for case in some for call in asked.calls(case)):
            found.calls += 1
            if asked.register.answered(call):
                found.answered += 1
            elif isinstance(model, Served):
                tokens_in, tokens_out = model.estimate(call)
                found.tokens_in += tokens_in
                found.tokens_out += tokens_out
    if isinstance(model, Served):
        found.dollars = model.price.of(found.tokens_in, found.tokens_out) if model.price else None
    return found


def table(estimates: Sequence[Estimate]) -> str:
    """What a scoring would ask of judges, for people."""
    rows = [
        (
            one.judge,
            one.calls,
            one.answered,
            f"{one.tokens_in:,.0f}",
            f"{one.tokens_out:,.0f}",
            "no price known" if one.dollars is None else f"{one.dollars:.2f}",
        )
        for one in estimates
    ]
    head = ("judge", "calls", "answered before", "tokens in, about", "tokens out, about", "US dollars, about")
    return str(tabulate(rows, head, disable_numparse=True))
