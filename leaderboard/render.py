"""Boards as text in each format: tables for terminals, papers and pages, and data for programs; pure."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.leaderboard.blocks import PUBLISHED, blocks
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.data import csv_text, json_text
from motionedit_bench.leaderboard.escaping import escaped, latex
from motionedit_bench.leaderboard.labels import TAGS, column_labels, directed, estimate, headings, legend
from motionedit_bench.leaderboard.notes import notes, standings, warnings
from motionedit_bench.leaderboard.page import page
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.leaderboard.tables import narrow, wide
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.styling import amiss

FORMATS = ("plain", "github", "latex", "csv", "json", "html")


@dataclass(frozen=True)
class View:
    """What of a board its tables show.

    Attributes:
        metrics: the columns of these; ``None`` for the headline, or for all where it is wide.
        wide: all that there is to say of each figure, instead of the coverage once a row.
        width: columns of the terminal that a ``plain`` table goes to; ``None`` where it goes elsewhere.
        styled: what stands out is styled for a terminal, in a ``plain`` table; see `styling`.
    """

    metrics: tuple[str, ...] | None = None
    wide: bool = False
    width: int | None = None
    styled: bool = False


HEADLINE = View()


def render(board: Board, form: str, published: Sequence[Row] = (), view: View = HEADLINE) -> str:
    """The board in one of `FORMATS`; data and pages have all columns, unless the view names some.

    Raises:
        UsageError: the view names a metric that is unknown, or of which no model has a figure.
    """
    if view.metrics is not None:
        board = _chosen(board, view.metrics)
    if form == "json":
        return json_text(board, published)
    if form == "csv":
        return csv_text(board, published)
    if form == "html":
        return page(board, published, warnings(board), notes(board, directed(board.columns), marks=TAGS))
    return _text(board, form, published, view if form == "plain" else replace(view, width=None, styled=False))


def _chosen(board: Board, metrics: Sequence[str]) -> Board:
    """The board with the columns of some metrics alone, in their order."""
    there = {column.metric for column in board.columns}
    for name in metrics:
        if name not in CATALOGUE:
            raise unknown_name("metric", name, CATALOGUE)
        if name not in there:
            raise UsageError(f"no model here was scored on {name}: there are {', '.join(sorted(there))}")
    columns = [column for name in metrics for column in board.columns if column.metric == name]
    return replace(board, columns=tuple(dict.fromkeys(columns)))


def _text(board: Board, form: str, published: Sequence[Row], view: View) -> str:
    """Tables and notes in a format that is text."""
    every = headings(board.labels)
    labels = {column: every[column] for column in _shown(board, view)}
    tables = []
    for block in blocks(board):
        if view.wide:
            there = board.columns_of(block.rows)
            own = {column: label for column, label in labels.items() if column in there}
            table = wide(block.rows, own, form, view.width, styled=view.styled)
        else:
            table = narrow(block.rows, labels, form, block.expected, view.width, view.styled)
        tables.append((block.heading, table))
    if published:
        paper = column_labels(dict.fromkeys(column for row in published for column in row.summaries))
        tables.append((PUBLISHED, wide(published, paper, form, view.width, estimate)))
    parts = [_prose(line, form, view.width) for line in warnings(board)]
    parts = [amiss(part) for part in parts] if view.styled else parts
    for heading, table in tables:
        parts += [_heading(heading, form, view.width)] if heading else []
        parts.append(table.text)
    left_out = dict.fromkeys(what for _, table in tables for what in table.left_out)
    lines = [f"Left out, for want of width: {', '.join(left_out)}."] if left_out else []
    lines += notes(board, list(labels), narrow=not view.wide)
    key = legend(standings(board))
    if form == "latex" and key:  # the notes are comments there, and are not printed
        parts.append(f"\\par\\noindent {latex(key)}.")
    bullet = {"github": "- ", "latex": "% "}.get(form, "")
    parts.append("\n".join(bullet + _prose(line, form, view.width) for line in lines))
    return "\n\n".join(parts)


def _shown(board: Board, view: View) -> tuple[Column, ...]:
    """The columns of a table of text: those that the view names, all, or those that decide on ranks."""
    if view.metrics is not None or view.wide or not board.headline:
        return directed(board.columns)
    return tuple(column for column in board.headline if column in board.columns)


def _heading(text: str, form: str, width: int | None) -> str:
    if form == "latex":
        return f"\\par\\noindent {latex(text)}:\n"
    return _prose(f"{text}:", form, width)


def _prose(text: str, form: str, width: int | None) -> str:
    """A line of prose in a format, wrapped where it goes to a terminal."""
    text = escaped(text, form)
    return textwrap.fill(text, width, subsequent_indent="  ") if width else text
