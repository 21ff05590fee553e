"""The page's text: a template filled with escaping on; script and style lie beside it or, hashed, inside."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.escaping import visible
from motionedit_bench.leaderboard.labels import TAGS, cell, column_labels, directed, headings, how, legend
from motionedit_bench.leaderboard.notes import standings, warnings
from motionedit_bench.leaderboard.published import SOURCE
from motionedit_bench.leaderboard.site import content
from motionedit_bench.leaderboard.site.content import Subject
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.metrics.catalogue import CATALOGUE

PACKAGE = "motionedit_bench.leaderboard.site"
SUBJECTS = (
    *("data", "address", "elements", "table", "categories", "chart"),
    *("scatter", "wins", "extremes"),
    *("arrows", "legend", "scores", "zoom", "wipe", "tiles", "items", "compare"),
)
"""The script's parts, each after those that it needs: one file to load, which works from a folder, too."""
STYLES = ("base", "table", "charts", "gallery", "tiles", "narrow")
ASSETS = {
    "site.css": tuple(f"style/{name}.css" for name in STYLES),
    "site.js": tuple(f"script/{name}.js" for name in SUBJECTS),
}
"""The files beside the page, and what each is joined from."""
CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'"
SITE_POLICY = f"{CLOSED}; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:"


def asset(name: str) -> str:
    """The page's style or script."""
    return "\n".join((files(PACKAGE) / part).read_text(encoding="utf-8") for part in ASSETS[name])


def as_data(value: Any) -> str:
    """A JSON value that may stand in a script element or file: ASCII, and no ``<``, ``>``, ``&``.

    >>> as_data("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def script(name: str, value: Any) -> str:
    """A file that hands a piece of data to the page, also where there is no server to fetch it from."""
    return f"mebench.receive({as_data(name)},{as_data(value)});\n"


def render(
    subject: Subject,
    published: Sequence[Row] = (),
    embedded: Sequence[tuple[str, str]] | None = None,
    pictured: int | None = None,
) -> str:
    """The page. With ``embedded`` pieces, (name, data), it is one file that needs nothing else.

    ``pictured`` is how many items have pictures where not all have.
    """
    board = subject.board
    columns = directed(board.columns)
    own = [row for row in subject.rows if row.source != "claimed"]
    claimed = [row for row in subject.rows if row.source == "claimed"]
    ranges = _ranges(own if embedded is None else [], columns)
    paper = dict.fromkeys(column for row in published for column in row.summaries)
    style, code = map(asset, ASSETS)
    policy = SITE_POLICY
    if embedded is not None:
        policy = f"{CLOSED}; script-src {_hash(code)}; style-src {_hash(style)}; img-src data:"
    return template(PACKAGE, "page.html", {"figure": _figure, "breakable": _breakable}).render(
        title=visible(subject.rows[0].model) if embedded is not None else "MotionEdit-Bench",
        bench=board.bench,
        policy=policy,
        style=Markup(style) if embedded is not None else None,
        code=Markup(code) if embedded is not None else None,
        embedded=[(name, Markup(data)) for name, data in embedded or ()],
        overview=Markup(as_data(content.overview(subject))),
        columns=_heads(board, own),
        rows=[_line(row, _there(columns, own), ranges) for row in own],
        claimed_columns=_heads(board, claimed),
        claimed=[_line(row, _there(columns, claimed), {}) for row in claimed],
        several=len(subject.rows) > 1,
        properties=_properties(board),
        legend=legend(standings(board), TAGS),
        warnings=[visible(line) for line in warnings(board)],
        seen=[visible(one.told()) for one in board.sights if not one.is_blind],
        needed=[headings(board.labels)[column] for column in board.headline],
        paper_columns=[_head(column, label) for column, label in headings(column_labels(paper)).items()],
        paper_rows=[_line(row, tuple(paper), {}) for row in published],
        source=SOURCE,
        categories=subject.category_names,
        pictured=pictured,
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _figure(value: float, digits: int) -> str:
    """A number with a true minus sign, and none before zero.

    >>> _figure(-1.25, 1), _figure(-0.01, 1)
    ('−1.2', '0.0')
    """
    return f"{value:z.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _breakable(name: str) -> Markup:
    """A name that lines may break after its marks.

    >>> _breakable("flux_<b>")
    Markup('flux_<wbr>&lt;b&gt;')
    """
    return Markup("<wbr>").join(re.split(r"(?<=[_/.-])", name))


def _there(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """The columns of which any of the rows has a figure."""
    there = Board.columns_of(rows)
    return [column for column in columns if column in there]


def _heads(board: Board, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The columns of a table of these rows, each with its place on the board."""
    labels = headings(board.labels)
    return [
        _head(column, labels[column]) | {"place": board.columns.index(column)}
        for column in _there(directed(board.columns), rows)
    ]


def _head(column: Column, label: str) -> dict[str, Any]:
    facts = CATALOGUE[column.metric]
    told = {"better": facts.better, "about": facts.about, "digits": facts.digits}
    return told | {"label": visible(label), "how": visible(how(column))}


def _properties(board: Board) -> list[dict[str, Any]]:
    """What describes the benchmark, once for all models."""
    labels = headings(board.labels)
    return [
        {
            "label": visible(labels[column]),
            "text": cell(found, column.metric),
            "about": CATALOGUE[column.metric].about,
        }
        for column, found in board.properties.items()
    ]


Range = tuple[float, float]


def _ranges(rows: Sequence[Row], columns: Sequence[Column]) -> dict[Column, Range]:
    """From the lowest end of an interval to the highest in each column: the scale of the drawn intervals.

    None for a single row, which there is nothing to compare with.
    """
    if len(rows) == 1:
        return {}
    ranges = {}
    for column in columns:
        figures = [row.summaries[column] for row in rows if column in row.summaries]
        ends = [end for one in figures if one.standing != "claimed" for end in one.ci95 or ()]
        if ends and max(ends) > min(ends):
            ranges[column] = min(ends), max(ends)
    return ranges


def _line(row: Row, columns: Sequence[Column], ranges: Mapping[Column, Range]) -> dict[str, Any]:
    cells = [_cell(row.summaries.get(column), ranges.get(column)) for column in columns]
    return {
        "model": visible(row.model),
        "rank": row.rank,
        "cells": cells,
        "errata": row.errata,
        "trained_on": row.trained_on,
        "why_not": [visible(why) for why in row.unranked],
        "remark": visible(row.remark) if row.remark else None,
    }


def _cell(summary: Summary | None, span: Range | None) -> dict[str, Any] | None:
    if summary is None:
        return None
    bar = None
    if summary.ci95 and summary.mean is not None and span and summary.standing != "claimed":
        places = (summary.mean, *summary.ci95)
        bar = [round(100 * (place - span[0]) / (span[1] - span[0]), 1) for place in places]
    return {
        "mean": summary.mean,
        "interval": summary.ci95,
        "scored": summary.scored,
        "expected": summary.expected,
        "partial": not summary.complete,
        "standing": summary.standing,
        "word": TAGS.get(summary.standing),
        "as_worst": summary.mean_failed_as_worst,
        "bar": bar,
    }
