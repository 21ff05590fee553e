"""The run: every item through an adapter, resumable, one failure at a time."""

from array import array
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.benchmarks.items import Items
from motionedit_bench.engines import Done, Engine, Lost
from motionedit_bench.files import Journal, make_folder, read_lines, read_places, sweep, write_whole
from motionedit_bench.predictions import RECORDS, model_name
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Item, digest
from motionedit_bench.running import manifest
from motionedit_bench.running.attempt import Attempt, item_seed
from motionedit_bench.running.editing import Edited, EditTask, Folder, marked
from motionedit_bench.running.in_process import in_process
from motionedit_bench.running.order import arrange
from motionedit_bench.running.spending import Spent, counted, spent


@dataclass(frozen=True)
class Outcome:
    """How a run ended: items whose image was there already, made now, or failed now.

    ``spent`` is what all its sessions have cost; ``None`` where edits cost nothing.
    """

    kept: int
    done: int
    failed: int
    spent: Spent | None = field(default=None, compare=False)


class Log:
    """The records of a run as they come; those of an outage wait until it is known to be none.

    For an item at which a server failed is at fault where the server serves others after it, or nothing more
    is asked of it. Where the run ends before, it is as if the item had not been begun.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[dict[str, Any]] = []

    def add(self, record: dict[str, Any], in_outage: bool) -> None:
        """Write a record, and before it those that wait; or let it wait."""
        if in_outage:
            self._waiting.append(record)
            return
        self.settle()
        self._journal.append(record)

    def settle(self) -> None:
        """Write those that wait: it was no outage."""
        while self._waiting:
            self._journal.append(self._waiting.pop(0))


def run(
    name: str,
    adapter: Adapter,
    benchmark: Benchmark,
    items: Sequence[Item],
    out: Path,
    seed: int = 42,
    engine: Engine[EditTask, Edited] | None = None,
) -> Outcome:
    """Edit the items into ``out/<item id>.png``, with a line in ``records.jsonl`` per attempt.

    Items that an earlier run of the same settings finished are kept; failed ones are tried again.
    An item that fails is a record with its reason, and the run goes on; what an outage hit that ended the run
    is none of them, and is tried again. Records are written as they come, and
    are in the benchmark's order at the end. The edits are made by the adapter itself, or by an ``engine``
    whose replicas hold adapters like it.

    Raises:
        PredictionsError: ``out`` holds a run with other settings, or one with a known fault, or cannot
            name a model.
        AdapterError: the adapter cannot start or go on; what is done stays.
        StorageError: ``out`` cannot be written; what is done stays.
    """
    model_name(out)  # one that cannot name a model is refused before anything is written
    make_folder(out)
    with Journal(out / RECORDS) as journal:
        sweep(out)
        about = manifest.start(name, adapter, benchmark, seed)
        manifest.resume(out, about)
        there = finished(out)
        places = array("q", (place for place, item in enumerate(items) if item.id not in there))
        todo = Items(items.__getitem__, places)
        del there
        failed = 0
        if todo:
            with marked(out) as folder, engine or in_process(adapter) as working:
                manifest.loaded(out, about, working.facts)
                with Progress(f"editing with {name}", len(todo)) as progress:
                    records, told = Log(journal), set[str]()

                    def done(ended: Done[EditTask, Edited] | Lost[EditTask]) -> None:
                        if isinstance(ended, Lost) and ended.is_blameless:
                            warn(f"{ended.task.item.id}: {ended.reason}; the same command tries it again")
                            progress.advance(failed=True)
                            return
                        record = _keep(ended, folder, told)
                        records.add(record, isinstance(ended, Done) and ended.result.in_outage)
                        progress.advance(failed=record["status"] != "ok")

                    with counted(adapter.bill, out, about):
                        working.each((EditTask(item, seed, folder) for item in todo), done)
                    records.settle()
                    failed = progress.failed
        cost = spent(out) if adapter.bill is not None else None
        manifest.finish(out, about, _devices(out))
        arrange(out / RECORDS, (item.id for item in benchmark.items))
    return Outcome(len(items) - len(todo), len(todo) - failed, failed, cost)


def _devices(out: Path) -> list[str]:
    """What the edits were computed on; several kinds of device are said, for their bytes differ."""
    made = (record for record in read_lines(out / RECORDS) if record.get("status") == "ok")
    found = sorted({str(record["device"]) for record in made if "device" in record})
    if len(found) > 1:
        warn(f"{out} was edited on {', '.join(found)}, which do not give the same bytes; run.json says so")
    return found


def _keep(ended: Done[EditTask, Edited] | Lost[EditTask], folder: Folder, told: set[str]) -> dict[str, Any]:
    """The record of an edit, whose image is in the folder then; troubles not yet ``told`` are told.

    Raises:
        StorageError: it cannot be written.
    """
    task = ended.task
    if isinstance(ended, Lost):
        own = item_seed(task.seed, task.item.id)
        return Attempt(task.item.id, own, None, "failed", ended.reason).record(None)
    edited = ended.result
    if edited.content is not None:
        write_whole(folder.path / f"{task.item.id}.png", edited.content)
    if edited.trouble and edited.trouble not in told:
        told.add(edited.trouble)
        warn(f"{edited.trouble}: its images come back to this machine")
    if (cut := edited.record.get("cut")) and "cut" not in told:
        told.add("cut")
        name, count = next(iter(cut.items()))
        warn(
            f"{task.item.id}: of its instruction's {count['tokens']} tokens {name} reads {count['read']}; "
            "'cut' in the records says of which items more is cut"
        )
    return edited.record | ({"restarts": ended.deaths} if ended.deaths else {})


def finished(out: Path) -> Set[str]:
    """Ids whose last record is ok and whose image still has the bytes that it had then."""
    last = {str(record.get("item_id")): place for place, record in read_places(out / RECORDS)}
    with Progress("looking at what is there", len(last)) as progress:
        for place, record in read_places(out / RECORDS):
            item_id = str(record.get("item_id"))
            if last.get(item_id) == place:
                if not _is_there(out / f"{item_id}.png", record):
                    del last[item_id]
                progress.advance()
    return last.keys()


def _is_there(path: Path, record: dict[str, Any]) -> bool:
    ok = record.get("status") == "ok" and path.is_file()
    return ok and digest(path.read_bytes()) == record.get("sha256")
