"""A board as one page that needs nothing else; pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from motionedit_bench.leaderboard.blocks import PUBLISHED, Block, blocks
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.labels import TAGS, column_labels, directed, figure, headings
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.texts import visible


def page(board: Board, published: Sequence[Row], warnings: Iterable[str], notes: Iterable[str]) -> str:
    """The page: all columns in which one model can be better than another, between warnings and notes."""
    labels = headings(board.labels)
    labels = {column: labels[column] for column in directed(board.columns)}
    tables = [_table(block, labels) for block in blocks(board)]
    if published:
        paper = dict.fromkeys(column for row in published for column in row.summaries)
        tables.append(_table(Block(tuple(published), 0, PUBLISHED), column_labels(paper)))
    return template("motionedit_bench.leaderboard", "board.html").render(
        title=f"MotionEdit-Bench: {visible(board.bench['name'])}",
        tables=tables,
        warnings=[visible(line) for line in warnings],
        notes=[visible(line) for line in notes],
    )


def _table(block: Block, labels: Mapping[Column, str]) -> dict[str, Any]:
    """A table as its template takes it."""
    there = [column for column in labels if any(column in row.summaries for row in block.rows)]
    return {
        "heading": visible(block.heading) if block.heading else None,
        "claimed": all(row.source == "claimed" for row in block.rows),
        "ranked": any(row.rank is not None for row in block.rows),
        "heads": [(visible(labels[column]), CATALOGUE[column.metric].better) for column in there],
        "rows": [
            {
                "model": visible(row.model),
                "rank": row.rank,
                "errata": bool(row.errata),
                "trained_on": row.trained_on,
                "rewriter": row.rewriter,
                "why_not": [visible(why) for why in row.unranked],
                "remark": visible(row.remark) if row.remark else None,
                "cells": [_cell(row.summaries.get(column), column.metric) for column in there],
            }
            for row in block.rows
        ],
    }


def _cell(found: Summary | None, metric: str) -> dict[str, Any] | None:
    if found is None:
        return None
    counted = found.ci95 or found.statuses
    worst = found.mean_failed_as_worst
    partial = found.mean is not None and worst is not None and not found.complete
    return {
        "mean": "-" if found.mean is None else figure(found.mean, metric),
        "interval": [figure(end, metric) for end in found.ci95] if found.ci95 else None,
        "spread": None if found.spread is None else figure(found.spread, metric),
        "scored": f"{found.scored}/{found.expected}" if counted else None,
        "worst": figure(worst, metric) if partial and worst is not None else None,
        "standing": found.standing,
        "word": TAGS.get(found.standing),
    }
