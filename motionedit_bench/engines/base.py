"""What an engine is, what it makes replicas from, and what they do."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Generic, TypeVar

from motionedit_bench.engines.queue import Done, Lost, Piece, Queue

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Place:
    """Where a replica is made: its ``device``, as ``--device`` takes it, and the ``node``'s name."""

    device: str = "auto"
    node: str = field(default_factory=socket.gethostname)


class Replica(ABC, Generic[T, R]):
    """What holds what takes long to load, and does tasks.

    ``facts`` say what was really loaded; JSON values.
    """

    facts: dict[str, Any]

    @abstractmethod
    def do(self, task: T) -> R:
        """The task's result, which may say that it failed; what is raised ends the work."""

    def begin(self, task: T) -> Callable[[], R]:
        """Do what of the task no other may go beside; what is returned does the rest, and gives the result.

        The rest is done in another thread while the next task is begun, one rest at a time. Here it is
        nothing.
        """
        result = self.do(task)
        return lambda: result

    def close(self) -> None:
        """End what was started; called once, also after errors."""
        return None


class Recipe(ABC, Generic[T, R]):
    """How a replica is made, on any machine: picklable and small."""

    same: ClassVar[tuple[str, ...]] = ()
    """Which of their facts all replicas have to have in common."""

    @abstractmethod
    def make(self, place: Place) -> Replica[T, R]:
        """A replica, ready to work.

        Raises:
            MebenchError: it cannot be had in that place; the text says what to do.
        """


class Engine(ABC, Generic[T, R]):
    """Has tasks done by replicas.

    Used as a context: entering it makes replicas, and ``facts`` are then those of the first one. Leaving it
    ends all that it started. A subclass says how many pieces it has `room` for, takes one into its `hand`,
    and waits for what comes of them, which it tells the queue.
    """

    facts: dict[str, Any]

    @abstractmethod
    def __enter__(self) -> "Engine[T, R]":
        """Make the replicas.

        Raises:
            MebenchError: none can be made.
        """

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @abstractmethod
    def room(self) -> int:
        """How many further pieces can be taken up now."""

    @abstractmethod
    def hand(self, piece: Piece[T]) -> None:
        """Have somebody begin the piece; called only where there is room."""

    @abstractmethod
    def wait(self, queue: Queue[T, R]) -> None:
        """Wait until something happened to a piece in hand, or for a short while, and tell the queue.

        Raises:
            MebenchError: nothing further can be done.
        """

    def results(self, tasks: Iterable[T], ahead: int | None = None) -> Iterator[Done[T, R] | Lost[T]]:
        """What comes of each task: as it comes, or in the tasks' order and at most ``ahead`` ahead of it.

        Raises:
            MebenchError: nothing further can be done.
        """
        queue: Queue[T, R] = Queue(tasks, ahead)
        while not queue.is_over:
            while self.room() and (piece := queue.take()) is not None:
                self.hand(piece)
            yield from queue.told()
            if not queue.is_over:
                self.wait(queue)

    def each(self, tasks: Iterable[T], done: Callable[[Done[T, R] | Lost[T]], None]) -> None:
        """Call ``done`` with what comes of each task, as it comes; one call at a time.

        Raises:
            MebenchError: nothing further can be done.
        """
        for ended in self.results(tasks):
            done(ended)
