"""Comparisons on the disk: the lines of ``comparisons.jsonl``, whose they are, and which of them count."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.files import json_bytes, read_lines, write_whole
from motionedit_bench.locks import turn
from motionedit_bench.predictions import COMPARISONS

Row = dict[str, Any]

JUDGE = ("judge", "flow", "address", "parameters", "weights")
"""The fields of a row that say who compared; rows that differ in one are of two judges."""

OUTCOMES = ("a", "b", "tie", None)
WINNERS = ("first", "second", "tie", None)


def judge_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Who compared, as it was asked: the fields of `JUDGE`, empty where there is none."""
    return tuple(str(row.get(name) or "") for name in JUDGE)


def by_judge(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The rows of each judge by a name, which has more than the judge's own only where two would share it.

    >>> list(by_judge([{"judge": "openai:m"}, {"judge": "openai:m", "parameters": "seed=1"}]))
    ['openai:m', 'openai:m (seed=1)']
    """
    own: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        own.setdefault(judge_of(row), []).append(row)
    shared = Counter(judge for judge, *_ in own)
    return {_name(*judge, alone=shared[judge[0]] == 1): found for judge, found in own.items()}


def _name(judge: str, *apart: str, alone: bool) -> str:
    told = ", ".join(filter(None, apart))
    return judge if alone or not told else f"{judge} ({told})"


def write_comparisons(rows: Sequence[Row], folder: Path) -> None:
    """Write the rows to ``comparisons.jsonl`` in a folder, in place of what that has by the same judges.

    Those of other judges stay, before these, whoever writes at the same time.

    Raises:
        StorageError: the folder cannot be written, or what is there is damaged.
    """
    asked = set(map(judge_of, rows))
    with turn(folder):
        kept = [row for row in read_lines(folder / COMPARISONS) if judge_of(row) not in asked]
        write_whole(folder / COMPARISONS, b"".join(map(json_bytes, [*kept, *rows])))


def read_comparisons(folder: Path, models: Collection[str], items: Collection[str]) -> list[Row]:
    """The rows that count of what judges compared among these models on these items.

    Of several rows of one judge on one pair the last one counts, whichever edit it names first. None counts
    that is about another picture than the last row on that edit: the picture has changed since, and the judge
    is to be asked again. Rows of another form are passed over.

    Raises:
        StorageError: a line is damaged.
    """
    wanted, known = set(models), set(items)
    last: dict[tuple[str, ...], Row] = {}
    images: dict[tuple[str, str], str] = {}
    for row in read_lines(folder / COMPARISONS):
        if not (_is_comparison(row) and row["item_id"] in known):
            continue
        if not {row["model_a"], row["model_b"]} <= wanted:
            continue
        place = (*judge_of(row), row["item_id"], *sorted((row["model_a"], row["model_b"])))
        last.pop(place, None)
        last[place] = {"orders": [], **row}
        images |= _images(row)
    return [row for row in last.values() if _images(row).items() <= images.items()]


def _is_comparison(row: Mapping[str, Any]) -> bool:
    """Whether a row says of two models' edits what a comparison can."""
    named = all(isinstance(row.get(name), str) for name in ("item_id", "judge", "model_a", "model_b"))
    if not named or row["model_a"] == row["model_b"] or row.get("outcome", "") not in OUTCOMES:
        return False
    orders = row.get("orders", [])
    heard = isinstance(orders, list) and all(
        isinstance(one, Mapping) and one.get("winner") in WINNERS for one in orders
    )
    return heard and isinstance(row.get("answered_by"), str | None)


def _images(row: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """SHA-256 of the pictures that a row is about, by item and model, as far as it tells them."""
    sides = ((row["model_a"], row.get("image_a")), (row["model_b"], row.get("image_b")))
    return {(row["item_id"], model): image for model, image in sides if image is not None}
