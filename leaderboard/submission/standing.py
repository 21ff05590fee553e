"""How far a board can vouch for a figure, and the board's own record of each check.

The record of a check lies outside of what was submitted, at ``checks/<model>/<hash>/`` in the board's
folder: ``check.json`` says what came of it, ``scores.jsonl`` holds the board's own rows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.leaderboard.submission.format import Hash, Name
from motionedit_bench.predictions import SCORES

CHECKS = "checks"
CHECK = "check.json"

Standing = Literal["recomputed", "reread", "claimed"]
"""``recomputed``: by the board, from the pictures themselves. ``reread``: from the answers that a judge is
said to have given; they agree with the value, and nothing proves them. ``claimed``: neither."""

STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""From the strongest to the weakest."""


class Recorded(BaseModel):
    """``check.json``: what came of one check.

    Attributes:
        word: the verdict, for people.
        accepted: whether its figures may be shown as what the record says that they are; a submission that
            was rejected, or that a person has to look at first, is none of these.
        complete: whether every figure that the board asks for is there for every item.
        number: which of the model's recorded submissions it is, from 1 on; clocks can go backwards.
        by: who submitted, as the platform knows them. key: the fingerprint of the key that signed it.
        bench: the fingerprint of the board's benchmark.
    """

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    format: Literal[1]
    model: Name
    hash: Hash
    number: int
    word: str
    accepted: bool
    complete: bool
    seed: int
    notes: list[str]
    findings: int
    by: str | None
    key: str | None = None
    version: str
    bench: Hash
    utc: str


@dataclass(frozen=True)
class Checked:
    """A recorded check, and where the board's own rows are: score rows with a ``standing``."""

    record: Recorded
    scores: Path

    @property
    def accepted(self) -> bool:
        return self.record.accepted


def weakest(standings: Sequence[Standing]) -> Standing:
    """What can be said of a figure that rests on several.

    >>> weakest(["recomputed", "claimed", "reread"])
    'claimed'
    """
    return max(standings, key=STANDINGS.index)


def checked(board: Path, model: str, hash_: str) -> Checked | None:
    """The record of a submission's check; ``None`` where there is none that can be read."""
    folder = board / CHECKS / model / hash_
    try:
        found = Recorded.model_validate_json((folder / CHECK).read_bytes())
    except (OSError, ValidationError):
        return None
    named = (found.model, found.hash) == (model, hash_)
    return Checked(found, folder / SCORES) if named and (folder / SCORES).is_file() else None


def checked_before(board: Path, model: str) -> list[Checked]:
    """All recorded checks of a model's submissions, the first submission first."""
    folders = sorted((board / CHECKS / model).glob("*/"))
    found = [one for folder in folders if (one := checked(board, model, folder.name))]
    return sorted(found, key=lambda one: one.record.number)


def keep(board: Path, record: Recorded, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write a check's record, in place of an earlier one of the very same submission; returns its folder.

    Raises:
        StorageError: it cannot be written.
    """
    folder = make_folder(board / CHECKS / record.model / record.hash)
    lines = [json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows]
    write_whole(folder / SCORES, "".join(lines).encode())
    write_whole(folder / CHECK, (record.model_dump_json(indent=1) + "\n").encode())
    return folder


def now() -> str:
    """The time of a record."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
