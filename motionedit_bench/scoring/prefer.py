"""Direct comparison: two models' edits of one item before a judge, in both orders."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Case, Judge, Preference
from motionedit_bench.parallel import in_order
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.records import Item, digest
from motionedit_bench.scoring.hearing import answered_by, hear
from motionedit_bench.scoring.open import Gap, Task, decode_edit, read_edit

Pair = tuple[str, str, str]
"""(item, model a, model b), names in alphabetical order."""


@dataclass(frozen=True)
class Edit:
    """One model's edit of an item, as a judge is shown it.

    ``image`` is SHA-256 of its file, empty where there is none.
    """

    model: str
    shown: Case | Gap
    image: str


Duel = tuple[Item, Edit, Edit]


def every_pair(items: Sequence[str], models: Sequence[str]) -> list[Pair]:
    """Every two models on every item, in the order of items and names."""
    return [(item, a, b) for item in items for a, b in combinations(sorted(models), 2)]


def prefer(
    benchmark: Benchmark,
    folders: Sequence[Path],
    judge: Judge,
    instruments: Instruments,
    pairs: Sequence[Pair],
    workers: int = 1,
) -> Iterator[dict[str, Any]]:
    """One row for each pair, in the order of items and then of the pairs.

    ``outcome`` is ``a``, ``b`` or ``tie``; where the judge changes its mind with the order, it is a tie.
    It is ``None`` where one of the edits is missing, or the judge gave no answer in one order; ``status``
    and ``reason`` say why. Rows do not depend on how many calls are under way. The judge can be asked again
    afterwards, unless it was left early: then its calls are ended.
    """
    models = {one.model: one for one in map(ModelPredictions, folders)}
    duels = _duels(benchmark, models, instruments, pairs)
    at_once = judge.concurrency if judge.asks else workers
    told = 0

    def abandon() -> None:
        if told < len(pairs):
            judge.close()

    for row in in_order(lambda duel: _row(duel, judge), duels, at_once, None, 8 * at_once, abandon):
        told += 1
        yield about(judge) | row


def pairs_of_cases(
    benchmark: Benchmark, folders: Sequence[Path], instruments: Instruments, pairs: Sequence[Pair]
) -> Iterator[tuple[Case, Case]]:
    """What a judge would be shown, in both orders; pairs of which an edit is missing are passed over."""
    models = {one.model: one for one in map(ModelPredictions, folders)}
    for _, a, b in _duels(benchmark, models, instruments, pairs):
        first, second = a.shown, b.shown
        if not isinstance(first, Gap) and not isinstance(second, Gap):
            yield from ((first, second), (second, first))


def about(judge: Judge) -> dict[str, str]:
    """What all rows of a judge say of it."""
    told = {name: value for name, value in judge.choice.items() if name != "protocol"}
    weights = {name: value for name, value in judge.versions.items() if name == "weights"}
    return told | weights | {"rubric": judge.preference_wording}


def _duels(
    benchmark: Benchmark,
    models: Mapping[str, ModelPredictions],
    instruments: Instruments,
    pairs: Sequence[Pair],
) -> Iterator[Duel]:
    wanted: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for item_id, a, b in pairs:
        wanted[item_id].append((a, b))
    for item in benchmark.items:
        if item.id in wanted:
            task = Task(item, instruments)
            names = dict.fromkeys(name for pair in wanted[item.id] for name in pair)
            edits = {name: _edit(task, models[name]) for name in names}
            yield from ((item, edits[a], edits[b]) for a, b in wanted[item.id])


def _edit(task: Task, predictions: ModelPredictions) -> Edit:
    read = read_edit(task.item.id, predictions)
    found = decode_edit(task, read)
    shown = found if isinstance(found, Gap) else Case(task.item.instruction, found)
    return Edit(predictions.model, shown, "" if isinstance(read, Gap) else digest(read))


def _row(duel: Duel, judge: Judge) -> dict[str, Any]:
    item, a, b = duel
    row: dict[str, Any] = {"item_id": item.id, "model_a": a.model, "model_b": b.model}
    row |= {"image_a": a.image, "image_b": b.image, "outcome": None, "orders": []}
    first, second = a.shown, b.shown
    if isinstance(first, Gap) or isinstance(second, Gap):
        gaps = [(edit.model, edit.shown) for edit in (a, b) if isinstance(edit.shown, Gap)]
        reason = "; ".join(f"{model}: {gap.reason}" for model, gap in gaps)
        return row | {"status": gaps[0][1].status, "reason": reason}
    return row | verdict(judge, first, second)


def verdict(judge: Judge, first: Case, second: Case) -> dict[str, Any]:
    """What a judge says of two edits in both orders: ``orders``, ``outcome``, ``status`` and ``reason``, and
    who answered, or is to blame that there is no outcome."""
    said, gap = hear(lambda: (judge.prefer(first, second), judge.prefer(second, first)))
    orders = [
        {"first": name, "winner": one.winner, "why": one.reason, **one.detail}
        for name, one in zip("ab", said, strict=False)
    ]
    told = {"orders": orders, "outcome": None, **answered_by(said)}
    if gap is not None:
        return told | {"status": gap.status, "reason": gap.reason, "blame": gap.blame}
    return told | {"status": "ok", "reason": None, "outcome": outcome(*said)}


def outcome(a_first: Preference, b_first: Preference) -> str:
    """``a`` or ``b`` where both orders agree on it; otherwise a tie."""
    verdicts = {(a_first.winner, b_first.winner)}
    if verdicts == {("first", "second")}:
        return "a"
    return "b" if verdicts == {("second", "first")} else "tie"
