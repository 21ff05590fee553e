"""The engine of threads: one replica in this process, with several tasks under way."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import TypeVar

from motionedit_bench.engines.base import Engine, Place, Recipe
from motionedit_bench.engines.queue import Piece, Queue
from motionedit_bench.progress import warn

T = TypeVar("T")
R = TypeVar("R")


class Threads(Engine[T, R]):
    """One replica in this process, used by so many threads at once.

    What ends the work early, an interruption included, is raised after the pieces in hand have ended.
    """

    def __init__(self, recipe: Recipe[T, R], threads: int, device: str = "auto") -> None:
        self.recipe = recipe
        self.threads = threads
        self.device = device
        self._under_way: dict[Future[R], Piece[T]] = {}
        self._stopped: BaseException | None = None

    def __enter__(self) -> "Threads[T, R]":
        self.replica = self.recipe.make(Place(self.device))
        self.facts = self.replica.facts
        self._pool = ThreadPoolExecutor(self.threads)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self.replica.close()
        if error is None and self._stopped is not None:
            raise self._stopped

    def room(self) -> int:
        return 0 if self._stopped else self.threads - len(self._under_way)

    def hand(self, piece: Piece[T]) -> None:
        self._under_way[self._pool.submit(self.replica.do, piece.task)] = piece

    def wait(self, queue: Queue[T, R]) -> None:
        if self._stopped and not self._under_way:
            raise self._stopped
        try:
            ended, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        except KeyboardInterrupt as interruption:
            warn(f"interrupted; waiting for the {len(self._under_way)} edits in hand")
            self._stopped = interruption
            return
        for future in ended:
            piece = self._under_way.pop(future)
            error = future.exception()
            if error is None:
                queue.end(piece, future.result())
            else:
                self._stopped = self._stopped or error
