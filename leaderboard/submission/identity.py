"""Whether a submission is of the model that it says, and whether who sends it may speak for that model."""

import os
import re
from pathlib import Path

from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.history import HASH, SUBMISSIONS, first_of
from motionedit_bench.leaderboard.submission.reading import Contents, Folder
from motionedit_bench.leaderboard.submission.standing import checked, checked_before
from motionedit_bench.leaderboard.submission.verdict import Verdict


def check_identity(contents: Contents, board: Path | None, by: str | None, verdict: Verdict) -> None:
    """Folder, card and hash are of each other; the name is nobody else's; the sender is the model's first."""
    _place(contents, verdict)
    if board is None:
        return
    name = verdict.model
    others = {path.name for path in (board / SUBMISSIONS).glob("*/")} - {name}
    for other in sorted(others):
        if skeleton(other) == skeleton(name):
            verdict.find("name", form.CARD, f"{name} can be taken for {other}, which is on the board")
    same = board / SUBMISSIONS / name / verdict.hash
    itself = isinstance(contents, Folder) and same.is_dir() and contents.path.samefile(same)
    if same.exists() and not itself:
        verdict.find("duplicate", "the submission", "the very same one is on the board")
    _owner(board, by, verdict)


def _place(contents: Contents, verdict: Verdict) -> None:
    """A submission that lies as on a board lies under its own name and hash."""
    path = Path(os.path.abspath(contents.path))
    if not isinstance(contents, Folder) or path.parent.parent.name != SUBMISSIONS:
        return
    if path.parent.name != verdict.model:
        told = f"the card of {verdict.model} lies in the folder of {path.parent.name}"
        verdict.find("name", form.CARD, told)
    if path.name != verdict.hash:
        known = "another hash" if HASH.fullmatch(path.name) else "no hash"
        told = f"the folder is called by {known} than that of its {form.CHECKSUMS}, {verdict.hash}"
        verdict.find("name", "the submission", told)


def _owner(board: Path, by: str | None, verdict: Verdict) -> None:
    """Whoever made a model's first submission alone may make further ones."""
    earlier = [one.record for one in checked_before(board, verdict.model) if one.accepted]
    before = [one for one in earlier if one.hash != verdict.hash]
    if not before and first_of(board / SUBMISSIONS / verdict.model) in (None, verdict.hash):
        return
    first = before[0] if before else None
    by = by or _known(board, verdict)
    if first is not None and (_same(by, first.by) or _same(verdict.key, first.key)):
        return
    if first is None or (first.by is None and first.key is None):
        told = "it is on the board, and no check of its first submission says --by whom that was"
    elif by is None and first.by is not None:
        told = f"it is on the board, submitted by {first.by}: check it --by whoever submits now"
    else:
        told = f"it is on the board, submitted by {first.by or first.key}, not by {by or 'the same key'}"
    verdict.find("owner", verdict.model, told)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _known(board: Path, verdict: Verdict) -> str | None:
    """Who submitted this very submission, if it was checked before."""
    known = checked(board, verdict.model, verdict.hash)
    return known.record.by if known else None


def skeleton(name: str) -> str:
    """What a hasty reader sees of a name: names with the same skeleton can be taken for each other.

    >>> skeleton("FLUX_Kontext") == skeleton("fIux-K0ntext")
    True
    """
    low = re.sub(r"[._-]", "", name).replace("I", "l").lower()
    return low.replace("rn", "m").replace("vv", "w").translate(str.maketrans("01i5", "olls"))
