"""Whether a pull request to a board adds one submission and nothing else."""

from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import StorageError
from motionedit_bench.files import read_json
from motionedit_bench.leaderboard.submission.checkout import git
from motionedit_bench.leaderboard.submission.history import FIELDS, STATUS, SUBMISSIONS
from motionedit_bench.leaderboard.submission.verdict import Verdict

LONGEST_EVENT = 1000
"""Bytes of a line that says that a submission was made."""

PLAIN = "100644"
"""The mode of a file that is neither a program, nor a link, nor another repository."""


@dataclass(frozen=True)
class Change:
    """One changed path: its mode now, and ``A`` (added), ``M``, ``D`` or ``T`` (now something else)."""

    path: str
    mode: str
    kind: str


def check_changes(board: Path, base: str, verdict: Verdict) -> None:
    """Find what the checkout's last commit changes since it left ``base``, besides this one submission.

    A model's ``status.jsonl`` may get one more line, which says that this submission was made.

    Raises:
        StorageError: git knows no such base, or the folder is no checkout.
    """
    since = git(board, "merge-base", base, "HEAD").decode().strip()
    model = f"{SUBMISSIONS}/{verdict.model}/"
    inside, status = f"{model}{verdict.hash}/", f"{model}{STATUS}"
    for change in changed(board, since):
        added = change.kind == "A" and change.mode == PLAIN
        if change.path.startswith(inside) and verdict.hash and added:
            continue
        if change.path == status and change.kind in "AM" and change.mode == PLAIN:
            if not _says_it_was_made(board, since, status, verdict.hash):
                verdict.find("change", status, "may get one line: that this submission was made")
            continue
        what = "more than this submission" if added else f"changed ({change.kind}, mode {change.mode})"
        verdict.find("change", change.path, what)


def changed(board: Path, since: str) -> list[Change]:
    """All paths that differ between that commit and the last one."""
    told = git(board, "diff-tree", "-r", "-z", "--raw", "--no-renames", since, "HEAD").split(b"\0")
    found = []
    for facts, path in zip(told[0::2], told[1::2], strict=False):
        _, mode, _, _, kind = facts.decode().split(" ")
        found.append(Change(path.decode(errors="replace"), mode, kind[0]))
    return found


def _says_it_was_made(board: Path, since: str, status: str, hash_: str) -> bool:
    """Whether the events have one line more than before, and what it says."""
    try:
        before = git(board, "cat-file", "blob", f"{since}:{status}")
    except StorageError:
        before = b""
    after = git(board, "cat-file", "blob", f"HEAD:{status}")
    if not after.startswith(before) or (before and not before.endswith(b"\n")):
        return False
    return is_made(after[len(before) :], hash_)


def is_made(line: bytes, hash_: str) -> bool:
    """Whether this is one whole line, as `history.note` writes it, that says that a submission was made.

    One of another form, or without its end, could not be read together with those that follow it.
    """
    if line.find(b"\n") != len(line) - 1 or len(line) > LONGEST_EVENT:
        return False
    try:
        event = read_json(line)
    except ValueError:
        return False
    said = isinstance(event, dict) and event.keys() == set(FIELDS) and isinstance(event["utc"], str)
    return said and (event["event"], event["hash"], event["reason"]) == ("submitted", hash_, None)
