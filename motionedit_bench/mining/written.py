"""``instructions.csv``: what a person or a judge wrote for the candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import UsageError
from motionedit_bench.files import write_whole
from motionedit_bench.mining.hidden import hidden_in
from motionedit_bench.mining.records import CATEGORIES, Candidate
from motionedit_bench.spreadsheet import Row, as_csv, read_rows

COLUMNS = ("id", "prompt", "category", "keep")
"""``keep`` is ``yes``, ``no`` or empty; ``no`` leaves the pair out, whatever else its line says."""


@dataclass(frozen=True)
class Written:
    """What is written for one candidate; an empty ``prompt`` is none yet, an empty ``category`` none."""

    prompt: str = ""
    category: str = ""
    keep: bool | None = None

    @property
    def is_usable(self) -> bool:
        """Whether an item can be made of it."""
        return bool(self.prompt) and self.keep is not False


def read_written(path: Path) -> dict[str, Written]:
    """What is written, by the candidates' ids.

    Raises:
        UsageError: it cannot be read, see `read_rows`, lacks an id or names one twice, has a category or a
            ``keep`` that there is not, or a prompt with what is not seen; with the line's number.
    """
    written: dict[str, Written] = {}
    for where, row in read_rows(path, COLUMNS, needed=2):
        name = row["id"].strip()
        if not any(text.strip() for text in row.values()):
            continue  # spreadsheets leave such lines at the end
        if not name:
            raise UsageError(f"{where}: no id: it is that of the candidate, as in instructions.csv")
        if name in written:
            raise UsageError(f"{where}: {name!r} is there a second time; remove one of them")
        written[name] = _one(row, where)
    return written


def _one(row: Row, where: str) -> Written:
    prompt, category, keep = (row[name].strip() for name in COLUMNS[1:])
    if category and category not in CATEGORIES:
        raise UsageError(f"{where}: no category {category!r}: use one of {'; '.join(CATEGORIES)}; or none")
    if keep not in ("", "yes", "no"):
        raise UsageError(f"{where}: keep must be yes, no or empty, but got {keep!r}")
    if hidden := hidden_in(prompt):
        raise UsageError(f"{where}: the prompt has the character {hidden}, which is not seen: write it anew")
    return Written(" ".join(prompt.split()), category, {"yes": True, "no": False}.get(keep))


def write_written(path: Path, candidates: Sequence[Candidate], written: Mapping[str, Written]) -> None:
    """A line for each candidate, with what is written for it; then what is written for others."""
    ids = [one.id for one in candidates]
    others = [name for name in written if name not in set(ids) and written[name] != Written()]
    rows = []
    for name in (*ids, *others):
        own = written.get(name, Written())
        rows.append((name, own.prompt, own.category, {True: "yes", False: "no", None: ""}[own.keep]))
    content = as_csv(COLUMNS, rows)
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)
