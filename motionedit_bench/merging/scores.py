"""The scores of all shards of a model, as one scoring."""

import heapq
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from motionedit_bench.errors import PredictionsError, one_line
from motionedit_bench.merging.shares import Share, order, sessions
from motionedit_bench.predictions import SCORES
from motionedit_bench.scoring.rows import DAMAGED, choices, said, slot, variant_names

FOUND = ("answered_by",)
"""Versions that a row is told by whom it asked: they may differ from row to row of one scoring."""

Column = tuple[str, ...]
"""Metric, and each choice as ``name=value``."""


def merged_scoring(found: Sequence[Share]) -> dict[str, Any]:
    """What ``scoring.json`` of the undivided scoring says, with the sessions of all shares."""
    first = found[0].about
    kept = {name: value for name, value in first.items() if name != "share"}
    return {**kept, "sessions": sessions(found)}


def merged_rows(found: Sequence[Share]) -> Iterator[bytes]:
    """The lines of all shares' scores, in the order in which an undivided scoring writes them.

    That is pass by pass (metrics, then judges; then what later scorings added), each in the benchmark's
    order. Call `check_rows` first.
    """
    place = {item: number for number, item in enumerate(order(found))}
    streams = [_keyed(one, place) for one in found]
    return (line for *_, line in heapq.merge(*streams, key=lambda keyed: keyed[:2]))


def _keyed(one: Share, place: Mapping[str, int]) -> Iterator[tuple[int, int, bytes]]:
    """Each line with its pass and its item's place; a new pass begins where items start over."""
    turn, last = 0, -1
    for line, row in one.lines(SCORES):
        here = place[row["item_id"]]
        turn += here < last
        last = here
        yield turn, here, line


def check_rows(found: Sequence[Share]) -> int:
    """Make sure that all are scored whole, in the same versions of the same metrics; how many rows count.

    Raises:
        PredictionsError: it is not so; the text names the first difference.
    """
    surveys = [_survey(one) for one in found]
    columns = list(dict.fromkeys(column for survey in surveys for column in survey))
    for one in found:
        if lacking := sorted(_measured(one) - {column[0] for column in columns}):
            raise one.refuse(f"lacks {lacking[0]} of {len(one.items)} of its {len(one.items)} items")
    counting = 0
    for column in columns:
        metric = " ".join(column)
        first: tuple[Share, str] | None = None
        for one, survey in zip(found, surveys, strict=True):
            rows, versions = survey.get(column, (array("L"), []))
            scored = len(rows) - rows.count(0)
            if scored < len(one.items):
                raise one.refuse(f"lacks {metric} of {len(one.items) - scored} of its {len(one.items)} items")
            counting += scored
            for number in sorted(set(rows)):
                first = first or (one, versions[number - 1])
                if versions[number - 1] != first[1]:
                    raise _differ(metric, first, (one, versions[number - 1]))
    return counting


def _measured(one: Share) -> set[str]:
    """The metrics that its last scoring measures."""
    told = one.about["sessions"][-1].get("metrics")
    return set(told) if isinstance(told, dict) else set()


def _survey(one: Share) -> dict[Column, tuple["array[int]", list[str]]]:
    """For each column, which versions the last row of each item has (counted from 1; 0: no row)."""
    place = {item: number for number, item in enumerate(one.items)}
    found: dict[Column, tuple[array[int], list[str]]] = {}
    for _, row in one.lines(SCORES):
        try:
            _ = said(row), "".join(slot(row))
        except DAMAGED as error:
            raise one.refuse(f"has a damaged row in {SCORES}, {error!r}") from error
        if row["item_id"] not in place:
            raise PredictionsError(
                f"{one} holds scores of item {row['item_id']}, which is not its own ({one.folder}): "
                "remove that folder"
            )
        column = (row["metric"], *choices(row))
        rows, versions = found.setdefault(column, (array("L", [0]) * len(place), []))
        names = sorted(set(variant_names(row)[1]) - set(FOUND))
        told = json.dumps({name: row["detail"].get(name) for name in names})
        if told not in versions:
            versions.append(told)
        rows[place[row["item_id"]]] = versions.index(told) + 1
    return found


def _differ(metric: str, one: tuple[Share, str], two: tuple[Share, str]) -> PredictionsError:
    here, there = json.loads(one[1]), json.loads(two[1])
    name = min(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
    told = " and ".join(one_line(f"{found.get(name)}", 60) for found in (here, there))
    return PredictionsError(
        f"shards {one[0].shard} and {two[0].shard} scored {metric} with another {name} ({told}): "
        "score them with the same versions"
    )
