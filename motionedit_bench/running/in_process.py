"""The edits of a run by the adapter in this process."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from motionedit_bench.adapters import Adapter
from motionedit_bench.engines import Done, Engine, Lost
from motionedit_bench.engines.here import Here
from motionedit_bench.engines.threads import Threads
from motionedit_bench.running.editing import Edited, EditTask, Made


def in_process(adapter: Adapter) -> Engine[EditTask, Edited]:
    """The engine for an adapter as it is, with up to `Adapter.concurrency` edits under way."""
    recipe = Made(adapter)
    return Threads(recipe, adapter.concurrency) if adapter.concurrency > 1 else Overlapping(recipe)


class Overlapping(Here[EditTask, Edited]):
    """The adapter in the calling thread; a picture is saved while the next one is made."""

    def each(
        self, tasks: Iterable[EditTask], done: Callable[[Done[EditTask, Edited] | Lost[EditTask]], None]
    ) -> None:
        with ThreadPoolExecutor(1) as saver:
            saving: Future[None] | None = None
            for task in tasks:
                save = self.replica.begin(task)
                if saving is not None:
                    saving.result()
                saving = saver.submit(lambda task=task, save=save: done(Done(task, save())))  # type: ignore[misc]
            if saving is not None:
                saving.result()
