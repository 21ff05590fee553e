"""Pairs of edits that people compared, in a CSV file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from motionedit_bench.errors import UsageError, one_line
from motionedit_bench.files import write_whole
from motionedit_bench.spreadsheet import Row, as_csv, read_rows

Preferred = Literal["a", "b", "tie"]

NEEDED = ("id", "prompt", "input", "a", "b", "preferred")
COLUMNS = (*NEEDED, "category", "annotators")
COUNT = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class HumanPair:
    """Two edits of one picture, and which of them people preferred.

    Attributes:
        id: the pair's own. prompt: what the edits were to do. input, a, b: the pictures' files.
        preferred: ``a``, ``b`` or ``tie``. category: of what kind the edit is, if that is told.
        annotators: how many people it rests on, if that is told.
    """

    id: str
    prompt: str
    input: Path
    a: Path
    b: Path
    preferred: Preferred
    category: str = ""
    annotators: int | None = None


def read_pairs(path: Path) -> list[HumanPair]:
    """Pairs from a CSV file with the columns `NEEDED`, and ``category`` and ``annotators`` if it has them.

    Pictures are files, relative to the folder of the CSV file.

    Raises:
        UsageError: it cannot be read, see `read_rows`, or a line is no pair or names no file.
    """
    pairs: dict[str, HumanPair] = {}
    for where, row in read_rows(path, COLUMNS, needed=len(NEEDED)):
        pair = _pair(row, path.parent, where)
        if pair.id in pairs:
            raise UsageError(f"{where}: the id {pair.id} stands twice")
        pairs[pair.id] = pair
    if not pairs:
        raise UsageError(f"{path} holds no pair")
    return list(pairs.values())


def _pair(row: Row, folder: Path, where: str) -> HumanPair:
    for name in NEEDED:
        if not row[name]:
            raise UsageError(f"{where}: {name} is empty")
    preferred = next((one for one in get_args(Preferred) if one == row["preferred"]), None)
    if preferred is None:
        raise UsageError(f"{where}: preferred must be one of a, b, tie, but got {row['preferred']!r}")
    source, a, b = (folder / row[name] for name in ("input", "a", "b"))
    for picture in (source, a, b):
        if not _is_file(picture):
            raise UsageError(f"{where}: there is no file {one_line(picture)}")
    count = row["annotators"]
    if count and not COUNT.fullmatch(count):
        raise UsageError(f"{where}: annotators must be a whole number, but got {one_line(count, most=60)!r}")
    annotators = int(count) if count else None
    return HumanPair(row["id"], row["prompt"], source, a, b, preferred, row["category"], annotators)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def write_pairs(pairs: Iterable[HumanPair], path: Path) -> int:
    """Write pairs as `read_pairs` reads them, and return how many; pictures must lie beside the file.

    The file is there when it is whole: fewer pairs would be another benchmark.

    Raises:
        StorageError: the folder cannot be written.
    """
    rows = []
    for pair in pairs:
        pictures = [one.relative_to(path.parent).as_posix() for one in (pair.input, pair.a, pair.b)]
        rows.append((pair.id, pair.prompt, *pictures, pair.preferred, pair.category, pair.annotators))
    write_whole(path, as_csv(COLUMNS, rows))
    return len(rows)
