"""Whether a submission's scores are another model's, which is on the board."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from motionedit_bench.errors import StorageError
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.history import current
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.scoring.rows import Slot, slot

ALIKE = 0.99
"""A model of which this share of scores is another one's is taken for a copy."""
CLOSE = 1e-4
"""Scores that differ by less than this share of their metric's range are the same."""


def check_copies(
    rows: Iterable[Mapping[str, Any]], board: Path | None, itself: Path, verdict: Verdict
) -> None:
    """Look for another model on the board with the same scores, of metrics that depend on the edit.

    ``itself`` is where the submission is, perhaps on that board.
    """
    ours = _edits_scores(rows)
    if board is None or not ours:
        return
    for model, folder in current(board).items():
        own = model == verdict.model or folder.resolve() == itself.resolve()
        theirs = {} if own else _of_board(board, model, folder, verdict)
        same = sum(_same(place, value, theirs) for place, value in ours.items())
        if same >= ALIKE * len(ours):
            told = f"{same} of {len(ours)} scores are those of {model}, which is on the board"
            verdict.find("duplicate", form.SCORES, told)


def _same(place: Slot, value: float, theirs: Mapping[Slot, float]) -> bool:
    other = theirs.get(place)
    return other is not None and abs(other - value) <= CLOSE * CATALOGUE[place[1]].range


def _of_board(board: Path, model: str, folder: Path, verdict: Verdict) -> dict[Slot, float]:
    """A model's scores on the board: as it computed them, or as they were submitted."""
    known = checked(board, model, folder.name)
    try:
        return _edits_scores(read_lines(known.scores if known else folder / form.SCORES))
    except (StorageError, OSError, KeyError, TypeError, AttributeError):
        verdict.note(f"not compared with {model}: its scores on the board cannot be read")
        return {}


def _edits_scores(rows: Iterable[Mapping[str, Any]]) -> dict[Slot, float]:
    scored = (row for row in rows if row["status"] == "ok" and row["metric"] in CATALOGUE)
    return {slot(row): row["value"] for row in scored if CATALOGUE[row["metric"]].better}
