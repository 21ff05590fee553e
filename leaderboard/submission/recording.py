"""Keeps what came of a check, in the board."""

from pathlib import Path

from motionedit_bench.files import write_whole
from motionedit_bench.leaderboard.submission import standing
from motionedit_bench.leaderboard.submission.likeness import pack_small
from motionedit_bench.leaderboard.submission.pictures import PICTURES
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.version import VERSION


def keep(board: Path, verdict: Verdict, by: str | None) -> Path:
    """Write what came of a check beside the board's submissions; returns the folder.

    Rows are kept where it was accepted alone. An earlier record of the very same submission is replaced;
    its number stays, and who submitted it, unless that is said anew.

    Raises:
        StorageError: it cannot be written.
    """
    before = standing.checked_before(board, verdict.model)
    same = next((one.record for one in before if one.record.hash == verdict.hash), None)
    record = standing.Recorded(
        format=1,
        model=verdict.model,
        hash=verdict.hash,
        number=same.number if same else 1 + max((one.record.number for one in before), default=0),
        word=verdict.word,
        accepted=verdict.accepted,
        complete=verdict.complete,
        seed=verdict.seed,
        notes=[*verdict.notes, *verdict.looks, *verdict.partial, *verdict.untaken],
        findings=len(verdict.findings),
        by=by or (same.by if same else None),
        key=verdict.key,
        version=VERSION,
        bench=verdict.bench,
        utc=standing.now(),
    )
    folder = standing.keep(board, record, verdict.rows if verdict.accepted else ())
    write_whole(folder / PICTURES, pack_small(verdict.pictures))
    return folder
