"""The edits of a run, several items in one call of the model."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from motionedit_bench.adapters import Adapter
from motionedit_bench.engines import Done, Lost
from motionedit_bench.engines.here import Here
from motionedit_bench.images import to_array
from motionedit_bench.records import Item
from motionedit_bench.running.attempt import Attempt, attempt, attempt_together, item_seed
from motionedit_bench.running.editing import Edited, Editing, EditTask, Made


class Batches(Here[EditTask, Edited]):
    """The adapter in the calling thread, with up to ``size`` items of one shape a call.

    In a batch a picture may differ by some steps from that of the item alone. So batches are of all items of
    the run, whatever of them is there already: a run that goes on edits the same batches again and keeps
    what it lacks. The facts say how large batches are, and how far the first full one was from the same
    items one by one.
    """

    replica: Editing

    def __init__(self, adapter: Adapter, items: Sequence[Item], size: int, seed: int) -> None:
        super().__init__(Made(adapter))
        self.items = items
        self.size = size
        self.seed = seed

    def __enter__(self) -> "Batches":
        super().__enter__()
        try:
            self.batches = groups(self.items, self.replica.adapter.shape, self.size)
            self.facts = {**self.facts, "batch": self.size, "batch_deviation": self._deviation()}
        except BaseException:
            self.replica.close()
            raise
        return self

    def each(
        self, tasks: Iterable[EditTask], done: Callable[[Done[EditTask, Edited] | Lost[EditTask]], None]
    ) -> None:
        waiting = {task.item.id: task for task in tasks}
        for batch in self.batches:
            if any(item.id in waiting for item in batch):
                for made in self._edit(batch):
                    if task := waiting.get(made.item_id):
                        done(Done(task, self.replica.save(task, made)))

    def _edit(self, batch: Sequence[Item]) -> list[Attempt]:
        seeds = [item_seed(self.seed, item.id) for item in batch]
        return attempt_together(self.replica.adapter, batch, seeds)

    def _deviation(self) -> dict[str, Any] | None:
        """The largest difference of any pixel of the first batch of full size, in 8-bit steps.

        ``None`` where no batch is of full size, or the first one cannot be edited both ways.
        """
        full = next((batch for batch in self.batches if len(batch) == self.size), None)
        if full is None:
            return None
        adapter = self.replica.adapter
        alone = [attempt(adapter, item, item_seed(self.seed, item.id)).image for item in full]
        together = [made.image if "batch" in made.notes else None for made in self._edit(full)]
        pairs = [(one, two) for one, two in zip(alone, together, strict=True) if one and two]
        if len(pairs) < len(full):
            return None
        steps = [np.abs(to_array(one).astype(int) - to_array(two)).max() for one, two in pairs]
        return {"steps": int(max(steps)), "items": [item.id for item in full]}


def groups(items: Sequence[Item], shape: Callable[[Item], Any], size: int) -> list[list[Item]]:
    """The items in groups of one shape and at most that size, by their first items' places.

    An item whose shape cannot be told, for its picture is unusable, is alone.

    >>> groups(["a", "bb", "c", "d", "ee"], len, 2)
    [['a', 'c'], ['bb', 'ee'], ['d']]
    """
    found: list[list[Item]] = []
    filling: dict[Any, list[Item]] = {}
    for item in items:
        try:
            of = shape(item)
        except Exception:  # noqa: BLE001 (foreign code; its edit says what is wrong)
            found.append([item])
            continue
        group = filling.get(of)
        if group is None or len(group) == size:
            group = filling[of] = []
            found.append(group)
        group.append(item)
    return found
