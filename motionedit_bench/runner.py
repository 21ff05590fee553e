"""The run: every item through an adapter, resumable, one failure at a time."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from motionedit_bench import provenance
from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import (
    AdapterError,
    EditRefused,
    PredictionsError,
    StorageError,
    explain,
)
from motionedit_bench.images import encode_png
from motionedit_bench.journal import Journal, make_folder, read_lines, sweep, write_whole
from motionedit_bench.predictions import MANIFEST, RECORDS, ModelPredictions
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Item, digest


@dataclass(frozen=True)
class Outcome:
    """How a run ended: items whose image was there already, made now, or failed now."""

    kept: int
    done: int
    failed: int


def item_seed(seed: int, item_id: str) -> int:
    """The seed of one item, in [0, 2**31): a hash of the run's seed and the item's id.

    So it does not depend on order, selection, or how many workers there are.

    >>> item_seed(42, "a") == item_seed(42, "a") != item_seed(43, "a")
    True
    """
    return int(digest(f"{seed}:{item_id}".encode())[:8], 16) >> 1


Done = Callable[[dict[str, Any]], None]
"""Takes the record of an attempt."""


class Team(Protocol):
    """Whoever makes the edits of a run: an adapter in this process, or a crew of processes.

    Entering it loads what takes long; ``provenance`` then says what was loaded.
    """

    provenance: dict[str, Any]

    def __enter__(self) -> Any: ...

    def __exit__(self, *_: Any) -> None: ...

    def edit(self, items: Sequence[Item], seed: int, out: Path, done: Done) -> None:
        """Save each item's image and hand its record to ``done``, one record at a time."""
        ...


