"""Some edits of one item as a piece of work: it can travel, and whoever has a kit can do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from motionedit_bench.metrics.comparison import Comparison, Together
from motionedit_bench.records import Item, Picture
from motionedit_bench.scoring.finding import Finding
from motionedit_bench.scoring.gauge import Gauge
from motionedit_bench.scoring.kit import Kit
from motionedit_bench.scoring.open import Gap, Task, decode_edit

Findings = Mapping[str, Finding]
"""By metric."""

Found = Sequence[Sequence[Findings]]
"""Of a bundle's edits, each with those of its gauges."""


@dataclass(frozen=True)
class Edit:
    """One edit as its file has it, and the places in the kit of the gauges that are to measure it."""

    content: bytes
    gauges: tuple[int, ...]


@dataclass(frozen=True)
class Bundle:
    """Some edits of one item, which are to be measured beside its pictures as their files have them.

    It holds all that their findings depend on but the kit, so that it does not matter where they are made.
    """

    item_id: str
    instruction: str
    input: bytes
    target: bytes | None
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return f"item {self.item_id}"


def measure(kit: Kit, bundle: Bundle) -> Found:
    """What the kit finds, for each edit by each of its gauges; whatever goes wrong is a status.

    Tensor code runs on one thread from here on: sums then do not depend on how many there are.

    Raises:
        StorageError: what was found cannot be kept, and would be lost.
    """
    torch.set_num_threads(1)
    task = Task(_item(bundle), kit.instruments)
    at_once = kit.instruments.flow_options.get("batch", 1)
    found = []
    for start in range(0, len(bundle.edits), at_once):
        some = bundle.edits[start : start + at_once]
        together = Together() if len(some) > 1 else None
        opened = [decode_edit(task, edit.content, together) for edit in some]
        for edit, comparison in zip(some, opened, strict=True):
            found.append([findings(kit.gauges[place], task.item, comparison) for place in edit.gauges])
    return found


def findings(gauge: Gauge, item: Item, edit: Comparison | Gap) -> Findings:
    """What one gauge finds of one edit; that there is no edit, or no gauge, is a finding as well."""
    if gauge.why_not is not None:
        return dict.fromkeys(gauge.names, Finding("unavailable", reason=gauge.why_not))
    if isinstance(edit, Gap):
        return dict.fromkeys(gauge.names, Finding(edit.status, reason=edit.reason))
    return gauge.measure(item, edit)


def _item(bundle: Bundle) -> Item:
    target = None
    if bundle.target is not None:
        target = _picture(f"target of item {bundle.item_id}", bundle.target)
    return Item(
        bundle.item_id, bundle.instruction, _picture(f"input of item {bundle.item_id}", bundle.input), target
    )


def _picture(name: str, content: bytes) -> Picture:
    return Picture(name, lambda: content)
