"""The files that hold scores: what lies beside ``scores.jsonl``, and which of its rows counts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from motionedit_bench.errors import StorageError

SCORING = "scoring.json"
"""Beside ``scores.jsonl``: the benchmark, the items expected, and what the scores were made with."""


APART = ("flow", "flow_size", "judge", "protocol")
"""The choices that keep rows of one item and metric apart."""


def slot(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row is about: item, metric, and the variant of the metric; later rows replace earlier ones."""
    detail = row["detail"]
    return (row["item_id"], row["metric"], *(str(detail.get(name, "")) for name in APART))


def read_scoring(path: Path) -> dict[str, Any]:
    """The description beside a model's scores.

    Raises:
        StorageError: it is damaged.
    """
    try:
        content = json.loads(path.read_bytes())
        if not isinstance(content, dict):
            raise ValueError("not an object")
    except ValueError as error:
        raise StorageError(f"{path} is damaged ({error}): remove it and run `mebench score` again") from error
    return content
