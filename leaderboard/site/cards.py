"""Who is behind a row, where a submission's card or a run's manifest says so; what is wrong says nothing."""

from collections.abc import Iterable

import orjson

from motionedit_bench.errors import MebenchError
from motionedit_bench.leaderboard.contest import Entry
from motionedit_bench.leaderboard.site.anchors import BASELINES
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds


def card_of(entry: Entry) -> form.Card | None:
    """The card of a submission; ``None`` for what is none, or has none that can be read."""
    try:
        if entry.folder.is_dir() and not (entry.folder / form.CARD).exists():
            return None
        with open_contents(entry.folder, Bounds(entry.items or 1)) as contents:
            return form.Card.model_validate_json(contents.read(form.CARD))
    except (MebenchError, OSError, LookupError, ValueError):
        return None


def baselines_of(entries: Iterable[Entry]) -> dict[str, str]:
    """By adapter, the model that one of `BASELINES` made here; a submission's word is not taken."""
    found: dict[str, str] = {}
    for entry in entries:
        if entry.standing == "measured":
            adapter = _adapter(entry)
            if adapter is not None and adapter in BASELINES:
                found.setdefault(adapter, entry.model)
    return found


def _adapter(entry: Entry) -> str | None:
    try:
        return str(orjson.loads((entry.folder / form.MANIFEST).read_bytes())["adapter"])
    except (OSError, LookupError, TypeError, ValueError):
        return None
