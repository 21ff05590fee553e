"""What became of each model's submissions on a board: kept as events, one a line, never changed.

A board is a folder with ``submissions/<model>/<hash>/``, and ``submissions/<model>/status.jsonl`` beside
them.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

from motionedit_bench.errors import StorageError, explain
from motionedit_bench.files import Journal, make_folder, read_lines
from motionedit_bench.progress import warn

SUBMISSIONS = "submissions"
STATUS = "status.jsonl"
HASH = re.compile(r"[0-9a-f]{64}")


def current(board: Path) -> dict[str, Path]:
    """The submission of each model that counts: the last that was made, unless it was withdrawn.

    A model whose events cannot be read has none, and a warning says so.
    """
    found = {}
    for folder in sorted(path for path in (board / SUBMISSIONS).glob("*") if path.is_dir()):
        try:
            events = list(read_lines(folder / STATUS))
        except (StorageError, OSError) as error:
            warn(f"left out: {folder.name}: {explain(error)}")
            continue
        last = events[-1] if events else {}
        name = str(last.get("hash"))
        if last.get("event") == "submitted" and HASH.fullmatch(name) and (folder / name).is_dir():
            found[folder.name] = folder / name
    return found


def note(folder: Path, event: str, name: str, reason: str | None = None) -> None:
    """Add an event (``submitted``, ``withdrawn``) to a model's folder."""
    with Journal(make_folder(folder) / STATUS) as journal:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        journal.append({"event": event, "hash": name, "reason": reason, "utc": when})
