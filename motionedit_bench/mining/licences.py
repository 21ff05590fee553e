"""Under which licence each video is, as the user says in a CSV file."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import UsageError

COLUMNS = ("video", "licence", "source")
"""``video``: its name in the records; ``source``, where it is from, may be left out."""


@dataclass(frozen=True)
class Licence:
    """What is known of one video's licence."""

    licence: str
    source: str = ""


def read_licences(path: Path, videos: Iterable[str]) -> Mapping[str, Licence]:
    """The licences in a file, by the videos' names; a video that is not in it has none.

    Raises:
        UsageError: it cannot be read, lacks a column, or has a line without a licence, of a video that is not
            there, or of one that it has already; with the line's number.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in COLUMNS[:2] if name not in (reader.fieldnames or ())]:
        raise UsageError(f"{path} has no column {missing[0]!r}: it needs video, licence, and may have source")
    known = set(videos)
    found: dict[str, Licence] = {}
    for row in reader:
        where = f"{path}, line {reader.line_num}"
        name, licence, source = ((row.get(column) or "").strip() for column in COLUMNS)
        if name not in known:
            raise UsageError(f"{where}: no video {name!r} among those that are mined")
        if not licence:
            raise UsageError(f"{where}: no licence of {name}: leave the line out where it is not known")
        if name in found:
            raise UsageError(f"{where}: {name} is there a second time; remove one of the lines")
        found[name] = Licence(licence, source)
    return found
