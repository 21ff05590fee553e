"""The scoring: every metric of every prediction, as rows that are written as they come."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import torch

from motionedit_bench import provenance
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError
from motionedit_bench.images import decode
from motionedit_bench.judging import JudgeGauge, describe
from motionedit_bench.metrics.base import Instruments, NotApplicable
from motionedit_bench.metrics.catalogue import JUDGED
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.judge.base import Case, Judge
from motionedit_bench.predictions import ModelPredictions, manifest_bench
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Item
from motionedit_bench.sheet import Gauge, Sheet, Task

S = TypeVar("S")
T = TypeVar("T")

READY, AHEAD = 32, 128
"""While judges are at work, at most so many further edits are made ready, and so many more are taken up,
so that one slow answer holds nobody up."""


def score(
    benchmark: Benchmark,
    folders: Sequence[Path],
    metrics: Sequence[str],
    instruments: Instruments,
    out: Path | None = None,
    workers: int = 1,
    judges: Sequence[Judge] = (),
    judged: Sequence[str] = JUDGED,
    spent: Callable[[], str] | None = None,
) -> Counter[str]:
    """Score every model's predictions on every item; returns how many rows have which status.

    Rows go to ``scores.jsonl`` in the model's folder, or in ``out/<model>``; what is there already
    and still holds is not computed again. Nothing that goes wrong with one item ends the scoring.
    ``workers`` threads score one item each; then ``judges`` that ask models rate one edit after the
    other, with many calls under way. Rows and their order do not depend on how many.

    ``judged`` names the judges' metrics that are wanted; ``spent`` tells progress what was spent.

    Raises:
        UsageError: an unknown metric.
        StorageError: a folder cannot be written, or another scoring is writing to it.
    """
    gauges: list[Gauge | JudgeGauge] = [Gauge(name, instruments) for name in metrics]
    gauges += [JudgeGauge(judge, judged) for judge in judges if not judge.asks]
    asking = [JudgeGauge(judge, judged) for judge in judges if judge.asks]
    for gauge in gauges:
        if gauge.why_not:
            warn(f"{', '.join(gauge.names)} is unavailable: {gauge.why_not}")
    with Progress("reading the benchmark", len(benchmark.items)) as progress:
        fingerprint = benchmark.fingerprint(progress.advance)
    session = provenance.session() | {
        "metrics": {gauge.names[0]: gauge.detail for gauge in gauges if isinstance(gauge, Gauge)},
        "flow": instruments.flow,
        "flow_size": instruments.flow_size,
        "flow_batch": instruments.flow_options.get("batch", 1),
        "device": instruments.device,
    }
    with ExitStack() as stack:
        sheets = []
        for folder in folders:
            predictions = ModelPredictions(folder)
            sheets.append(Sheet(predictions, out / predictions.model if out else folder))
            stack.callback(sheets[-1].close)
        for sheet in sheets:
            sheet.describe(benchmark, session)
            made_on = manifest_bench(sheet.predictions.folder)
            if made_on and made_on["fingerprint"] != fingerprint:
                warn(f"{sheet.model} was run on another version of this benchmark or on another one")

        at_once = instruments.flow_options.get("batch", 1)

        def measure(item: Item) -> list[list[dict[str, Any]]]:
            task = Task(item, instruments)
            rows = []
            for start in range(0, len(sheets), at_once):
                rows += _measure_together(sheets[start : start + at_once], task, gauges)
            return rows

        todo = benchmark.items if gauges else ()
        with Progress("scoring", len(todo), failing="with gaps") as progress:
            for rows_of_sheets in in_order(measure, todo, workers, _one_thread_each):
                for sheet, rows in zip(sheets, rows_of_sheets, strict=True):
                    sheet.write(rows)
                progress.advance(failed=any(row["status"] != "ok" for rows in rows_of_sheets for row in rows))

        if asking:
            _judge(benchmark, sheets, asking, instruments, spent)
        if judges:
            session["judges"] = [describe(judge) for judge in judges]
            for sheet in sheets:
                sheet.describe(benchmark, session)
    return sum((sheet.tally for sheet in sheets), Counter())


def _measure_together(
    sheets: Sequence[Sheet], task: Task, gauges: Sequence[Gauge | JudgeGauge]
) -> list[list[dict[str, Any]]]:
    """The rows of one item from some models, whose flows are computed at a time."""
    plans = [sheet.plan(task, gauges) for sheet in sheets]
    comparisons = [plan.comparison for plan in plans if plan.comparison is not None]
    if len(comparisons) > 1:
        for comparison in comparisons:
            comparison.together = comparisons
    return [sheet.carry_out(plan) for sheet, plan in zip(sheets, plans, strict=True)]


def _judge(
    benchmark: Benchmark,
    sheets: Sequence[Sheet],
    gauges: Sequence[JudgeGauge],
    instruments: Instruments,
    spent: Callable[[], str] | None,
) -> None:
    """Have every edit rated by judges that ask models, with as many calls under way as they allow."""
    edits = ((sheet, task) for task in _tasks(benchmark, instruments) for sheet in sheets)

    def measure(edit: tuple[Sheet, Task]) -> tuple[Sheet, list[dict[str, Any]]]:
        sheet, task = edit
        return sheet, sheet.measure(task, gauges)

    def abandon() -> None:
        for gauge in gauges:
            gauge.judge.close()

    at_once = max(gauge.judge.concurrency for gauge in gauges)
    total = len(benchmark.items) * len(sheets)
    with Progress("judging", total, failing="with gaps", note=spent) as progress:
        threads = at_once + min(at_once, READY)
        ahead = threads + min(AHEAD, 7 * at_once)
        for sheet, rows in in_order(measure, edits, threads, None, ahead, abandon):
            sheet.write(rows)
            progress.advance(failed=any(row["status"] != "ok" for row in rows))


def _tasks(benchmark: Benchmark, instruments: Instruments) -> Iterator[Task]:
    return (Task(item, instruments) for item in benchmark.items)


def cases(
    benchmark: Benchmark, folders: Sequence[Path], instruments: Instruments
) -> Iterator[tuple[str, Item, Case]]:
    """Every edit that can be judged, with its model and item; those that cannot are passed over."""
    models = [ModelPredictions(folder) for folder in folders]
    for task in _tasks(benchmark, instruments):
        for predictions in models:
            picture = predictions.of(task.item.id).picture
            try:
                if picture is not None:
                    content = picture.read()
                    comparison = Comparison(task.scene, decode(content), content)
                    yield predictions.model, task.item, Case(task.item.instruction, comparison)
            except (OSError, ImageError, NotApplicable):
                continue


def in_order(
    work: Callable[[S], T],
    things: Iterable[S],
    workers: int,
    initializer: Callable[[], None] | None = None,
    most_ahead: int | None = None,
    abandon: Callable[[], None] = lambda: None,
) -> Iterator[T]:
    """Results in the things' order, computed by so many threads, a few things ahead at the most.

    ``abandon`` is called at the end, and before the threads are waited for where it comes early.
    """
    with ThreadPoolExecutor(workers, initializer=initializer) as pool:
        ahead: deque[Future[T]] = deque()
        try:
            for thing in things:
                ahead.append(pool.submit(work, thing))
                if len(ahead) > (most_ahead or workers):
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
            abandon()


def _one_thread_each() -> None:
    """Within a worker, tensor code runs on one thread: sums then do not depend on how many there are."""
    torch.set_num_threads(1)
