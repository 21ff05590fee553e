"""Boards as text: tables for terminals, papers and pages, and data for programs; pure."""

import csv
import io
import json
import textwrap
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from tabulate import tabulate

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.published import SOURCE
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.metrics.catalogue import CATALOGUE

FORMATS = ("plain", "github", "latex", "csv", "json", "html")
NOTHING = "-"


def render(board: Board, form: str, published: Sequence[Row] = (), width: int | None = None) -> str:
    """The board in one of `FORMATS`; ``width`` wraps ``plain`` tables to a terminal of that many columns."""
    if form == "json":
        return json.dumps(as_json(board, published), indent=1, ensure_ascii=False, allow_nan=False)
    if form == "csv":
        return _csv(board, published)
    labels = headings(board.columns)
    style = {"plain": "simple", "github": "github", "latex": "latex_booktabs", "html": "html"}[form]
    wrapped = width if form == "plain" else None
    tables = [_table(board.rows, labels, style, wrapped)]
    for name, rows in board.categories.items():
        tables.append(_text(f"Category {name}, {_expected(rows)} items:", form, width))
        tables.append(_table(rows, _present(labels, rows), style, wrapped))
    if published:
        heading = f"Published: {SOURCE} (other flow and judge: not to be ranked with the above)"
        tables.append(_text(heading, form, width))
        paper = column_labels(dict.fromkeys(column for row in published for column in row.summaries))
        tables.append(_table(published, paper, style, wrapped))
    bullet = "- " if form == "github" else ""
    notes = "\n".join(_text(bullet + line, form, width) for line in _notes(board))
    body = "\n\n".join([*tables, notes])
    if form != "html":
        return body
    page = template("motionedit_bench.leaderboard", "board.html")
    return page.render(title=f"MotionEdit-Bench: {board.bench['name']}", body=Markup(body))


def column_labels(columns: Sequence[Column] | dict[Column, None]) -> dict[Column, str]:
    """A name for each column: the metric's, and where two columns share it, what sets them apart.

    >>> list(column_labels([Column("mas", (("flow", "dis"),)), Column("mas", (("flow", "tvl1"),))]).values())
    ['mas[flow=dis]', 'mas[flow=tvl1]']
    """
    labels = {}
    for column in columns:
        others = [set(other.variant) for other in columns if other.metric == column.metric]
        shared = set.intersection(*others)
        apart = [f"{name}={value}" for name, value in column.variant if (name, value) not in shared]
        labels[column] = f"{column.metric}[{','.join(apart)}]" if apart else column.metric
    return labels


def _present(labels: dict[Column, str], rows: Sequence[Row]) -> dict[Column, str]:
    """The labels of columns that any of the rows has."""
    there = {column for row in rows for column in row.summaries}
    return {column: label for column, label in labels.items() if column in there}


def _expected(rows: Sequence[Row]) -> int:
    """Of how many items these rows are."""
    return max((summary.expected for row in rows for summary in row.summaries.values()), default=0)


def as_json(board: Board, published: Sequence[Row] = ()) -> dict[str, Any]:
    """The board as JSON values, as ``--format json`` prints them, categories within each row."""
    labels = column_labels(board.columns)
    rows = [_row_json(row, labels) for row in board.rows]
    for name, parts in board.categories.items():
        for line, part in zip(rows, parts, strict=True):
            line.setdefault("categories", {})[name] = _row_json(part, labels)["metrics"]
    for row in published:
        rows.append(_row_json(row, {column: column.metric for column in row.summaries}))
    bench = {key: board.bench[key] for key in ("name", "revision", "fingerprint", "items")}
    return {"bench": bench, "rows": rows}


def _row_json(row: Row, labels: dict[Column, str]) -> dict[str, Any]:
    metrics = {}
    for column, label in labels.items():
        found = row.summaries.get(column)
        if found is not None:
            metrics[label] = {
                "mean": found.mean,
                "ci95": list(found.ci95) if found.ci95 else None,
                "scored": found.scored,
                "expected": found.expected,
                "mean_failed_as_worst": found.mean_failed_as_worst,
                "statuses": dict(found.statuses),
                "variant": dict(column.variant),
            }
    told = {"errata": list(row.errata)} if row.errata else {}
    return {"model": row.model, "source": row.source, "rank": row.rank, **told, "metrics": metrics}


def _table(rows: Sequence[Row], labels: dict[Column, str], style: str, width: int | None) -> str:
    """One table, or below one another as many as the width asks for."""
    if not rows:
        return ""
    stacked = style == "simple"
    ranked = any(row.rank is not None for row in rows)
    left = [([str(row.rank or NOTHING)] if ranked else []) + [marked(row)] for row in rows]
    head = (["#"] if ranked else []) + ["model"]
    blocks: list[list[Column]] = [[]]
    for column in labels:
        trial = _draw(left, head, rows, [*blocks[-1], column], labels, style, stacked)
        if width and blocks[-1] and max(map(len, trial.splitlines())) > width:
            blocks.append([])
        blocks[-1].append(column)
    return "\n\n".join(_draw(left, head, rows, block, labels, style, stacked) for block in blocks)


