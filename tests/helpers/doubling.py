"""Work for engines in tests: numbers are doubled, and some do harm."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.engines import Place, Recipe, Replica
from motionedit_bench.errors import AdapterError


class Doubler(Replica[int, int]):
    """The double of a number; -1 kills the process, at -2 nothing further can be done."""

    def __init__(self, log: Path | None) -> None:
        self.log = log
        self.facts = {"factor": 2}

    def do(self, task: int) -> int:
        if task == -1:
            os.kill(os.getpid(), signal.SIGKILL)
        if task == -2:
            raise AdapterError("nothing further can be doubled")
        time.sleep(0.002 * (task % 3))
        return 2 * task

    def close(self) -> None:
        if self.log:
            self.log.touch()


@dataclass(frozen=True)
class Doubling(Recipe[int, int]):
    log: Path | None = None
    poor: bool = False

    def make(self, place: Place) -> Doubler:
        if self.poor:
            raise AdapterError("no factor here: get it there")
        return Doubler(self.log)


class Seeing(Replica[str, str | None]):
    """What a variable of the environment is where the replica lives."""

    def __init__(self, place: Place) -> None:
        self.facts = {"device": place.device}

    def do(self, task: str) -> str | None:
        return os.environ.get(task)


@dataclass(frozen=True)
class Surroundings(Recipe[str, str | None]):
    def make(self, place: Place) -> Seeing:
        return Seeing(place)
