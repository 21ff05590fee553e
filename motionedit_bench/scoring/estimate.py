"""What a scoring would ask of judges."""

from collections.abc import Iterable, Sequence

from tabulate import tabulate

from motionedit_bench.metrics.judge.base import Case, Judge
from motionedit_bench.metrics.judge.estimate import Estimate


def estimate(judge: Judge, cases: Iterable[Case], canary: Iterable[Case] = ()) -> Estimate:
    """Count the calls that judging these edits would take, and about what they would cost.

    ``canary`` are edits that are rated anew, whatever was answered before.
    """
    return judge.estimate(cases) + judge.afresh().estimate(canary)


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