class Alone:
    """The adapter in this process, with up to `Adapter.concurrency` edits under way."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.provenance: dict[str, Any] = {}

    def __enter__(self) -> "Alone":
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
            for record in _at_once(self.adapter, items, seed, out):
                done(record)
            return
        with ThreadPoolExecutor(1) as saver:  # a picture is saved while the next one is made
            saving: Future[None] | None = None
            for item in items:
                attempt = Attempt(self.adapter, item, item_seed(seed, item.id))
                if saving is not None:
                    saving.result()
                saving = saver.submit(lambda attempt=attempt: done(attempt.save(out)))  # type: ignore[misc]
            if saving is not None:
                saving.result()


def run(
    name: str,
    adapter: Adapter,
    benchmark: Benchmark,
    items: Sequence[Item],
    out: Path,
    seed: int = 42,
    team: Team | None = None,
) -> Outcome:
    """Edit the items into ``out/<item id>.png``, with a line in ``records.jsonl`` per attempt.

    Items that an earlier run of the same settings finished are kept; failed ones are tried again.
    An item that fails is a record with its reason, and the run goes on. The edits are made by the
    adapter itself, or by a ``team`` of processes with an adapter like it.

    Raises:
        PredictionsError: ``out`` holds a run with other settings.
        AdapterError: the adapter cannot start or go on; what is done stays.
        StorageError: ``out`` cannot be written; what is done stays.
    """
    make_folder(out)
    with Journal(out / RECORDS) as records:
        sweep(out)
        manifest = _manifest(name, adapter, benchmark, seed)
        _resume(out, manifest)
        there = finished(out)
        todo = [item for item in items if item.id not in there]
        failed = 0
        if todo:
            with team or Alone(adapter) as team:
                earlier, manifest["provenance"] = manifest["provenance"], team.provenance
                if "revision" in earlier:
                    _check_same(out, "revision", earlier, manifest["provenance"])
                _write_manifest(out, manifest)
                with Progress(f"editing with {name}", len(todo)) as progress:

                    def done(record: dict[str, Any]) -> None:
                        records.append(record)
                        progress.advance(failed=record["status"] != "ok")

                    team.edit(todo, seed, out, done)
                    failed = progress.failed
        manifest["sessions"][-1]["finished"] = provenance.now()
        _write_manifest(out, manifest)
    return Outcome(kept=len(items) - len(todo), done=len(todo) - failed, failed=failed)


def _manifest(name: str, adapter: Adapter, benchmark: Benchmark, seed: int) -> dict[str, Any]:
    with Progress("reading the benchmark", len(benchmark.items)) as progress:
        benchmark.fingerprint(progress.advance)
    return {
        "format": 1,
        "adapter": name,
        "adapter_file": adapter.source,
        "model": adapter.model,
        "settings": adapter.settings.model_dump(mode="json"),
        "seed": seed,
        "bench": benchmark.facts(),
        "provenance": {},
        "sessions": [provenance.session()],
    }


def _resume(out: Path, manifest: dict[str, Any]) -> None:
    """Carry the earlier sessions over, after making sure that they ran with the same settings."""
    earlier = _read_manifest(out / MANIFEST)
    if not earlier:
        if any(ModelPredictions(out).files):
            raise PredictionsError(f"{out} holds images that no run made: choose another --out")
        return
    for place in ("adapter", "adapter_file", "model", "settings", "seed", "bench.fingerprint"):
        _check_same(out, place, earlier, manifest)
    manifest["sessions"] = earlier["sessions"] + manifest["sessions"]
    manifest["provenance"] = earlier["provenance"]


def _check_same(out: Path, place: str, earlier: dict[str, Any], manifest: dict[str, Any]) -> None:
    old: Any = earlier
    new: Any = manifest
    for key in place.split("."):
        old, new = old.get(key), new.get(key)
    if old != new:
        raise PredictionsError(
            f"{out} holds a run with another {place} ({_brief(old)}, now {_brief(new)}): "
            "choose another --out, or remove that folder"
        )


def _brief(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise StorageError(f"{path} is damaged ({error}): remove it, or choose another --out") from error
    return manifest if isinstance(manifest, dict) else {}


def _write_manifest(out: Path, manifest: dict[str, Any]) -> None:
    write_whole(out / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())


def finished(out: Path) -> set[str]:
    """Ids whose last record is ok and whose image still has the bytes that it had then."""
    last = {str(record.get("item_id")): record for record in read_lines(out / RECORDS)}
    done = set()
    for item_id, record in last.items():
        path = out / f"{item_id}.png"
        if (
            record.get("status") == "ok"
            and path.is_file()
            and digest(path.read_bytes()) == record.get("sha256")
        ):
            done.add(item_id)
    return done


def _at_once(adapter: Adapter, items: Sequence[Item], seed: int, out: Path) -> Iterator[dict[str, Any]]:
    """The items' records as they come, with up to `Adapter.concurrency` edits under way.

    What ends the run early, an interruption included, is raised after the edits in hand have ended.
    """
    waiting = iter(items)
    under_way: set[Future[dict[str, Any]]] = set()
    stopped: BaseException | None = None
    with ThreadPoolExecutor(adapter.concurrency) as pool:
        while True:
            for item in islice(waiting, adapter.concurrency - len(under_way)):
                under_way.add(pool.submit(attempt, adapter, item, item_seed(seed, item.id), out))
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


class Attempt:
    """One edit, made when this is constructed; whatever the adapter raises becomes the record's reason.

    Raises:
        AdapterError: no further item can be edited.
    """

    def __init__(self, adapter: Adapter, item: Item, seed: int) -> None:
        self.item = item
        self.seed = seed
        self.image: Image.Image | None = None
        started = time.monotonic()
        try:
            image = adapter.edit(item, seed)
            if not isinstance(image, Image.Image):
                raise TypeError(f"the adapter must return a PIL image, but returned {type(image).__name__}")
            self.image = image.convert("RGB")
        except AdapterError:
            raise
        except Exception as error:  # noqa: BLE001 (foreign code: becomes the record's reason)
            self.status = "refused" if isinstance(error, EditRefused) else "failed"
            self.reason = explain(error)
        self.seconds = time.monotonic() - started
        self.notes = adapter.notes()

    def save(self, out: Path) -> dict[str, Any]:
        """The attempt's record, its image saved in ``out``.

        Raises:
            StorageError: it cannot be written.
        """
        if self.image is None:
            record = unfinished(self.item, self.seed, self.status, self.reason, self.seconds)
            return record | self.notes
        content = encode_png(self.image)
        write_whole(out / f"{self.item.id}.png", content)
        return {
            "item_id": self.item.id,
            "status": "ok",
            "reason": None,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "sha256": digest(content),
            "width": self.image.width,
            "height": self.image.height,
        } | self.notes


def attempt(adapter: Adapter, item: Item, seed: int, out: Path) -> dict[str, Any]:
    """Edit one item and save its image; returns the record."""
    return Attempt(adapter, item, seed).save(out)


def unfinished(item: Item, seed: int, status: str, reason: str, seconds: float = 0.0) -> dict[str, Any]:
    """The record of an attempt that left no image."""
    return {
        "item_id": item.id,
        "status": status,
        "reason": reason,
        "seed": seed,
        "seconds": round(seconds, 3),
        "sha256": None,
        "width": None,
        "height": None,
    }
