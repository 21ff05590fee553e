"""Tables of everything that has a name, which fit 80 columns, and all the facts behind them."""

from collections.abc import Callable, Sequence
from typing import Any

from click import unstyle
from tabulate import tabulate

from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.benchmarks import EMBEDDED
from motionedit_bench.benchmarks.declared import built_in
from motionedit_bench.errors import MebenchError, unknown_name
from motionedit_bench.metrics import CATALOGUE, METRICS
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.judge import KINDS
from motionedit_bench.styling import good

Facts = dict[str, Any]
"""What there is to say of one name, by the heading of its column; ``None`` where there is nothing."""

WIDTH = 80
GAP = 2
WRAPPED = ("state", "settings", "default")
"""Columns beside the last one that may be broken into lines, and how wide they are then."""
BROKEN = 22


def table(kind: str) -> str:
    """The table for one of `TABLES`, at most 80 columns wide; what it leaves out, `about` tells."""
    found = _table(LISTS[kind](), TABLES[kind])
    return f"{found}\n\nWhat they mean: mebench list settings ADAPTER" if kind == "settings" else found


def about(kind: str, name: str) -> str:
    """All that there is to say of one name, a fact a line; of an adapter its settings as well.

    Raises:
        UsageError: nothing of that kind has such a name.
    """
    if kind == "settings":
        return _table(settings(name), ("setting", "default", "meaning"))
    (key, *_) = TABLES[kind]
    found = {facts[key]: facts for facts in LISTS[kind]()}
    if name not in found:
        raise unknown_name(key, name, found)
    lines = [[heading, "-" if value is None else value] for heading, value in found[name].items()]
    told = _plain(lines, WIDTH - max(len(heading) for heading, _ in lines) - GAP)
    of_its_own = settings(name) if kind == "adapters" else []
    return "\n\n".join([told, *([about("settings", name)] if of_its_own else [])])


def settings(adapter: str) -> list[Facts]:
    """What ``--set`` may set of an adapter.

    Raises:
        UsageError: no adapter has that name.
    """
    fields = ADAPTERS.get(adapter).Settings.model_fields.items()
    return [
        {"setting": key, "default": str(field.default), "meaning": field.description or ""}
        for key, field in fields
    ]


def _adapters() -> list[Facts]:
    rows = []
    for name in ADAPTERS:
        kind = ADAPTERS.get(name)
        facts = {"model": kind.default_model, "licence": kind.licence, "weights": kind.memory}
        rows.append({"adapter": name, "state": kind.state(), **facts, "about": _about(kind.__doc__)})
    return rows


def _settings() -> list[Facts]:
    return [
        {"adapter": name, "settings": ", ".join(one["setting"] for one in settings(name)) or None}
        for name in ADAPTERS
    ]


def _metrics() -> list[Facts]:
    rows: list[Facts] = []
    for name in METRICS:
        try:
            facts = CATALOGUE[name]
        except MebenchError as error:  # of a package that somebody installed
            rows.append({"metric": name, "better": None, "by default": "never", "about": str(error)})
            continue
        chosen = "yes" if facts.default else "on request"
        rows.append({"metric": name, "better": facts.better, "by default": chosen, "about": facts.about})
    return rows


def _flows() -> list[Facts]:
    return [{"flow": name, "about": _about(FLOWS.docstring(name))} for name in FLOWS]


def _judges() -> list[Facts]:
    return [{"judge": form, "about": told} for form, told in KINDS.items()]


def _benches() -> list[Facts]:
    embedded: list[Facts] = [{"bench": name, "about": told} for name, told in EMBEDDED.items()]
    declared: list[Facts] = [
        {
            "bench": name,
            "data": one.data,
            "licence": one.licence or "not stated",
            "items": one.items,
            "flow": one.flow,
            "about": one.about,
        }
        for name, one in built_in().items()
    ]
    others = {
        "FOLDER": "metadata.jsonl and images, or parquet files",
        "FILE.toml": "a data set that you describe: its columns, split and revision",
        "OWNER/NAME[@REVISION]": "any data set of the same columns on the hub",
    }
    return [*embedded, *declared, *({"bench": name, "about": told} for name, told in others.items())]


LISTS: dict[str, Callable[[], list[Facts]]] = {
    "adapters": _adapters,
    "settings": _settings,
    "metrics": _metrics,
    "flows": _flows,
    "judges": _judges,
    "benches": _benches,
}
TABLES: dict[str, tuple[str, ...]] = {
    "adapters": ("adapter", "state", "about"),
    "settings": ("adapter", "settings"),
    "metrics": ("metric", "better", "by default", "about"),
    "flows": ("flow", "about"),
    "judges": ("judge", "about"),
    "benches": ("bench", "about"),
}
"""The columns of each list's table; the first one holds the names."""


def _about(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n")[0]


def _told(facts: Facts, heading: str) -> str:
    """A cell; what can start at once stands out."""
    text = "-" if facts[heading] is None else str(facts[heading])
    return good(text) if (heading, text) == ("state", "ready") else text


def _table(rows: Sequence[Facts], headings: Sequence[str]) -> str:
    """Rows under headings; the last column takes what the others leave of the width."""
    cells = [[_told(row, name) for name in headings] for row in rows]
    widths = [
        BROKEN if name in WRAPPED[: len(headings)] and name != headings[-1] else None for name in headings
    ]
    taken = 0
    for column, name in enumerate(headings[:-1]):
        longest = max([len(name) + GAP, *(len(unstyle(row[column])) for row in cells)])  # as tabulate has it
        taken += min(longest, widths[column] or longest) + GAP
    widths[-1] = max(WIDTH - taken, BROKEN)
    return str(tabulate(cells, headings, maxcolwidths=widths, disable_numparse=True))


def _plain(rows: Sequence[Sequence[str]], width: int) -> str:
    return str(tabulate(rows, tablefmt="plain", maxcolwidths=[None, width], disable_numparse=True))
