"""What the page says, as JSON values: one small piece for each thing that is looked at.

Names of models and all other text from outside stand in values, never in keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.labels import headings
from motionedit_bench.leaderboard.preference.wins import win_matrix
from motionedit_bench.leaderboard.site import disagreement
from motionedit_bench.leaderboard.site.anchors import anchors_of
from motionedit_bench.leaderboard.site.gallery import Exhibit
from motionedit_bench.leaderboard.site.skeletons import limbs
from motionedit_bench.leaderboard.site.subject import Subject
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.records import Item
from motionedit_bench.texts import visible


def overview(subject: Subject) -> dict[str, Any]:
    """What the page needs at once: columns, models and their means."""
    itemised = {place for own in subject.results for found in own.values() for place in found}
    figured = {
        column for row in subject.rows for column, one in row.summaries.items() if one.mean is not None
    }
    anchors = anchors_of(subject.board, subject.baselines)
    return {
        "columns": [
            {
                "label": label,
                "better": CATALOGUE[column.metric].better,
                "digits": CATALOGUE[column.metric].digits,
                "about": CATALOGUE[column.metric].about,
                "itemised": place in itemised,
                "figures": column in figured,
                "anchors": anchors[column]._asdict(),
            }
            for place, (column, label) in enumerate(headings(subject.board.labels).items())
        ],
        "models": [
            {
                "name": visible(row.model),
                "claimed": row.source == "claimed",
                "cells": [_cell(row.summaries.get(column)) for column in subject.board.columns],
            }
            for row in subject.rows
        ],
        "categories": subject.category_names,
        "leading": subject.leading,
        "limbs": limbs() if subject.pose_columns else None,
    }


def by_category(subject: Subject) -> list[Any]:
    """Cells by category, model and column."""
    columns = subject.board.columns
    return [
        [[_cell(row.summaries.get(column)) for column in columns] for row in rows]
        for rows in subject.board.categories.values()
    ]


def wins(subject: Subject, column: int) -> dict[str, Any]:
    """How often each model does better than each other one on the items that both have a value of.

    ``shares[i][j]`` is in per cent, ties half; ``None`` where they share no item. ``common[i][j]`` counts
    the items that they share. Nobody is compared with what is claimed alone.
    """
    table = _vouched(subject, column).T
    there = (~np.isnan(table)).astype(np.int64)
    shares = [[_known(share) for share in line] for line in win_matrix(table)]
    return {"shares": shares, "common": (there.T @ there).tolist()}


def _vouched(subject: Subject, column: int) -> npt.NDArray[np.float64]:
    """One column's values without claims, (models, items), higher is better, NaN where there is none."""
    sign = -1 if CATALOGUE[subject.board.columns[column].metric].better == "lower" else 1
    table = sign * values(subject, column)
    table[[_is_claimed(row, subject.board.columns[column]) for row in subject.rows]] = np.nan
    return table


def _is_directed(column: Column) -> bool:
    return CATALOGUE[column.metric].better is not None


def _is_claimed(row: Row, column: Column) -> bool:
    return column in row.summaries and row.summaries[column].standing == "claimed"


Values = npt.NDArray[np.float64]


def values(subject: Subject, column: int) -> Values:
    """One column's values, (models, items), NaN where there is none."""
    table = np.full((len(subject.results), len(subject.items)), np.nan)
    for place, results in enumerate(subject.results):
        for number, (item, _) in enumerate(subject.items):
            result = results.get(item, {}).get(column)
            if result is not None and result.value is not None:
                table[place, number] = result.value
    return table


def ranking(subject: Subject, model: int, thumbs: Sequence[Any]) -> dict[str, Any]:
    """One model's values by column and item, and small pictures of its edits: its worst and best items."""
    results = [subject.results[model].get(item, {}) for item, _ in subject.items]
    columns = range(len(subject.board.columns))
    return {
        "values": [
            [_short(found[column].value) if column in found else None for found in results]
            for column in columns
        ],
        "thumbs": list(thumbs),
    }


def items(subject: Subject, texts: Mapping[str, Item], exhibits: Sequence[Exhibit]) -> list[dict[str, Any]]:
    """The list of items: id, instruction where it is known, category, small picture, and how far models and
    metrics are apart on it; see `disagreement`."""
    columns = [place for place, column in enumerate(subject.board.columns) if _is_directed(column)] or [
        subject.leading
    ]
    tables = [_vouched(subject, place) for place in columns]
    models = disagreement.of_models(_vouched(subject, subject.leading))
    metrics = disagreement.of_metrics(tables)
    return [
        {
            "id": item,
            "instruction": texts[item].instruction if item in texts else None,
            "category": category,
            "thumb": exhibit.thumb,
            "apart": [_known(models[number]), _known(metrics[number])],
        }
        for number, ((item, category), exhibit) in enumerate(zip(subject.items, exhibits, strict=True))
    ]


def item(subject: Subject, number: int, exhibit: Exhibit) -> dict[str, Any]:
    """One item: its pictures and joints, and every model's edit with its results by column."""
    name, count = subject.items[number][0], len(subject.board.columns)
    edits = []
    for results, skeletons, edit in zip(subject.results, subject.skeletons, exhibit.edits, strict=True):
        found = results.get(name, {})
        own: dict[str, Any] = {"results": [found.get(column) for column in range(count)]}
        if name in skeletons:
            own["skeletons"] = skeletons[name].told("input", "edit")
        edits.append(asdict(edit) | own)
    return {
        "input": exhibit.input,
        "target": exhibit.target,
        "motion": asdict(exhibit.motion) if exhibit.motion else None,
        "enlargement": exhibit.enlargement,
        "skeletons": _own_skeletons(subject, name),
        "edits": edits,
    }


def _own_skeletons(subject: Subject, name: str) -> dict[str, Any] | None:
    """The joints in an item's own pictures, as the first row has them that nobody merely claims."""
    columns = subject.pose_columns
    for row, skeletons in zip(subject.rows, subject.skeletons, strict=True):
        found = skeletons.get(name)
        if found and found.joints is not None and not any(_is_claimed(row, one) for one in columns):
            return found.told("input", "target")
    return None


def flow_of(board: Board) -> str | None:
    """The flow that the first column with one was measured by, those that decide on ranks first; what is
    claimed alone is not believed."""
    vouched = board.columns_of(board.rows, vouched=True)
    ways = [dict(column.variant) for column in (*board.headline, *board.columns) if column in vouched]
    return next((way["flow"] for way in ways if "flow" in way), None)


def _cell(summary: Summary | None) -> dict[str, Any] | None:
    if summary is None:
        return None
    low, high = summary.ci95 or (None, None)
    return {
        "mean": summary.mean,
        "low": low,
        "high": high,
        "scored": summary.scored,
        "expected": summary.expected,
        "partial": not summary.complete,
        "standing": summary.standing,
        "spread": summary.spread,
        "worst": None if summary.complete else summary.mean_failed_as_worst,
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else _short(float(value))


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
