"""Direct comparison: two models' edits of one item before a judge, in both orders."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.files import json_bytes, write_whole
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Case, Judge, Preference
from motionedit_bench.parallel import in_order
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Item
from motionedit_bench.scoring.hearing import answered_by, hear, several
from motionedit_bench.scoring.open import Gap, Task, open_edit

COMPARISONS = "comparisons.jsonl"

Duel = tuple[Item, str, str, Case | Gap, Case | Gap]
"""(item, model a, model b, edit of a, edit of b)."""


def prefer(
    benchmark: Benchmark, folders: Sequence[Path], judge: Judge, instruments: Instruments, workers: int = 1
) -> Iterator[dict[str, Any]]:
    """One row for each item and pair of models, in the order of items and names.

    ``outcome`` is ``a``, ``b`` or ``tie``; where the judge changes its mind with the order, it is a tie.
    It is ``None`` where one of the edits is missing, or the judge gave no answer in one order; ``status``
    and ``reason`` say why. Rows do not depend on how many calls are under way.
    """
    duels = _duels(benchmark, [ModelPredictions(folder) for folder in folders], instruments)
    about = {name: value for name, value in judge.choice.items() if name != "protocol"}
    about["rubric"] = judge.preference_wording
    answered: Counter[tuple[str, str]] = Counter()
    at_once = judge.concurrency if judge.asks else workers
    total = len(benchmark.items) * len(folders) * (len(folders) - 1) // 2
    with Progress("comparing", total, failing="without outcome") as progress:
        for row in in_order(lambda duel: _row(duel, judge), duels, at_once, None, 8 * at_once, judge.close):
            progress.advance(failed=row["outcome"] is None)
            answered.update([(judge.spec, row["answered_by"])] if "answered_by" in row else ())
            yield about | row
    for told in several(answered):
        warn(told)


def write(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Write the rows to ``comparisons.jsonl`` in a folder.

    Raises:
        StorageError: the folder cannot be written.
    """
    write_whole(folder / COMPARISONS, b"".join(map(json_bytes, rows)))
    return folder / COMPARISONS


def _duels(
    benchmark: Benchmark, models: Sequence[ModelPredictions], instruments: Instruments
) -> Iterator[Duel]:
    for item in benchmark.items:
        task = Task(item, instruments)
        edits = {predictions.model: _case(task, predictions) for predictions in models}
        for a, b in combinations(sorted(edits), 2):
            yield item, a, b, edits[a], edits[b]


def _case(task: Task, predictions: ModelPredictions) -> Case | Gap:
    edit = open_edit(task, predictions)
    return edit if isinstance(edit, Gap) else Case(task.item.instruction, edit)


def _row(duel: Duel, judge: Judge) -> dict[str, Any]:
    item, a, b, first, second = duel
    row: dict[str, Any] = {"item_id": item.id, "model_a": a, "model_b": b, "outcome": None, "orders": []}
    if isinstance(first, Gap) or isinstance(second, Gap):
        gaps = [(model, edit) for model, edit in ((a, first), (b, second)) if isinstance(edit, Gap)]
        reason = "; ".join(f"{model}: {gap.reason}" for model, gap in gaps)
        return row | {"status": gaps[0][1].status, "reason": reason}
    said, gap = hear(lambda: (judge.prefer(first, second), judge.prefer(second, first)))
    row["orders"] = [
        {"first": name, "winner": one.winner, "why": one.reason, **one.detail}
        for name, one in zip("ab", said, strict=False)
    ]
    row |= answered_by(said)
    if gap is not None:
        return row | {"status": gap.status, "reason": gap.reason, "blame": gap.blame}
    return row | {"status": "ok", "reason": None, "outcome": outcome(*said)}


def outcome(a_first: Preference, b_first: Preference) -> str:
    """``a`` or ``b`` where both orders agree on it; otherwise a tie."""
    verdicts = {(a_first.winner, b_first.winner)}
    if verdicts == {("first", "second")}:
        return "a"
    return "b" if verdicts == {("second", "first")} else "tie"
