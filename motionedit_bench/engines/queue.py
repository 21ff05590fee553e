"""The tasks of one sitting: which wait, which are in somebody's hands, and what has come of them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

TRIES = 2
"""How many processes may die over one task before it counts as lost."""

NODES = 5
"""How many nodes may be lost under one task before it counts as lost: no task is to go round for ever."""


@dataclass(frozen=True)
class Done(Generic[T, R]):
    """A task that was done; over which ``deaths`` processes had died before."""

    task: T
    result: R
    deaths: int = 0


@dataclass(frozen=True)
class Lost(Generic[T]):
    """A task that nobody could do, for those who tried are gone; ``reason`` says how."""

    task: T
    reason: str
    deaths: int = 0

    @property
    def is_blameless(self) -> bool:
        """Whether machines were lost, which says nothing of the task."""
        return self.deaths < TRIES


@dataclass
class Piece(Generic[T]):
    """A task in somebody's hands: its place among the tasks, and who is gone that held it.

    ``alone`` says that nothing else may be in those hands meanwhile: it was one of several over which
    somebody died.
    """

    number: int
    task: T
    deaths: int = 0
    lost_nodes: int = 0
    alone: bool = False


class Queue(Generic[T, R]):
    """Tasks on their way from an iterator to their ends; knows neither processes nor clocks.

    Without ``ahead``, ends are told as they come. With it, in the tasks' order, and no more than so many
    are under way or wait to be told. What comes back to the queue is taken up before anything new.
    """

    def __init__(self, tasks: Iterable[T], ahead: int | None = None) -> None:
        self._coming = iter(tasks)
        self._ahead = ahead
        self._again: deque[Piece[T]] = deque()
        self._begun = 0
        self._told = 0
        self._ends: dict[int, Done[T, R] | Lost[T]] = {}
        self._dry = False

    def take(self) -> Piece[T] | None:
        """A piece to be done now; ``None`` where there is none, or none may be begun yet."""
        if self._again:
            return self._again.popleft()
        if self._dry or (self._ahead is not None and self._begun - self._told >= self._ahead):
            return None
        for task in self._coming:
            self._begun += 1
            return Piece(self._begun - 1, task)
        self._dry = True
        return None

    def end(self, piece: Piece[T], result: R) -> None:
        """The piece is done."""
        self._ends[piece.number] = Done(piece.task, result, piece.deaths)

    def died(self, piece: Piece[T], words: str) -> None:
        """Whoever held the piece died over it; ``words`` are the last ones, such as ``signal 9``."""
        piece.deaths += 1
        if piece.deaths < TRIES:
            self.back(piece)
        else:
            reason = f"{TRIES} processes died over this item; the last with {words}"
            self._ends[piece.number] = Lost(piece.task, reason, piece.deaths)

    def lost_node(self, piece: Piece[T]) -> None:
        """The machine of whoever held the piece is gone, which is not the piece's fault."""
        piece.lost_nodes += 1
        if piece.lost_nodes < NODES:
            self.back(piece)
        else:
            reason = f"{NODES} nodes were lost while this item was worked on"
            self._ends[piece.number] = Lost(piece.task, reason, piece.deaths)

    def back(self, piece: Piece[T]) -> None:
        """The piece was not begun, or has to be begun anew."""
        self._again.appendleft(piece)

    def told(self) -> Iterator[Done[T, R] | Lost[T]]:
        """The ends that may be told by now."""
        if self._ahead is None:
            while self._ends:
                self._told += 1
                yield self._ends.pop(next(iter(self._ends)))
        while self._told in self._ends:
            self._told += 1
            yield self._ends.pop(self._told - 1)

    @property
    def is_over(self) -> bool:
        """Whether every task has come to its end, and that was told."""
        return self._dry and self._told == self._begun
