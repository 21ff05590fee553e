"""Work for engines in tests: numbers are doubled, and some do harm."""

import os
import signal
import threading
import time
from collections.abc import Callable
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


class Rested(Doubler):
    """Doubles a number in the rest of its task, which waits until the next task, if it is larger, has begun.

    10 begins a task that kills the process, as long as there is no file of that name in the folder; the rest
    of 20 fails; at that of 30 nothing further can be done.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(None)
        self.folder = folder
        self.begun: dict[int, threading.Event] = {number: threading.Event() for number in range(99)}

    def begin(self, task: int) -> Callable[[], int]:
        self.begun[task].set()
        if task == 10 and not (self.folder / "10").exists():
            (self.folder / "10").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return lambda: self.rest(task)

    def rest(self, task: int) -> int:
        if task == 20:
            raise ValueError("20 is not to be doubled")
        if task == 30:
            raise AdapterError("nothing further can be doubled")
        if task % 2 and not self.begun[task + 1].wait(600):
            raise AdapterError("nobody begins the next one")
        return 2 * task


@dataclass(frozen=True)
class Resting(Recipe[int, int]):
    folder: Path

    def make(self, place: Place) -> Rested:
        return Rested(self.folder)


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
