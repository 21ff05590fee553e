"""What came of a check: what is wrong with a submission, and what should be known of it."""

from dataclasses import dataclass, field

from tabulate import tabulate

from motionedit_bench.errors import one_line
from motionedit_bench.leaderboard.submission.reading import shown

MOST_FINDINGS = 50
"""So many are told; where there are more, the number is."""


@dataclass(frozen=True)
class Finding:
    """What is wrong: of which kind, where, and what; texts can be printed as they are."""

    kind: str
    where: str
    what: str


@dataclass
class Verdict:
    """What came of a check.

    Attributes:
        findings: what is wrong; one is enough to reject.
        notes: what should be known, such as how much could be recomputed.
        complete: whether every item that can be scored has a score, in every column.
        seed: with which the sample was drawn.
    """

    model: str = "?"
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    complete: bool = False
    seed: int = 0

    @property
    def word(self) -> str:
        if self.findings:
            return "rejected"
        return "accepted" if self.complete else "accepted as partial: shown, never ranked"

    def find(self, kind: str, where: str, what: object) -> None:
        told = one_line(ascii(str(what))[1:-1])
        self.findings.append(Finding(kind, shown(where)[1:-1], told))


def table(verdict: Verdict) -> str:
    """A verdict for people."""
    lines = []
    if verdict.findings:
        told = [(one.kind, one.where, one.what) for one in verdict.findings[:MOST_FINDINGS]]
        widths = [None, 40, 60]
        lines.append(
            str(tabulate(told, ("finding", "where", "what"), disable_numparse=True, maxcolwidths=widths))
        )
        if len(verdict.findings) > MOST_FINDINGS:
            lines.append(f"and {len(verdict.findings) - MOST_FINDINGS} more")
        lines.append("")
    lines += [*verdict.notes, f"{verdict.model}: {verdict.word}"]
    return "\n".join(lines)
