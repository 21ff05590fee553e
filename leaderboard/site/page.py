"""The page's text: a template filled with escaping on; script and style lie beside it or, hashed, inside."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from motionedit_bench.leaderboard.blocks import REWRITTEN
from motionedit_bench.leaderboard.board import Row
from motionedit_bench.leaderboard.labels import TAGS, headings, legend
from motionedit_bench.leaderboard.notes import SPREAD, has_spread, standings, warnings
from motionedit_bench.leaderboard.published import SOURCE
from motionedit_bench.leaderboard.site import columns, content, lines
from motionedit_bench.leaderboard.site.anchors import BASELINES, anchors_of
from motionedit_bench.leaderboard.site.gallery import Exhibit
from motionedit_bench.leaderboard.site.striking import striking
from motionedit_bench.leaderboard.site.subject import Subject
from motionedit_bench.leaderboard.summary import STANDINGS
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.records import Item, digest_of
from motionedit_bench.texts import visible

PACKAGE = "motionedit_bench.leaderboard.site"
SUBJECTS = (
    *("data", "address", "elements", "table", "columns", "chart", "lanes", "opened", "categories"),
    *("preference", "scatter", "wins", "extremes"),
    *("arrows", "skeletons", "legend", "scores", "zoom", "wipe", "tiles", "items", "compare"),
)
"""The script's parts, each after those that it needs: one file to load, which works from a folder, too."""
STYLES = (
    "base",
    "first",
    "table",
    "rows",
    "opened",
    "preference",
    "charts",
    "gallery",
    "tiles",
    "narrow",
    "print",
)
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


def stamp(subject: Subject) -> str:
    """What a page and its pieces of data share: those of another build count other models by the same
    places."""
    return digest_of([subject.board.bench["fingerprint"], content.overview(subject)])[:16]


def script(name: str, value: Any, stamp: str) -> str:
    """A file that hands a piece of data to the page, also where there is no server to fetch it from."""
    return f"mebench.receive({as_data(name)},{as_data(value)},{as_data(stamp)});\n"


def render(
    subject: Subject,
    published: Sequence[Row] = (),
    embedded: Sequence[tuple[str, str]] | None = None,
    pictured: int | None = None,
    glance: Mapping[str, Any] | None = None,
) -> str:
    """The page. With ``embedded`` pieces, (name, data), it is one file that needs nothing else.

    ``pictured`` is how many items have pictures where not all have; ``glance`` the item that opens the page.
    """
    board = subject.board
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
        overview=Markup(as_data(content.overview(subject) | {"stamp": stamp(subject)})),
        several=len(subject.rows) > 1,
        total=len(subject.rows),
        ranked=sum(row.rank is not None for row in subject.rows),
        glance=glance,
        properties=columns.properties(board),
        empty=columns.empty(board),
        legend=legend(standings(board), TAGS),
        spread=SPREAD if has_spread(board) else None,
        rewritten=REWRITTEN,
        warnings=[visible(line) for line in warnings(board)],
        seen=[visible(one.told()) for one in board.sights if not one.is_blind],
        posed=bool(subject.pose_columns),
        needed=[headings(board.labels)[column] for column in board.headline],
        categories=subject.category_names,
        pictured=pictured,
        preference=_preference(subject),
        **_ranking(subject),
        **_published(published),
    )


def _ranking(subject: Subject) -> dict[str, Any]:
    """The table of models, and that of those that are claimed."""
    board = subject.board
    anchors = anchors_of(board, subject.baselines)
    cards = dict(zip([row.model for row in subject.rows], subject.cards, strict=False))
    baselines = {model: BASELINES[adapter] for adapter, model in subject.baselines.items()}
    own = [row for row in subject.rows if row.source != "claimed"]
    claimed = [row for row in subject.rows if row.source == "claimed"]
    leading = (*board.headline, board.columns[subject.leading])[0]
    there = columns.shown(board, own, leading)
    axis = lines.Axis.over(own, leading, anchors[leading])
    heads = columns.heads(board, there, anchors)
    rows = [
        lines.line(row, there, board.headline or (leading,), cards.get(row.model))
        | {"drawn": lines.drawn(row, leading, axis), "baseline": baselines.get(row.model)}
        for row in own
    ]
    stated = columns.shown(board, claimed, leading)
    kinds = [name for name in columns.KINDS if any(one["kind"] == name for one in heads[1:])]
    return {
        "columns": heads,
        "presets": [*kinds, "all"],
        "preset": heads[0]["kind"] if heads and heads[0]["kind"] in kinds else "all",
        "scale": lines.scale(axis, anchors[leading], heads[0]["anchors"]) if heads else None,
        "rows": lines.with_ties(rows),
        "standings": [one for one in STANDINGS if any(row["standing"] == one for row in rows)],
        "by_word": board.rules,
        "claimed_columns": columns.heads(board, stated, anchors),
        "claimed": [lines.line(row, stated, board.headline, cards.get(row.model)) for row in claimed],
    }


def _preference(subject: Subject) -> dict[str, Any] | None:
    """The section on direct comparisons, where there are such: only that needs evalica."""
    if not subject.compared:
        return None
    from motionedit_bench.leaderboard.preference.families import read_families
    from motionedit_bench.leaderboard.site.preference import preference

    return preference(subject, read_families())


def _published(rows: Sequence[Row]) -> dict[str, Any]:
    paper = dict.fromkeys(column for row in rows for column in row.summaries)
    heads = [columns.head(column, column.metric) for column in paper]
    return {
        "paper_columns": heads,
        "paper_rows": [lines.line(row, list(paper)) for row in rows],
        "source": SOURCE,
    }


def glance(subject: Subject, texts: Mapping[str, Item], shown: list[Exhibit]) -> dict[str, Any] | None:
    """The item that opens the page, as its template takes it; ``None`` where there is none to show."""
    found = striking(subject, shown)
    if found is None or shown[found.item].input is None:
        return None
    exhibit, item = shown[found.item], subject.items[found.item][0]
    column = subject.board.columns[subject.leading]
    names = [visible(subject.rows[model].model) for model, _ in found.edits]
    return {
        "item": item,
        "instruction": texts[item].instruction if item in texts else None,
        "input": exhibit.input,
        "target": exhibit.target,
        "metric": headings(subject.board.labels)[column],
        "digits": CATALOGUE[column.metric].digits,
        "edits": [
            {
                "model": name,
                "value": value,
                "picture": exhibit.edits[model].picture,
                "link": _link(item, [name]),
            }
            for name, (model, value) in zip(names, found.edits, strict=True)
        ],
        "link": _link(item, names),
    }


def _link(item: str, models: Sequence[str]) -> str:
    """The address that opens an item with these models.

    >>> _link("a&b", ["x", "y,z"])
    '#item=a%26b&models=x,y%2Cz'
    """
    return f"#item={quote(item, safe='')}&models={','.join(quote(name, safe='') for name in models)}"


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
