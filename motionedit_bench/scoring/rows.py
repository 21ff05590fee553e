"""Scores on the disk: the lines of ``scores.jsonl``, which of them count, and what lies beside them.

In a line, ``detail`` holds variant and terms together, ``variant`` names those of its fields that are the
row's choice and versions; see `motionedit_bench.records.Score`.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.errors import StorageError
from motionedit_bench.files import read_json
from motionedit_bench.predictions import SCORES, SCORING
from motionedit_bench.records import STATUSES, Blame, Score
from motionedit_bench.scoring import old_rows


def is_of_scores(name: str) -> bool:
    """Whether a file's name is one of those that a scoring writes."""
    return name in (SCORES, SCORING)


FIRST = (
    *("flow", "flow_size", "metric_version", "flow_version", "network", "scikit-image"),
    *("judge", "address", "parameters", "protocol", "rubric", "repeats", "answered_by"),
)
"""The order in which a variant is told; what else there is in one follows by name."""

Slot = tuple[str, ...]
"""What a row is about: item, metric, and each choice as ``name=value``."""

DAMAGED = (LookupError, TypeError, ValueError, AttributeError)
"""What reading a row raises that is none."""


def record_of(score: Score) -> dict[str, Any]:
    """A score as an object of JSON values."""
    return {
        "model": score.model,
        "item_id": score.item_id,
        "metric": score.metric,
        "value": score.value,
        "status": score.status,
        "reason": score.reason,
        "detail": {**score.variant, **score.terms},
        "variant": {"choice": list(score.choice), "versions": list(score.versions)},
        "blame": score.blame,
        "image": score.image,
        "key": score.key,
    }


def score_of(record: Mapping[str, Any]) -> Score:
    """The score that such an object is, of today's form or of the old one.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    detail = record["detail"]
    choice, versions = variant_names(record)
    apart = {*choice, *versions}
    return Score(
        model=record["model"],
        item_id=record["item_id"],
        metric=record["metric"],
        value=record["value"],
        status=record["status"],
        reason=record["reason"],
        choice={name: str(detail[name]) for name in choice},
        versions={name: str(detail[name]) for name in versions},
        terms={name: value for name, value in detail.items() if name not in apart},
        key=record["key"],
        blame=blame(record),
        image=record.get("image"),
    )


def variant_names(record: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[str]]:
    """The fields of a row's detail that are its choice, and those that are its versions."""
    names = record.get("variant")
    if names is None:
        return old_rows.choice(record["detail"]), old_rows.versions(record["detail"])
    return names["choice"], names["versions"]


def variant(record: Mapping[str, Any]) -> dict[str, str]:
    """All that keeps a row from sharing a column with others of its metric, in the order of `FIRST`."""
    choice, versions = variant_names(record)
    place = {name: number for number, name in enumerate(FIRST)}
    names = sorted((*choice, *versions), key=lambda name: (place.get(name, len(FIRST)), name))
    return {name: str(record["detail"].get(name)) for name in names}


def blame(record: Mapping[str, Any]) -> Blame | None:
    """Who else than the model is to blame that a row has no value."""
    found: Blame | None
    found = record["blame"] if "blame" in record else old_rows.blame(record["detail"])
    return found


def said(record: Mapping[str, Any]) -> tuple[str, float | None]:
    """A row's status, and its value.

    Raises:
        KeyError, ValueError: there is no such status, a value without ``ok``, ``ok`` without a number, or a
            detail without names.
    """
    status, value = record["status"], record["value"]
    fits = type(value) in (int, float) if status == "ok" else value is None
    if status not in STATUSES or not fits or not isinstance(record["detail"], Mapping):
        about = f"{record['metric']} of item {record['item_id']}"
        raise ValueError(f"{about} has the status {status!r}, and the value {value!r}")
    return status, value


def slot(record: Mapping[str, Any]) -> Slot:
    """What a row is about; of several the last one counts, whatever their versions."""
    return (record["item_id"], record["metric"], *choices(record))


def choices(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The choice of a row, in the order of names."""
    detail = record["detail"]
    return tuple(f"{name}={detail.get(name)}" for name in sorted(variant_names(record)[0]))


def counting(records: Iterable[dict[str, Any]]) -> dict[Slot, dict[str, Any]]:
    """The rows that count, by what they are about."""
    return {slot(record): record for record in records}


def read_scoring(path: Path) -> dict[str, Any]:
    """The description beside a model's scores.

    Raises:
        StorageError: it is damaged.
    """
    try:
        content = read_json(path.read_bytes())
        if not isinstance(content, dict):
            raise ValueError("not an object")
        bench, items = content["bench"], content["items"]
        ids = [item["id"] for item in items]
        if not all(isinstance(one, str) for one in (bench["name"], bench["fingerprint"], *ids)):
            raise ValueError("it names no benchmark, or an item without an id")
        if not all(isinstance(item.get("category"), str | None) for item in items):
            raise ValueError("an item's category is no text")
        known = content.get("errata", [])
        if not isinstance(content.get("sessions", []), list) or not isinstance(known, list):
            raise ValueError("its sessions or errata are no list")
        if len(set(ids)) < len(ids) or bench.get("items", len(ids)) != len(ids):
            raise ValueError("it has an item twice, or not all of them")
    except (OSError, *DAMAGED) as error:
        raise StorageError(
            f"{path} is damaged ({error!r}): remove it and run `mebench score` again"
        ) from error
    return content
