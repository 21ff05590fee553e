"""Who makes the edits of a run, behind one interface: the adapter in this process, or others beside it."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from motionedit_bench.adapters import Adapter
from motionedit_bench.progress import warn
from motionedit_bench.records import Item
from motionedit_bench.running.attempt import attempt, item_seed

Done = Callable[[dict[str, Any]], None]
"""Takes the record of an attempt."""


class Engine(Protocol):
    """Makes the edits of a run.

    Entering it loads what takes long; ``provenance`` then says what was loaded.
    """

    provenance: dict[str, Any]

    def __enter__(self) -> Any: ...

    def __exit__(self, *_: Any) -> None: ...

    def edit(self, items: Sequence[Item], seed: int, out: Path, done: Done) -> None:
        """Save each item's image and hand its record to ``done``, one record at a time."""
        ...


class InProcess:
    """The adapter in this process, with up to `Adapter.concurrency` edits under way."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.provenance: dict[str, Any] = {}

    def __enter__(self) -> "InProcess":
        try:
            self.adapter.load()
            self.provenance = self.adapter.provenance()
        except BaseException:
            self.adapter.close()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        self.adapter.close()

    def edit(self, items: Sequence[Item], seed: int, out: Path, done: Done) -> None:
        if self.adapter.concurrency > 1:
            for record in self._at_once(items, seed, out):
                done(record)
            return
        with ThreadPoolExecutor(1) as saver:  # a picture is saved while the next one is made
            saving: Future[None] | None = None
            for item in items:
                made = attempt(self.adapter, item, item_seed(seed, item.id))
                if saving is not None:
                    saving.result()
                saving = saver.submit(lambda made=made: done(made.save(out)))  # type: ignore[misc]
            if saving is not None:
                saving.result()

    def _at_once(self, items: Sequence[Item], seed: int, out: Path) -> Iterator[dict[str, Any]]:
        """The items' records as they come, with as many edits under way as the adapter allows.

        What ends the run early, an interruption included, is raised after the edits in hand have ended.
        """

        def record(item: Item) -> dict[str, Any]:
            return attempt(self.adapter, item, item_seed(seed, item.id)).save(out)

        waiting = iter(items)
        under_way: set[Future[dict[str, Any]]] = set()
        stopped: BaseException | None = None
        with ThreadPoolExecutor(self.adapter.concurrency) as pool:
            while True:
                for item in islice(waiting, self.adapter.concurrency - len(under_way)):
                    under_way.add(pool.submit(record, item))
                if not under_way:
                    break
                try:
                    ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                except KeyboardInterrupt as interruption:
                    warn(f"interrupted; waiting for the {len(under_way)} edits in hand")
                    stopped, waiting = interruption, iter(())
                    continue
                for future in ended:
                    error = future.exception()
                    if error is None:
                        yield future.result()
                    else:
                        stopped, waiting = stopped or error, iter(())
        if stopped is not None:
            raise stopped
