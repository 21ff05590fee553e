"""Under which licence each video is, as the user says in a CSV file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import UsageError
from motionedit_bench.spreadsheet import read_rows
from motionedit_bench.texts import visible

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
        UsageError: it cannot be read, see `read_rows`, or has a line without a licence, of a video that is
            not there, or of one that it has already; with the line's number.
    """
    known = set(videos)
    found: dict[str, Licence] = {}
    for where, row in read_rows(path, COLUMNS, needed=2):
        name, licence, source = (row[column].strip() for column in COLUMNS)
        if not (name or licence or source):
            continue  # spreadsheets leave such lines at the end
        if name not in known:
            raise UsageError(f"{where}: no video {name!r} among those that are mined")
        if not licence:
            raise UsageError(
                f"{where}: no licence of {visible(name)}: leave the line out where it is not known"
            )
        if name in found:
            raise UsageError(f"{where}: {visible(name)} is there a second time; remove one of the lines")
        found[name] = Licence(licence, source)
    return found
