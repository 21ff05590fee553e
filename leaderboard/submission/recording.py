"""Keeps what came of a check, in the board."""

import os
from pathlib import Path

from pydantic import ValidationError

from motionedit_bench.files import write_whole
from motionedit_bench.leaderboard.submission import standing
from motionedit_bench.leaderboard.submission.history import SUBMISSIONS
from motionedit_bench.leaderboard.submission.likeness import pack_small
from motionedit_bench.leaderboard.submission.pictures import PICTURES
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.version import VERSION

NONE = "0" * 64
"""The fingerprint in a record of a check that ended before it knew the benchmark's."""


def keep(board: Path, verdict: Verdict, by: str | None, submission: Path | None = None) -> Path | None:
    """Write what came of a check beside the board's submissions; returns the folder.

    A ``submission`` that lies on the board is recorded by the names of its folders, whatever it calls itself,
    so that no older record of it stays; another one by its card and its checksums. ``None`` where these
    cannot be read. Rows are kept where it was accepted alone. An earlier record of the very same submission
    is replaced; its number stays, and who submitted it, unless that is said anew.

    Raises:
        StorageError: it cannot be written.
    """
    model, hash_ = _place(board, submission) or (verdict.model, verdict.hash)
    before = standing.checked_before(board, model)
    same = next((one.record for one in before if one.record.hash == hash_), None)
    try:
        record = standing.Recorded(
            format=1,
            model=model,
            hash=hash_,
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
            bench=verdict.bench or NONE,
            utc=standing.now(),
        )
    except ValidationError:  # neither a name nor a hash that a submission can have
        return None
    folder = standing.keep(board, record, verdict.rows if verdict.accepted else ())
    write_whole(folder / PICTURES, pack_small(verdict.pictures))
    return folder


def _place(board: Path, submission: Path | None) -> tuple[str, str] | None:
    """The model's and the submission's own folder on the board, if it lies there."""
    if submission is None:
        return None
    path = Path(os.path.abspath(submission))
    if path.parent.parent != Path(os.path.abspath(board)) / SUBMISSIONS:
        return None
    return path.parent.name, path.name
