"""One model's scores in the making: what is to be measured of an item, and the rows that come of it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errata import errata_of
from motionedit_bench.errors import StorageError
from motionedit_bench.files import Journal, json_bytes, make_folder, write_whole
from motionedit_bench.predictions import SCORES, SCORING, ModelPredictions
from motionedit_bench.records import Item, Score, digest, digest_of
from motionedit_bench.scoring.bundle import Findings, findings
from motionedit_bench.scoring.earlier import Earlier, Standing
from motionedit_bench.scoring.finding import Finding
from motionedit_bench.scoring.gauge import Gauge
from motionedit_bench.scoring.open import Gap, Task, decode_edit, looks, read_edit
from motionedit_bench.scoring.rows import Slot, read_scoring, record_of, score_of, slot

SETTLED = ("ok", "missing", "corrupt", "not_applicable")
"""Statuses that the same bytes would get again; rows of others are tried anew by the next scoring."""


class Sheet:
    """One model's scores: what is there, and where new rows go.

    Of the rows in one slot (item, metric, variant) the last one counts. Rows stay on the disk, and only
    their places are held; see `Earlier`. `plan`, `rows` and `measure` change nothing and may run in many
    threads, `write` in one.
    """

    def __init__(self, predictions: ModelPredictions, folder: Path) -> None:
        self.predictions = predictions
        self.model = predictions.model
        self.folder = make_folder(folder)
        self.tally: Counter[str] = Counter()
        self._earlier: list[dict[str, Any]] | None = None
        self._journal = Journal(folder / SCORES)
        try:
            self._rows = Earlier(folder / SCORES)
        except StorageError:
            self._journal.close()
            raise

    def measure(self, task: Task, gauges: Sequence[Gauge]) -> list[Score]:
        """The rows of one item: those that still hold, as they lie there, and new ones."""
        plan = self.plan(task, gauges)
        if not plan.todo:
            return plan.rows
        edit = decode_edit(task, plan.read)
        return self.rows(plan, gauges, [findings(gauges[place], task.item, edit) for place, _ in plan.todo])

    def plan(self, task: Task, gauges: Sequence[Gauge]) -> "Plan":
        """What is to be measured of one item: whatever no row that holds is there for."""
        read = read_edit(task.item.id, self.predictions)
        plan = Plan(task.item, read, dict(task.notes), "" if isinstance(read, Gap) else digest(read))
        origin: Any = [read.status, read.reason] if isinstance(read, Gap) else None
        if not isinstance(read, Gap):
            seen = looks(read)
            origin = seen.identity
            plan.notes |= {"edited": seen.note} if seen.note else {}
        earlier = self._rows.of(task.item.id).by_key
        for place, gauge in enumerate(gauges):
            keys = {}
            depends = {**gauge.choice, **gauge.versions, **gauge.settings}
            words = [task.item.instruction] if gauge.reads_instruction else []
            for name in gauge.names:
                key = digest_of([self.model, task.item.id, name, depends, task.digests, origin, *words])
                known = earlier.get(key)
                if known is not None and known["status"] in SETTLED:
                    plan.rows.append(score_of(known))
                else:
                    keys[name] = key
            if keys:
                plan.todo.append((place, keys))
        return plan

    def rows(self, plan: "Plan", gauges: Sequence[Gauge], found: Sequence[Findings]) -> list[Score]:
        """All rows of a planned item, with what was found for each entry of its `Plan.todo`."""
        rows = list(plan.rows)
        for (place, keys), by_metric in zip(plan.todo, found, strict=True):
            rows += [self._row(plan, gauges[place], name, by_metric[name], key) for name, key in keys.items()]
        return rows

    def _row(self, plan: "Plan", gauge: Gauge, name: str, found: Finding, key: str) -> Score:
        notes = {"colours": plan.notes} if plan.notes else {}
        return Score(
            model=self.model,
            item_id=plan.item.id,
            metric=name,
            value=found.value,
            status=found.status,
            reason=found.reason,
            choice=gauge.choice,
            versions={**gauge.versions, **found.versions},
            terms={**gauge.settings, **found.terms, **notes},
            key=key,
            blame=found.blame,
            image=plan.image,
        )

    def write(self, rows: Sequence[Score]) -> None:
        """Let these rows count; one that counts already is not written again.

        Rows of the same items on other images count no longer: they speak of edits that are gone.
        """
        now = {row.item_id: row.image for row in rows if row.image is not None}
        earlier = {item: self._rows.of(item) for item in {row.item_id for row in rows}}
        for row in (*rows, *_outdated(now, earlier, {slot(record_of(row)) for row in rows})):
            self.tally[row.status] += 1
            record, stands = record_of(row), earlier[row.item_id]
            counts = stands.last.get(slot(record)) == row.key
            if not counts or row != score_of(stands.by_key[row.key]):
                self._rows.note(row.item_id, self._journal.append(record))

    def describe(self, benchmark: Benchmark, session: dict[str, Any]) -> None:
        """Write what these scores are of, with this session after the earlier ones."""
        path = self.folder / SCORING
        if self._earlier is None:
            self._earlier = read_scoring(path).get("sessions", []) if path.exists() else []
        content = {
            "format": 1,
            "model": self.model,
            "bench": benchmark.facts(),
            "items": [_listed(item) for item in (benchmark.whole or benchmark).items],
            **({"share": benchmark.share} if benchmark.share else {}),
            "sessions": [*self._earlier, session],
        }
        if known := errata_of(self.predictions.folder):
            content["errata"] = [erratum.name for erratum in known]
        write_whole(path, json_bytes(content, indent=1))

    def close(self) -> None:
        self._journal.close()


@dataclass
class Plan:
    """One model's edit of an item before it is measured.

    Attributes:
        read: the edit's file, or the gap where it is.
        notes: what becomes of the pictures' colours, by picture, where they are not plain sRGB.
        image: SHA-256 of the edit's file, empty where there is none.
        rows: those that still hold. todo: places of the gauges that are to measure it, each with its
            rows' keys by metric.
    """

    item: Item
    read: bytes | Gap
    notes: dict[str, str]
    image: str
    rows: list[Score] = field(default_factory=list)
    todo: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    @property
    def places(self) -> tuple[int, ...]:
        """The gauges that are to measure it."""
        return tuple(place for place, _ in self.todo)


def _listed(item: Item) -> dict[str, Any]:
    """What is said of an item that is expected."""
    return {"id": item.id, "category": item.category, **({"video": item.video} if item.video else {})}


def _outdated(
    now: Mapping[str, str], earlier: Mapping[str, Standing], written: Collection[Slot]
) -> Iterator[Score]:
    """What stands in place of rows that were on other images than those of now."""
    for item, image in now.items():
        for place, before in earlier[item].images.items():
            if before != image and place not in written:
                old = score_of(earlier[item].by_key[earlier[item].last[place]])
                reason = f"the image has changed since: score it by {old.metric} again"
                key = digest_of([old.key, image])
                yield replace(
                    old, value=None, status="unavailable", reason=reason, terms={}, key=key, image=image
                )