def _draw(
    left: list[list[str]],
    head: list[str],
    rows: Sequence[Row],
    columns: Sequence[Column],
    labels: dict[Column, str],
    style: str,
    stacked: bool,
) -> str:
    cells = [
        start + [cell(row.summaries.get(column), column.metric, stacked) for column in columns]
        for start, row in zip(left, rows, strict=True)
    ]
    heads = head + [labels[column] + _arrow(column.metric, style) for column in columns]
    if stacked:
        heads = [name.replace(" (", "\n(") for name in heads]
    return str(tabulate(cells, heads, tablefmt=style, disable_numparse=True))


def headings(columns: Sequence[Column] | dict[Column, None]) -> dict[Column, str]:
    """The labels for people: with the judge where there is one, for no judge's figures stand without a name.

    >>> list(headings([Column("overall", (("judge", "reference"),))]).values())
    ['overall (reference)']
    """
    named = {}
    for column, label in column_labels(columns).items():
        judge = dict(column.variant).get("judge")
        named[column] = label if judge is None or judge in label else f"{label} ({judge})"
    return named


def _arrow(metric: str, style: str) -> str:
    if style == "latex_booktabs":  # its fonts may lack arrows
        return {"higher": " (+)", "lower": " (-)", None: ""}[CATALOGUE[metric].better]
    return {"higher": " ↑", "lower": " ↓", None: ""}[CATALOGUE[metric].better]


def cell(summary: Summary | None, metric: str, stacked: bool = False) -> str:
    """``mean [low, high] scored/expected``, and for a partial row the mean with failures as the worst value.

    >>> cell(Summary(58.694, (53.3, 63.99), 6, 12, 29.347), "mas")
    '58.69 [53.30, 63.99] 6/12, as worst 29.35'
    """
    if summary is None:
        return NOTHING
    digits = CATALOGUE[metric].digits
    if summary.mean is None:
        return _joined([NOTHING, f"{summary.scored}/{summary.expected}"], stacked)
    parts = [f"{summary.mean:.{digits}f}"]
    if summary.ci95:
        parts.append(f"[{summary.ci95[0]:.{digits}f}, {summary.ci95[1]:.{digits}f}]")
    worst = summary.mean_failed_as_worst
    partial = worst is not None and not summary.complete
    if summary.ci95 or summary.statuses:
        parts.append(f"{summary.scored}/{summary.expected}" + ("," if partial and not stacked else ""))
    if partial:
        parts.append(f"as worst {worst:.{digits}f}")
    return _joined(parts, stacked)


def _joined(parts: list[str], stacked: bool) -> str:
    return ("\n" if stacked else " ").join(parts)


def marked(row: Row) -> str:
    """A model's name, marked where something is known to be wrong with its edits."""
    return f"{row.model} (!)" if row.errata else row.model


def _notes(board: Board) -> list[str]:
    """What the figures are of, in a few lines."""
    bench = board.bench
    lines = [
        f"Benchmark {bench['name']}, {bench['items']} items, fingerprint {bench['fingerprint'][:12]}.",
        "Mean, 95 % bootstrap interval over items, scored/expected; 'as worst': the mean with failures "
        "as the worst value. Ranked by it on the leading column; models that a paired test (Holm, 5 %) "
        "cannot tell apart share a rank; partial rows are not ranked.",
    ]
    lines += [f"(!) {row.model}: its edits were {wrong}." for row in board.rows for wrong in row.errata]
    for column in board.columns:
        how = ", ".join(f"{name} {value}" for name, value in column.variant if name != "metric_version")
        lines.append(f"{column.metric}: {CATALOGUE[column.metric].about}" + (f"; {how}" if how else "") + ".")
    return lines


def _text(text: str, form: str, width: int | None) -> str:
    """A line of prose in a format, wrapped where it goes to a terminal."""
    if form == "html":
        return Markup("<p>{}</p>").format(text)
    if form == "latex":
        return "% " + text
    return textwrap.fill(text, width, subsequent_indent="  ") if form == "plain" and width else text


def _csv(board: Board, published: Sequence[Row]) -> str:
    """One line a model; published figures in columns of their own, ``<metric>@paper``.

    With categories there is a column more, and further lines for each.
    """
    labels: dict[Column, str] = column_labels(board.columns)
    for row in published:
        for column in row.summaries:
            labels[column] = f"{column.metric}@paper"
    parts = ("mean", "ci95_low", "ci95_high", "scored", "expected", "mean_failed_as_worst")
    lines = [("", row) for row in (*board.rows, *published)]
    lines += [(name, row) for name, rows in board.categories.items() for row in rows]
    apart = ["category"] if board.categories else []
    known = ["errata"] if any(row.errata for row in board.rows) else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["rank", "model", "source", *apart, *known]
    writer.writerow([*head, *(f"{label}_{part}" for label in labels.values() for part in parts)])
    for category, row in lines:
        line: list[Any] = [row.rank, row.model, row.source, *([category] if apart else [])]
        line += ["; ".join(row.errata)] if known else []
        for column in labels:
            found = row.summaries.get(column)
            if found is None:
                line += [None] * len(parts)
                continue
            low, high = found.ci95 or (None, None)
            line += [found.mean, low, high, found.scored, found.expected, found.mean_failed_as_worst]
        writer.writerow(line)
    return out.getvalue().rstrip("\n")
