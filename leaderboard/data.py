"""Boards as data for programs: JSON and CSV; pure."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.escaping import for_spreadsheets
from motionedit_bench.leaderboard.summary import Column, Summary

PARTS = ("mean", "ci95_low", "ci95_high", "scored", "expected", "mean_failed_as_worst", "standing")
SURROGATE = re.compile("[\ud800-\udfff]")


def json_text(board: Board, published: Sequence[Row] = ()) -> str:
    """What ``--format json`` prints; what UTF-8 cannot hold is escaped."""
    text = json.dumps(as_json(board, published), indent=1, ensure_ascii=False, allow_nan=False)
    return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_json(board: Board, published: Sequence[Row] = ()) -> dict[str, Any]:
    """The board as JSON values, as ``--format json`` prints them, categories within each row."""
    labels = board.labels
    rows = [_row(row, labels) for row in board.rows]
    for name, parts in board.categories.items():
        for line, part in zip(rows, parts, strict=True):
            line.setdefault("categories", {})[name] = _row(part, labels)["metrics"]
    for row in published:
        rows.append(_row(row, {column: column.metric for column in row.summaries}))
    bench = {key: board.bench[key] for key in ("name", "revision", "fingerprint", "items")}
    return {
        "bench": bench,
        "rows": rows,
        "headline": [labels[column] for column in board.headline if column in labels],
        "properties": {
            labels[column]: _summary(column, found)
            for column, found in board.properties.items()
            if column in labels
        },
        "seen": {
            one.flow: {"seen": one.count, "items": len(one.trusts), "mean_trust": one.mean}
            for one in board.sights
        },
    }


def _row(row: Row, labels: Mapping[Column, str]) -> dict[str, Any]:
    metrics = {
        label: _summary(column, row.summaries[column])
        for column, label in labels.items()
        if column in row.summaries
    }
    told: dict[str, Any] = {"errata": list(row.errata)} if row.errata else {}
    told |= {"trained_on": row.trained_on} if row.trained_on else {}
    told |= {"prompt_rewrite": row.rewriter} if row.rewriter else {}
    told |= {"unranked": list(row.unranked)} if row.unranked else {}
    told |= {"remark": row.remark} if row.remark else {}
    return {"model": row.model, "source": row.source, "rank": row.rank, **told, "metrics": metrics}


def _summary(column: Column, found: Summary) -> dict[str, Any]:
    return {
        "mean": found.mean,
        "ci95": list(found.ci95) if found.ci95 else None,
        "scored": found.scored,
        "expected": found.expected,
        "mean_failed_as_worst": found.mean_failed_as_worst,
        "statuses": dict(found.statuses),
        "variant": dict(column.variant),
        "standing": found.standing,
        **({"seeds": list(found.seeds), "spread": found.spread} if found.seeds else {}),
    }


def csv_text(board: Board, published: Sequence[Row] = ()) -> str:
    """One line a model; published figures in columns of their own, ``<metric>@paper``.

    With categories there is a column more, and further lines for each. A text that a spreadsheet would
    take for a formula has a quote before it.
    """
    labels = board.labels
    for row in published:
        for column in row.summaries:
            labels[column] = f"{column.metric}@paper"
    lines = [("", row) for row in (*board.rows, *published)]
    lines += [(name, row) for name, rows in board.categories.items() for row in rows]
    apart = ["category"] if board.categories else []
    known = ["errata"] if any(row.errata for row in board.rows) else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["rank", "model", "source", *apart, *known]
    seeds = any(found.seeds for _, row in lines for found in row.summaries.values())
    parts = (*PARTS, *(["spread"] if seeds else []))
    names = [f"{for_spreadsheets(label)}_{part}" for label in labels.values() for part in parts]
    writer.writerow([*head, *names])
    for category, row in lines:
        line: list[Any] = [row.rank, for_spreadsheets(row.model), row.source]
        line += [for_spreadsheets(category)] if apart else []
        line += [for_spreadsheets("; ".join(row.errata))] if known else []
        for column in labels:
            line += _fields(row.summaries.get(column))[: len(parts)]
        writer.writerow(line)
    return out.getvalue().rstrip("\n")


def _fields(found: Summary | None) -> list[Any]:
    """A summary in the order of `PARTS`, and the spread between seeds."""
    if found is None:
        return [None] * (len(PARTS) + 1)
    low, high = found.ci95 or (None, None)
    counts = (found.scored, found.expected)
    return [found.mean, low, high, *counts, found.mean_failed_as_worst, found.standing, found.spread]
