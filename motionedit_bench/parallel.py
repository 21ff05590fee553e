"""Work for several threads, whose results come in the order of the work."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def in_order(
    work: Callable[[S], T],
    things: Iterable[S],
    workers: int,
    initializer: Callable[[], None] | None = None,
    most_ahead: int | None = None,
    abandon: Callable[[], None] = lambda: None,
) -> Iterator[T]:
    """Results in the things' order, computed by so many threads, a few things ahead at the most.

    ``abandon`` is called at the end, and before the threads are waited for where it comes early.
    """
    with ThreadPoolExecutor(workers, initializer=initializer) as pool:
        ahead: deque[Future[T]] = deque()
        try:
            for thing in things:
                ahead.append(pool.submit(work, thing))
                if len(ahead) > (most_ahead or workers):
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
            abandon()
