"""What people chose, as ``humans.csv`` has it: one line a vote."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from motionedit_bench.errors import UsageError
from motionedit_bench.files import write_whole
from motionedit_bench.spreadsheet import Row, as_csv, read_rows

COLUMNS = ("item_id", "model_a", "model_b", "annotator", "choice")
CHOICES = ("a", "b", "tie")


@dataclass(frozen=True)
class Ballot:
    """One vote: which of two edits of an item an annotator prefers, ``a``, ``b`` or ``tie``.

    ``where`` is the line that it was read from, for messages.
    """

    item: str
    a: str
    b: str
    annotator: str
    choice: str
    where: str = field(default="", compare=False)

    @property
    def preferred(self) -> str | None:
        """The model that it is for; ``None`` for a tie."""
        return {"a": self.a, "b": self.b}.get(self.choice)


def read_ballots(path: Path) -> Iterator[Ballot]:
    """The lines of a CSV file with the columns `COLUMNS`.

    Raises:
        UsageError: it cannot be read, see `read_rows`, a line is not a vote, or there is none.
    """
    empty = True
    for where, row in read_rows(path, COLUMNS, needed=len(COLUMNS)):
        yield _ballot(row, where)
        empty = False
    if empty:
        raise UsageError(f"{path} holds no vote")


def _ballot(row: Row, where: str) -> Ballot:
    item, a, b, annotator, choice = (row[name] for name in COLUMNS)
    if choice not in CHOICES:
        raise UsageError(f"{where}: choice must be one of {', '.join(CHOICES)}, but got {choice!r}")
    if not (item and annotator and a and b) or a == b:
        raise UsageError(f"{where}: a vote needs an item, an annotator and two different models")
    return Ballot(item, a, b, annotator, choice, where)


def write_ballots(ballots: Iterable[Ballot], path: Path) -> None:
    """Write them as `read_ballots` reads them.

    Raises:
        StorageError: the file cannot be written.
    """
    rows = ((one.item, one.a, one.b, one.annotator, one.choice) for one in ballots)
    write_whole(path, as_csv(COLUMNS, rows))
