"""Direct comparison: two models' edits of one item before a judge, in both orders."""

import json
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, StorageError, explain
from motionedit_bench.images import decode
from motionedit_bench.journal import write_whole
from motionedit_bench.metrics.base import Instruments, NotApplicable
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.judge.asking import AskingJudge
from motionedit_bench.metrics.judge.base import STATUS_OF, Case, Judge, Preference
from motionedit_bench.metrics.judge.rubric import question, wording
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item
from motionedit_bench.scoring import in_order
from motionedit_bench.sheet import Task

COMPARISONS = "comparisons.jsonl"

Duel = tuple[Item, str, str, Case | str, Case | str]
"""(item, model a, model b, edit of a, edit of b); a text is the reason why there is no edit."""


def prefer(
    benchmark: Benchmark, folders: Sequence[Path], judge: Judge, instruments: Instruments, workers: int = 1
) -> Iterator[dict[str, Any]]:
    """One row for each item and pair of models, in the order of items and names.

    ``outcome`` is ``a``, ``b`` or ``tie``; where the judge changes its mind with the order, it is a tie.
    It is ``None`` where one of the edits is missing, or the judge gave no answer in one order; ``status``
    and ``reason`` say why. Rows do not depend on how many calls are under way.
    """
    duels = _duels(benchmark, [ModelPredictions(folder) for folder in folders], instruments)
    asked = wording((question("preference"),)) if isinstance(judge, AskingJudge) else judge.variant["rubric"]
    about = {"judge": judge.spec, "rubric": asked}
    at_once = judge.concurrency if judge.asks else workers
    total = len(benchmark.items) * len(folders) * (len(folders) - 1) // 2
    with Progress("comparing", total, failing="without outcome") as progress:
        for row in in_order(lambda duel: _row(duel, judge), duels, at_once, None, 8 * at_once, judge.close):
            progress.advance(failed=row["outcome"] is None)
            yield about | row


def write(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Write the rows to ``comparisons.jsonl`` in a folder.

    Raises:
        StorageError: the folder cannot be written.
    """
    lines = [json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows]
    write_whole(folder / COMPARISONS, "".join(lines).encode())
    return folder / COMPARISONS


def _duels(
    benchmark: Benchmark, models: Sequence[ModelPredictions], instruments: Instruments
) -> Iterator[Duel]:
    for item in benchmark.items:
        task = Task(item, instruments)
        edits = {predictions.model: _case(task, predictions) for predictions in models}
        for a, b in combinations(sorted(edits), 2):
            yield item, a, b, edits[a], edits[b]


def _case(task: Task, predictions: ModelPredictions) -> Case | str:
    prediction = predictions.of(task.item.id)
    if prediction.picture is None:
        return f"{predictions.model}: {prediction.reason}"
    try:
        content = prediction.picture.read()
        comparison = Comparison(task.scene, decode(content), content)
    except (OSError, ImageError, NotApplicable) as error:
        return f"{predictions.model}: {error}"
    return Case(task.item.instruction, comparison)


def _row(duel: Duel, judge: Judge) -> dict[str, Any]:
    item, a, b, first, second = duel
    row: dict[str, Any] = {"item_id": item.id, "model_a": a, "model_b": b, "outcome": None, "orders": []}
    if isinstance(first, str) or isinstance(second, str):
        reasons = [case for case in (first, second) if isinstance(case, str)]
        return row | {"status": "missing", "reason": "; ".join(reasons)}
    try:
        found = [judge.prefer(first, second), judge.prefer(second, first)]
    except StorageError:
        raise
    except NotApplicable as error:
        return row | {"status": "not_applicable", "reason": str(error)}
    except Exception as error:  # noqa: BLE001 (becomes the row's reason)
        return row | {"status": "failed", "reason": explain(error)}
    row["orders"] = [
        {"first": name, "winner": one.winner, "why": one.reason, **one.detail}
        for name, one in zip("ab", found, strict=True)
    ]
    failed = next((one for one in found if one.outcome is not None), None)
    if failed is not None and failed.outcome is not None:
        return row | {"status": STATUS_OF[failed.outcome], "reason": failed.reason}
    return row | {"status": "ok", "reason": None, "outcome": outcome(*found)}


def outcome(a_first: Preference, b_first: Preference) -> str:
    """``a`` or ``b`` where both orders agree on it; otherwise a tie."""
    verdicts = {(a_first.winner, b_first.winner)}
    if verdicts == {("first", "second")}:
        return "a"
    return "b" if verdicts == {("second", "first")} else "tie"
