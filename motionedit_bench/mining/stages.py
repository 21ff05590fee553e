"""How a stage that decodes videos is done: what its journal lacks, by an engine, in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motionedit_bench.engines import Done, Engine
from motionedit_bench.mining.journals import StageJournal
from motionedit_bench.mining.work import Absent, Task
from motionedit_bench.progress import Progress, warn

AHEAD = 16
"""Pieces of work that may be under way, or wait for their turn in a journal."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Unit:
    """A piece of work, and the keys of the lines that come of it."""

    keys: tuple[str, ...]
    task: Task


class Stages:
    """What the stages have in common: the benchmark's folder, the engine, and how many units were lost."""

    def __init__(self, bench: Path, engine: Engine[Task, Any]) -> None:
        self.bench = bench
        self.engine = engine
        self.lost = 0

    def fill(
        self, stage: str, units: Callable[[StageJournal], Sequence[Unit]], rows: Callable[[Task, Any], Rows]
    ) -> StageJournal:
        """Have the ``units`` that a stage's journal lacks done; the journal is returned, closed.

        ``rows`` makes lines of a result, one a key. They are written in the order of the units.
        """
        with StageJournal(self.bench, stage) as journal:
            waiting = units(journal)
            with Progress(stage, sum(len(unit.keys) for unit in waiting), failing="lost") as progress:
                ends = self.engine.results((unit.task for unit in waiting), AHEAD)
                for unit, ended in zip(waiting, ends, strict=True):
                    lost = ended.result if isinstance(ended, Done) else ended
                    if isinstance(ended, Done) and not isinstance(lost, Absent):
                        for key, row in zip(unit.keys, rows(unit.task, ended.result), strict=True):
                            journal.add(key, row)
                            progress.advance()
                    else:
                        warn(f"{stage}: {lost.reason}; the same command tries it again")
                        self.lost += 1
                        for _ in unit.keys:
                            progress.advance(failed=True)
        return journal
