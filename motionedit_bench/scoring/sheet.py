"""One model's scores in the making: what is to be measured of an item, and the rows that come of it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errata import errata_of
from motionedit_bench.files import Journal, json_bytes, make_folder, read_at, read_places, write_whole
from motionedit_bench.metrics.comparison import Comparison, Together
from motionedit_bench.predictions import SCORES, ModelPredictions
from motionedit_bench.records import Item, Score, digest, digest_of
from motionedit_bench.scoring.finding import Finding
from motionedit_bench.scoring.gauge import Gauge
from motionedit_bench.scoring.open import Gap, Task, decode_edit, looks, read_edit
from motionedit_bench.scoring.rows import SCORING, read_scoring, record_of, score_of, slot

SETTLED = ("ok", "missing", "corrupt", "not_applicable")
"""Statuses that the same bytes would get again; rows of others are tried anew by the next scoring."""


class Sheet:
    """One model's scores: what is there, and where new rows go.

    Of the rows in one slot (item, metric, variant) the last one counts. Rows stay on the disk; only
    keys, statuses and places of those that were there before are held, so that memory does not grow
    with the number of items. `measure` changes nothing and may run in many threads, `write` in one.
    """

    def __init__(self, predictions: ModelPredictions, folder: Path) -> None:
        self.predictions = predictions
        self.model = predictions.model
        self.folder = make_folder(folder)
        self.tally: Counter[str] = Counter()
        self._earlier: list[dict[str, Any]] | None = None
        self._journal = Journal(folder / SCORES)
        self._known: dict[str, tuple[str, int]] = {}
        self._last: dict[tuple[str, ...], str] = {}
        self._images: dict[str, dict[tuple[str, ...], str]] = {}
        for place, row in read_places(folder / SCORES):
            self._known[row["key"]] = (row["status"], place)
            self._last[slot(row)] = row["key"]
            if row.get("image") is not None:
                self._images.setdefault(row["item_id"], {})[slot(row)] = row["image"]

    def measure(self, task: Task, gauges: Sequence[Gauge]) -> list[Score]:
        """The rows of one item: those that still hold, as they lie there, and new ones."""
        return self.carry_out(self.plan(task, gauges))

    def plan(self, task: Task, gauges: Sequence[Gauge], together: Together | None = None) -> "Plan":
        """What is to be measured of one item; its edit is opened in that company, if there is one."""
        read = read_edit(task.item.id, self.predictions)
        plan = Plan(task.item, dict(task.notes), "" if isinstance(read, Gap) else digest(read))
        origin: Any = [read.status, read.reason] if isinstance(read, Gap) else None
        if not isinstance(read, Gap):
            seen = looks(read)
            origin = seen.identity
            plan.notes |= {"edited": seen.note} if seen.note else {}
        for gauge in gauges:
            keys = {}
            depends = {**gauge.choice, **gauge.versions, **gauge.settings}
            words = [task.item.instruction] if gauge.reads_instruction else []
            for name in gauge.names:
                key = digest_of([self.model, task.item.id, name, depends, task.digests, origin, *words])
                status, place = self._known.get(key, ("", 0))
                if status in SETTLED:
                    plan.rows.append(self._at(place))
                else:
                    keys[name] = key
            if keys:
                plan.todo.append((gauge, keys))
        if plan.todo:
            plan.edit = decode_edit(task, read, together)
        return plan

    def carry_out(self, plan: "Plan") -> list[Score]:
        """All rows of a planned item."""
        rows = list(plan.rows)
        for gauge, keys in plan.todo:
            found = _findings(gauge, plan)
            rows += [self._row(plan, gauge, name, found[name], key) for name, key in keys.items()]
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
        for row in (*rows, *self._outdated(now, {slot(record_of(row)) for row in rows})):
            self.tally[row.status] += 1
            record = record_of(row)
            counts = self._last.get(slot(record)) == row.key
            if not counts or row != self._at(self._known[row.key][1]):
                self._journal.append(record)
            if row.image is not None:
                self._images.setdefault(row.item_id, {})[slot(record)] = row.image

    def _outdated(self, now: Mapping[str, str], written: Collection[tuple[str, ...]]) -> Iterator[Score]:
        """What stands in place of rows that were on other images than those of now."""
        for item, image in now.items():
            for place, before in self._images.get(item, {}).copy().items():
                if before != image and place not in written:
                    old = self._at(self._known[self._last[place]][1])
                    reason = f"the image has changed since: score it by {old.metric} again"
                    key = digest_of([old.key, image])
                    yield replace(
                        old, value=None, status="unavailable", reason=reason, terms={}, key=key, image=image
                    )

    def _at(self, place: int) -> Score:
        return score_of(read_at(self._journal.path, place))

    def describe(self, benchmark: Benchmark, session: dict[str, Any]) -> None:
        """Write what these scores are of, with this session after the earlier ones."""
        path = self.folder / SCORING
        if self._earlier is None:
            self._earlier = read_scoring(path).get("sessions", []) if path.exists() else []
        content = {
            "format": 1,
            "model": self.model,
            "bench": benchmark.facts(),
            "items": [
                {"id": item.id, "category": item.category} for item in (benchmark.whole or benchmark).items
            ],
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
        notes: what becomes of the pictures' colours, by picture, where they are not plain sRGB.
        image: SHA-256 of the edit's file, empty where there is none.
        rows: those that still hold. todo: what is to be measured, each with its rows' keys by metric.
        edit: the edit, where something is to be measured, or the gap where it is.
    """

    item: Item
    notes: dict[str, str]
    image: str
    rows: list[Score] = field(default_factory=list)
    todo: list[tuple[Gauge, dict[str, str]]] = field(default_factory=list)
    edit: Comparison | Gap | None = None


def _findings(gauge: Gauge, plan: Plan) -> Mapping[str, Finding]:
    if gauge.why_not is not None:
        return dict.fromkeys(gauge.names, Finding("unavailable", reason=gauge.why_not))
    if isinstance(plan.edit, Comparison):
        return gauge.measure(plan.item, plan.edit)
    if plan.edit is None:
        raise ValueError("a plan with something to measure has an edit or a gap")
    return dict.fromkeys(gauge.names, Finding(plan.edit.status, reason=plan.edit.reason))
