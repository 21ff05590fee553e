"""The journals of the stages: what was done stays done while all that it depends on is the same."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from motionedit_bench.errors import StorageError, one_line
from motionedit_bench.files import Journal, make_folder, read_lines
from motionedit_bench.records import digest_of

NEEDED = {
    "videos": ("name", "sha256"),
    "measures": ("id", "video"),
    "faces": ("id",),
    "decisions": ("id",),
    "candidates": ("id",),
    "verdicts": ("id",),
}
"""Fields besides the key that each line of a stage's journal has."""


def read_stage(bench: Path, stage: str) -> Iterator[dict[str, Any]]:
    """The lines of ``BENCH/mine/STAGE.jsonl``; none where there is no such file.

    Raises:
        StorageError: a line is damaged, or is none of that stage.
    """
    path = bench / "mine" / f"{stage}.jsonl"
    for row in read_lines(path):
        for name in ("key", *NEEDED.get(stage, ())):
            if not isinstance(row.get(name), str):
                told = one_line(row, most=80)
                raise StorageError(f"{path} has a line without {name!r}, none of mining: remove it ({told})")
        yield row


def key_of(stage: str, version: int, inputs: Any, settings: Any = None) -> str:
    """A hash of all that a line depends on: the stage's name and version, its inputs and its settings."""
    return digest_of([stage, version, inputs, settings])[:32]


class StageJournal:
    """``BENCH/mine/STAGE.jsonl``: lines with a ``key``, of equal keys the last one counts.

    ``with StageJournal(bench, "shots") as shots: row = shots.get(key) or shots.add(key, {...})``

    Raises:
        StorageError: another process writes to it, the disk is full, a line but the last is damaged or not
            of this stage.
    """

    def __init__(self, bench: Path, stage: str) -> None:
        self.path = make_folder(bench / "mine") / f"{stage}.jsonl"
        self._journal = Journal(self.path)
        self._rows: dict[str, dict[str, Any]] = {}
        try:
            for row in read_stage(bench, stage):
                self._keep(row["key"], row)
        except StorageError:
            self._journal.close()
            raise

    def get(self, key: str) -> dict[str, Any] | None:
        """The line of that key, ``None`` where there is none."""
        return self._rows.get(key)

    def add(self, key: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Write a line, which is returned with its key."""
        line = {"key": key, **row}
        self._journal.append(line)
        self._keep(key, line)
        return line

    def _keep(self, key: str, line: dict[str, Any]) -> None:
        self._rows.pop(key, None)
        self._rows[key] = line

    def rows(self) -> list[dict[str, Any]]:
        """The lines that count, in the order in which they were written."""
        return list(self._rows.values())

    def __enter__(self) -> "StageJournal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._journal.close()
