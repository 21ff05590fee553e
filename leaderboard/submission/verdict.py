"""What came of a check: what is wrong with a submission, and what should be known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tabulate import tabulate

from motionedit_bench.errors import one_line
from motionedit_bench.leaderboard.submission.likeness import Small
from motionedit_bench.leaderboard.submission.reading import shown
from motionedit_bench.leaderboard.submission.standing import Standing, weakest

MOST_FINDINGS = 50
"""So many are told; where there are more, the number is."""

OUTSIDE = "rejected: not checked within its limits"
"""The word where a check took more than its policy allows."""
CRASHED = "not checked: the check itself failed"
"""The word where nothing is known of the submission."""
APART = "shown apart, never ranked with others"


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
        model: the name on the card. hash: the submission's, of its checksums. bench: the fingerprint
            of the board's benchmark. key: the fingerprint of the key that signed it, if one did.
        findings: what is wrong; one is enough to reject.
        looks: what a person has to look at before its figures count; no reason to reject.
        notes: what should be known, such as how much could be recomputed.
        partial: what of the board's headline is not there for every item.
        untaken: what of it is there, and not of a standing by which the board ranks.
        rows: the board's own rows, each with its ``standing``. pictures: a small picture of each edit.
        seed: with which a sample was drawn.
        outside: what the check went beyond, where it was ended at its limits.
        crashed: how the check itself failed, where it did; nothing is known of the submission then.
    """

    model: str = "?"
    hash: str = ""
    bench: str = ""
    key: str | None = None
    findings: list[Finding] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    untaken: list[str] = field(default_factory=list)
    rows: Sequence[dict[str, Any]] = ()
    pictures: Mapping[str, Small] = field(default_factory=dict)
    seed: int = 0
    outside: str = ""
    crashed: str = ""

    @property
    def complete(self) -> bool:
        """Whether all of the board's headline is there for every item."""
        return bool(self.rows) and not self.partial

    @property
    def accepted(self) -> bool:
        return not (self.findings or self.looks or self.outside or self.crashed)

    @property
    def word(self) -> str:
        if self.crashed:
            return CRASHED
        if self.outside:
            return f"{OUTSIDE}: {self.outside}"
        if self.findings:
            return "rejected"
        if self.looks:
            return "to be looked at by a person: not verified"
        standings: set[Standing] = {row["standing"] for row in self.rows}
        least = weakest(sorted(standings)) if standings else "recomputed"
        mixed = len(standings) > 1
        if not self.complete:
            return f"accepted as partial{' and claimed' if least == 'claimed' else ''}: shown, never ranked"
        if least == "recomputed":
            return "verified"
        if least == "reread":
            return f"accepted{', in part' * mixed} as re-read from recorded answers, which prove nothing"
        return f"accepted{', in part' * mixed} as claimed: {'what is claimed is ' * mixed}{APART}"

    def find(self, kind: str, where: str, what: object) -> None:
        self.findings.append(Finding(kind, shown(where)[1:-1], _printable(what)))

    def note(self, what: str) -> None:
        self.notes.append(_printable(what, 500))

    def look(self, what: str) -> None:
        self.looks.append(_printable(what))


def _printable(text: object, most: int = 200) -> str:
    """One line that acts on no terminal, and is no line of the verdict's own."""
    return one_line(ascii(str(text))[1:-1], most)


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
    lines += [*verdict.notes, *(f"look: {one}" for one in verdict.looks[:MOST_FINDINGS])]
    if len(verdict.looks) > MOST_FINDINGS:
        lines.append(f"look: and {len(verdict.looks) - MOST_FINDINGS} more")
    if not verdict.findings:
        lines += [f"not ranked: {one}" for one in (*verdict.partial, *verdict.untaken)]
    lines += [verdict.crashed] if verdict.crashed else []
    return "\n".join([*lines, f"{verdict.model}: {verdict.word}"])
