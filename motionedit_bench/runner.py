"""The run: every item through an adapter, resumable, one failure at a time."""

import json
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from motionedit_bench import provenance
from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import EditRefused, MebenchError, PredictionsError, StorageError
from motionedit_bench.images import encode_png
from motionedit_bench.journal import Journal, make_folder, read_lines, sweep, write_whole
from motionedit_bench.predictions import MANIFEST, RECORDS, ModelPredictions
from motionedit_bench.progress import Progress
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


def run(
    name: str, adapter: Adapter, benchmark: Benchmark, items: Sequence[Item], out: Path, seed: int = 42
) -> Outcome:
    """Edit the items into ``out/<item id>.png``, with a line in ``records.jsonl`` per attempt.

    Items that an earlier run of the same settings finished are kept; failed ones are tried again.
    An item that fails is a record with its reason, and the run goes on.

    Raises:
        PredictionsError: ``out`` holds a run with other settings.
        AdapterError: the adapter cannot start.
        StorageError: ``out`` cannot be written; what is done stays.
    """
    make_folder(out)
    with Journal(out / RECORDS) as records:
        sweep(out)
        manifest = _manifest(name, adapter, benchmark, seed)
        _resume(out, manifest)
        done = finished(out)
        todo = [item for item in items if item.id not in done]
        if todo:
            adapter.load()
            earlier, manifest["provenance"] = manifest["provenance"], adapter.provenance()
            if "revision" in earlier:
                _check_same(out, "revision", earlier, manifest["provenance"])
        _write_manifest(out, manifest)
        failed = 0
        with Progress(f"editing with {name}", len(todo)) as progress:
            for item in todo:
                record = _attempt(adapter, item, item_seed(seed, item.id), out)
                records.append(record)
                progress.advance(failed=record["status"] != "ok")
            failed = progress.failed
        manifest["sessions"][-1]["finished"] = provenance.now()
        _write_manifest(out, manifest)
    return Outcome(kept=len(items) - len(todo), done=len(todo) - failed, failed=failed)


def _manifest(name: str, adapter: Adapter, benchmark: Benchmark, seed: int) -> dict[str, Any]:
    with Progress("reading the benchmark", len(benchmark.items)) as progress:
        fingerprint = benchmark.fingerprint(progress.advance)
    return {
        "format": 1,
        "adapter": name,
        "model": adapter.model,
        "settings": adapter.settings.model_dump(mode="json"),
        "seed": seed,
        "bench": {
            "spec": benchmark.spec,
            "name": benchmark.name,
            "revision": benchmark.revision,
            "fingerprint": fingerprint,
            "items": len(benchmark.items),
        },
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
    for place in ("adapter", "model", "settings", "seed", "bench.fingerprint"):
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


def _attempt(adapter: Adapter, item: Item, seed: int, out: Path) -> dict[str, Any]:
    """Edit one item and save its image; whatever the adapter raises becomes the record's reason."""
    record: dict[str, Any] = {"item_id": item.id, "status": "ok", "reason": None, "seed": seed}
    started = time.monotonic()
    try:
        image = adapter.edit(item, seed)
        if not isinstance(image, Image.Image):
            raise TypeError(f"the adapter must return a PIL image, but returned {type(image).__name__}")
        content = encode_png(image)
    except Exception as error:  # noqa: BLE001 (foreign code: becomes the record's reason)
        status = "refused" if isinstance(error, EditRefused) else "failed"
        return record | {
            "status": status,
            "reason": explain(error),
            "seconds": round(time.monotonic() - started, 3),
            "sha256": None,
            "width": None,
            "height": None,
        }
    write_whole(out / f"{item.id}.png", content)
    return record | {
        "seconds": round(time.monotonic() - started, 3),
        "sha256": digest(content),
        "width": image.width,
        "height": image.height,
    }


def explain(error: Exception) -> str:
    """One line for a record: the message of an expected failure, else also its type and place."""
    text = " ".join(str(error).split())
    if isinstance(error, MebenchError) and text:
        return text
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {text or 'no message'} ({Path(place.filename).name}:{place.lineno})"
