"""Whether a run can be had again: some of its items edited anew, and their bytes compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.engines import Done, Engine, Lost
from motionedit_bench.errors import PredictionsError
from motionedit_bench.files import read_lines
from motionedit_bench.images import decode, to_array
from motionedit_bench.predictions import MANIFEST, RECORDS
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item, digest
from motionedit_bench.running import manifest
from motionedit_bench.running.editing import Edited, EditTask, marked
from motionedit_bench.running.in_process import in_process
from motionedit_bench.running.run import finished


@dataclass(frozen=True)
class Verification:
    """Ids of the items that were edited again: those whose bytes held, and of the others how they differ."""

    held: Sequence[str]
    differ: dict[str, str]

    def __str__(self) -> str:
        count = len(self.held) + len(self.differ)
        lines = [f"{len(self.held)} of {count} items edited again have the same bytes: {_listed(self.held)}"]
        return "\n".join([*lines, *(f"{item_id}: {how}" for item_id, how in self.differ.items())])


def verify(
    name: str,
    adapter: Adapter,
    benchmark: Benchmark,
    items: Sequence[Item],
    out: Path,
    seed: int,
    count: int,
    engine: Engine[EditTask, Edited] | None = None,
) -> Verification:
    """Edit up to ``count`` finished items of the run in ``out`` again, spread over it; nothing there changes.

    Raises:
        PredictionsError: no run made what lies there, it had other settings or another revision of the
            model, or no item is finished.
        AdapterError: the adapter cannot start or go on.
    """
    earlier = manifest.read(out / MANIFEST)
    if not earlier:
        raise PredictionsError(f"{out} holds no run: there is nothing to verify")
    now = manifest.start(name, adapter, benchmark, seed)
    for place in manifest.SAME:
        manifest.check_same(out, place, earlier, now)
    there = finished(out)
    chosen = _spread([item for item in items if item.id in there], count)
    if not chosen:
        raise PredictionsError(f"{out} holds no finished item: there is nothing to verify")
    records = {record.get("item_id"): record for record in read_lines(out / RECORDS)}
    ended: dict[str, str | None] = {}
    with (
        TemporaryDirectory() as place,
        marked(Path(place)) as folder,
        engine or in_process(adapter) as working,
    ):
        manifest.check_loaded(out, earlier["provenance"], working.facts)
        with Progress(f"verifying with {name}", len(chosen)) as progress:

            def done(one: Done[EditTask, Edited] | Lost[EditTask]) -> None:
                item_id = one.task.item.id
                ended[item_id] = _difference(one, out / f"{item_id}.png", records[item_id], folder.path)
                progress.advance(failed=ended[item_id] is not None)

            working.each((EditTask(item, seed, folder) for item in chosen), done)
    held = [item.id for item in chosen if ended[item.id] is None]
    return Verification(held, {item.id: how for item in chosen if (how := ended[item.id]) is not None})


def _difference(
    one: Done[EditTask, Edited] | Lost[EditTask], before: Path, record: dict[str, Any], place: Path
) -> str | None:
    """How an edit made again differs from the one before; ``None`` where the bytes are the same."""
    if isinstance(one, Lost):
        return f"not made again: {one.reason}"
    made = one.result
    if made.record["sha256"] is None:
        return f"not made again: {made.record['status']}: {made.record['reason']}"
    if made.record["sha256"] == record["sha256"]:
        return None
    content = made.content if made.content is not None else (place / before.name).read_bytes()
    where = f"{record.get('device')}, now on {made.record['device']}"
    moved = f" (edited on {where})" if record.get("device") != made.record["device"] else ""
    return _compared(before.read_bytes(), content) + moved


def _compared(before: bytes, now: bytes) -> str:
    """How two pictures differ.

    >>> from PIL import Image
    >>> from motionedit_bench.images import encode_png
    >>> one, two = (encode_png(Image.new("RGB", (4, 4), colour)) for colour in ("#000000", "#000200"))
    >>> _compared(one, two)
    'other pixels: 100 % of them, by up to 2 of 255'
    """
    first, second = (to_array(decode(content)).astype(int) for content in (before, now))
    if first.shape != second.shape:
        sizes = [f"{shape[1]}x{shape[0]}" for shape in (first.shape, second.shape)]
        return f"another size: {sizes[0]}, now {sizes[1]}"
    apart = np.abs(first - second).max(axis=-1)
    if not apart.any():
        return f"the same pixels in another file: {digest(before)[:12]}, now {digest(now)[:12]}"
    return f"other pixels: {100 * np.mean(apart > 0):.3g} % of them, by up to {apart.max()} of 255"


def _spread(items: Sequence[Item], count: int) -> list[Item]:
    """Up to so many items, spread evenly, the first and the last among them."""
    places = np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int)
    return [items[place] for place in places]


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "none"
