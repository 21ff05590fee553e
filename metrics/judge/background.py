"""Coroutines in a thread of their own, waited for from any other."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """An event loop in a thread of that name, until it is closed."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name=name)
        self._thread.start()

    @property
    def closed(self) -> bool:
        return self._loop.is_closed()

    def wait_for(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine returns or raises, run among all others.

        Raises:
            concurrent.futures.CancelledError: it was cancelled meanwhile.
        """
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def cancel(self) -> None:
        """Cancel what runs, and wait until it has ended."""
        self.wait_for(_cancel_others())

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
