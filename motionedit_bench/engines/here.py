"""The engine that is this process: one replica, in the calling thread."""

from types import TracebackType
from typing import TypeVar

from motionedit_bench.engines.base import Engine, Place, Recipe
from motionedit_bench.engines.queue import Piece, Queue

T = TypeVar("T")
R = TypeVar("R")


class Here(Engine[T, R]):
    """One replica in this process. It is made, works and is closed in the calling thread."""

    def __init__(self, recipe: Recipe[T, R], device: str = "auto") -> None:
        self.recipe = recipe
        self.device = device
        self._piece: Piece[T] | None = None

    def __enter__(self) -> "Here[T, R]":
        self.replica = self.recipe.make(Place(self.device))
        self.facts = self.replica.facts
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.replica.close()

    def room(self) -> int:
        return self._piece is None

    def hand(self, piece: Piece[T]) -> None:
        self._piece = piece

    def wait(self, queue: Queue[T, R]) -> None:
        piece, self._piece = self._piece, None
        assert piece is not None  # a queue that is not over has given one
        queue.end(piece, self.replica.do(piece.task))
