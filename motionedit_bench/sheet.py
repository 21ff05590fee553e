"""One model's scores in the making: what is measured of an item, and the rows that come of it."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, WeightsUnavailable, explain
from motionedit_bench.images import decode
from motionedit_bench.journal import Journal, make_folder, read_at, read_places, write_whole
from motionedit_bench.judging import JudgeGauge
from motionedit_bench.lazily import lazily
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.base import Instruments, Metric, NotApplicable
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.predictions import SCORES, ModelPredictions
from motionedit_bench.records import Item, Prediction, Score, Status, digest, digest_of
from motionedit_bench.scores import SCORING, read_scoring, slot

SETTLED = ("ok", "missing", "corrupt", "not_applicable")
"""Statuses that the same bytes would get again; rows of others are tried anew by the next scoring."""


Finding = tuple[Status, float | None, str | None, dict[str, Any]]
"""(status, value, reason, terms)."""


class Gauge:
    """One metric of a scoring: ready to measure, or known to be unavailable and why."""

    reads_instruction = False

    def __init__(self, name: str, instruments: Instruments) -> None:
        kind = METRICS.get(name)
        self.names: tuple[str, ...] = (name,)
        self.variant = kind.variant(instruments)
        self.metric: Metric | None = None
        self.why_not: str | None = None
        try:
            self.metric = kind(instruments)
        except WeightsUnavailable as error:
            self.why_not = str(error)
        self.detail: dict[str, Any] = self.variant | (self.metric.implementation if self.metric else {})

    def measure(self, item: Item, comparison: Comparison | None) -> dict[str, Finding]:
        """The findings of one edit by metric; whatever goes wrong becomes a status."""
        return dict.fromkeys(self.names, self.finding(comparison))

    def finding(self, comparison: Comparison | None) -> Finding:
        """(status, value, reason, terms) of one edit."""
        if self.metric is None or comparison is None:
            return "unavailable", None, self.why_not, {}
        try:
            found = self.metric.measure(comparison)
        except NotApplicable as error:
            return "not_applicable", None, str(error), {}
        except Exception as error:  # noqa: BLE001 (becomes the row's reason)
            return "failed", None, explain(error), {}
        if not math.isfinite(found.value):
            return "failed", None, f"the metric gave {found.value}", found.detail
        return "ok", found.value, None, found.detail


class Task:
    """An item under scoring: its pictures are read once and decoded when first needed."""

    def __init__(self, item: Item, instruments: Instruments) -> None:
        self.item = item
        self._instruments = instruments
        self._input = item.input.read()
        self._target = item.target.read() if item.target else None
        self.digests = [digest(self._input), digest(self._target) if self._target is not None else None]

    @lazily
    def scene(self) -> Scene:
        """The item's pictures.

        Raises:
            NotApplicable: the input cannot be decoded.
        """
        try:
            return Scene(decode(self._input), self._target, self._instruments, self._input)
        except ImageError as error:
            raise NotApplicable(f"an image of the benchmark is unusable: {error}") from error


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
        for place, row in read_places(folder / SCORES):
            self._known[row["key"]] = (row["status"], place)
            self._last[slot(row)] = row["key"]

    def measure(self, task: Task, gauges: Sequence[Gauge | JudgeGauge]) -> list[dict[str, Any]]:
        """The rows of one item: those that still hold, as they lie there, and new ones."""
        return self.carry_out(self.plan(task, gauges))

    def plan(self, task: Task, gauges: Sequence[Gauge | JudgeGauge]) -> "Plan":
        """What is to be measured of one item."""
        prediction, content = self._read(task.item.id)
        origin = digest(content) if content is not None else [prediction.status, prediction.reason]
        plan = Plan(task.item)
        for gauge in gauges:
            keys = {}
            read = [task.item.instruction] if gauge.reads_instruction else []
            for name in gauge.names:
                key = digest_of([self.model, task.item.id, name, gauge.detail, task.digests, origin, *read])
                status, place = self._known.get(key, ("", 0))
                if status in SETTLED:
                    plan.rows.append(read_at(self._journal.path, place))
                else:
                    keys[name] = key
            if keys:
                plan.todo.append((gauge, keys))
        if plan.todo:
            plan.comparison, plan.status, plan.reason = self._compare(task, prediction, content)
        return plan

    def carry_out(self, plan: "Plan") -> list[dict[str, Any]]:
        """All rows of a planned item."""
        rows = list(plan.rows)
        for gauge, keys in plan.todo:
            findings: dict[str, Finding] = dict.fromkeys(keys, (plan.status, None, plan.reason, {}))
            if gauge.why_not or plan.comparison is not None:
                findings = gauge.measure(plan.item, plan.comparison)
            for name, key in keys.items():
                found_status, value, found_reason, terms = findings[name]
                detail = gauge.detail | terms
                new = Score(self.model, plan.item.id, name, value, found_status, found_reason, detail, key)
                rows.append(asdict(new))
        return rows

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Let these rows count; one that counts already is not written again."""
        for row in rows:
            self.tally[row["status"]] += 1
            counts = self._last.get(slot(row)) == row["key"]
            if not counts or row != read_at(self._journal.path, self._known[row["key"]][1]):
                self._journal.append(row)

    def _read(self, item_id: str) -> tuple[Prediction, bytes | None]:
        prediction = self.predictions.of(item_id)
        if prediction.picture is None:
            return prediction, None
        try:
            return prediction, prediction.picture.read()
        except OSError as error:
            reason = f"{prediction.picture.name} cannot be read: {error.strerror or error}"
            return Prediction(self.model, item_id, None, "corrupt", reason), None

    def _compare(
        self, task: Task, prediction: Prediction, content: bytes | None
    ) -> tuple[Comparison | None, Status, str | None]:
        if content is None:
            return None, prediction.status, prediction.reason
        try:
            return Comparison(task.scene, decode(content), content), "ok", None
        except ImageError as error:
            return None, "corrupt", str(error)
        except NotApplicable as error:
            return None, "not_applicable", str(error)

    def describe(self, benchmark: Benchmark, session: dict[str, Any]) -> None:
        """Write what these scores are of, with this session after the earlier ones."""
        path = self.folder / SCORING
        if self._earlier is None:
            self._earlier = read_scoring(path).get("sessions", []) if path.exists() else []
        content = {
            "format": 1,
            "model": self.model,
            "bench": benchmark.facts(),
            "items": [{"id": item.id, "category": item.category} for item in benchmark.items],
            "sessions": [*self._earlier, session],
        }
        write_whole(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())

    def close(self) -> None:
        self._journal.close()


@dataclass
class Plan:
    """One model's edit of an item before it is measured.

    Attributes:
        rows: those that still hold. todo: what is to be measured, each with its rows' keys by metric.
        comparison: the edit, where something is to be measured and it can be; else status and reason.
    """

    item: Item
    rows: list[dict[str, Any]] = field(default_factory=list)
    todo: list[tuple[Gauge | JudgeGauge, dict[str, str]]] = field(default_factory=list)
    comparison: Comparison | None = None
    status: Status = "ok"
    reason: str | None = None
