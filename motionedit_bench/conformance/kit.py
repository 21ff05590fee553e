"""How promises are tried one after the other, and told."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tabulate import tabulate

from motionedit_bench.errors import EditRefused, explain
from motionedit_bench.progress import Progress

Outcome = Literal["pass", "FAIL", "skipped"]

Step = tuple[str, Callable[[], object]]
"""A promise's name, and what tries it."""


@dataclass(frozen=True)
class Finding:
    """What came of one check; ``reason`` says why it was not passed."""

    check: str
    outcome: Outcome
    reason: str = ""


class Broken(Exception):
    """A promise is not kept; the text says which."""


class Skipped(Exception):
    """A check does not apply; the text says why."""


def try_all(steps: Sequence[Step], needed: int = 2) -> list[Finding]:
    """Try each promise, and say what came of it; without the first so many the others are skipped."""
    findings: list[Finding] = []
    with Progress("checking", len(steps), failing="FAIL") as progress:
        for name, step in steps:
            missing = [finding.check for finding in findings[:needed] if finding.outcome != "pass"]
            findings.append(
                Finding(name, "skipped", f"not tried without {missing[0]!r}") if missing else _try(name, step)
            )
            progress.advance(failed=findings[-1].outcome == "FAIL")
    return findings


def table(findings: Sequence[Finding]) -> str:
    """The findings, one a line, and how many there are of each outcome."""
    rows = [(finding.check, finding.outcome, finding.reason) for finding in findings]
    counts = Counter(finding.outcome for finding in findings)
    return (
        str(tabulate(rows, ("check", "outcome", "reason"), maxcolwidths=[None, None, 72]))
        + "\n\n"
        + ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    )


def _try(name: str, step: Callable[[], object]) -> Finding:
    try:
        step()
    except Skipped as error:
        return Finding(name, "skipped", str(error))
    except EditRefused as error:
        return Finding(name, "skipped", f"declined: {error}")
    except Broken as error:
        return Finding(name, "FAIL", str(error))
    except Exception as error:  # noqa: BLE001 (foreign code: becomes the finding's reason)
        return Finding(name, "FAIL", explain(error))
    return Finding(name, "pass")
