"""What became of each model's submissions on a board: kept as events, one a line, never changed.

A board is a folder with ``submissions/<model>/<hash>/``, and ``submissions/<model>/status.jsonl`` beside
them.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motionedit_bench.errors import StorageError
from motionedit_bench.files import Journal, make_folder, read_lines
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.progress import warn

SUBMISSIONS = "submissions"
STATUS = "status.jsonl"
FIELDS = ("event", "hash", "reason", "utc")
"""Of an event."""
HASH = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a model's folder may be called."""


def current(board: Path) -> dict[str, Path]:
    """The submission of each model that counts: the last that a check accepted, of those not withdrawn.

    Where no check has accepted any, it is the last that was made: what was rejected, or is not checked yet,
    takes no other's place. A model whose events cannot be read is left out, with a warning.
    """
    found = {}
    for folder in sorted((board / SUBMISSIONS).glob("*")):
        if folder.is_symlink() or not folder.is_dir() or not NAME.fullmatch(folder.name):
            continue
        made = _standing(folder)
        records = {name: checked(board, folder.name, name) for name in made}
        accepted = [name for name, record in records.items() if record is not None and record.accepted]
        if made:
            found[folder.name] = folder / (accepted or made)[-1]
    return found


def _standing(folder: Path) -> list[str]:
    """The hashes of a model's submissions that are not withdrawn, in their order; none where the last is."""
    made: list[str] = []
    events = _events(folder)
    for event in events:
        name = str(event.get("hash"))
        made = [one for one in made if one != name]
        if event.get("event") == "submitted" and HASH.fullmatch(name) and _is_own(folder / name):
            made.append(name)
    return made if events and events[-1].get("event") == "submitted" else []


def first_of(folder: Path) -> str | None:
    """The hash of the first submission in a model's folder that is still there."""
    named = [str(event.get("hash")) for event in _events(folder) if event.get("event") == "submitted"]
    there = [name for name in named if HASH.fullmatch(name) and _is_own(folder / name)]
    others = sorted(path.name for path in folder.glob("*/") if HASH.fullmatch(path.name))
    return next(iter([*there, *others]), None)


def _events(folder: Path) -> list[dict[str, Any]]:
    if (folder / STATUS).is_symlink():
        warn(f"{folder.name} is left out: its {STATUS} is a link")
        return []
    try:
        return list(read_lines(folder / STATUS))
    except (StorageError, OSError) as error:
        warn(f"{folder.name} is left out: {error}")
        return []


def _is_own(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink()


def note(folder: Path, event: str, name: str, reason: str | None = None) -> None:
    """Add an event (``submitted``, ``withdrawn``) to a model's folder."""
    with Journal(make_folder(folder) / STATUS) as journal:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        journal.append(dict(zip(FIELDS, (event, name, reason, when), strict=True)))
