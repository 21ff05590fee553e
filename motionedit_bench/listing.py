"""Tables of everything that has a name."""

from textwrap import fill

from tabulate import tabulate

from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.benchmarks import DEFAULT, EMBEDDED
from motionedit_bench.errors import MebenchError
from motionedit_bench.metrics import CATALOGUE, METRICS
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.judge import KINDS

WIDTH = 24


def table(kind: str) -> str:
    """The table for one of `KINDS` of the command line."""
    tables = {
        "adapters": _adapters,
        "settings": _settings,
        "metrics": _metrics,
        "flows": _flows,
        "judges": _judges,
        "benches": _benches,
    }
    head, rows = tables[kind]()
    return str(tabulate(rows, head, maxcolwidths=[None] * (len(head) - 1) + [48], disable_numparse=True))


def _about(thing: type) -> str:
    return (thing.__doc__ or "").strip().splitlines()[0]


def _adapters() -> tuple[list[str], list[list[str]]]:
    rows = []
    for name in ADAPTERS:
        kind = ADAPTERS.get(name)
        facts = [kind.default_model, kind.licence, kind.memory, kind.state()]
        rows.append(
            [name, *(fill(fact or "-", WIDTH, break_long_words=False) for fact in facts), _about(kind)]
        )
    return ["adapter", "model", "licence", "weights", "state", "about"], rows


def _settings() -> tuple[list[str], list[list[str]]]:
    rows = []
    for name in ADAPTERS:
        for key, field in ADAPTERS.get(name).Settings.model_fields.items():
            rows.append([name, key, str(field.default), field.description or ""])
    return ["adapter", "setting", "default", "meaning"], rows


def _metrics() -> tuple[list[str], list[list[str]]]:
    rows = []
    for name in METRICS:
        try:
            facts = CATALOGUE[name]
        except MebenchError as error:  # of a package that somebody installed
            rows.append([name, "-", "never", str(error)])
            continue
        rows.append([name, facts.better or "-", "yes" if facts.default else "on request", facts.about])
    return ["metric", "better", "by default", "about"], rows


def _flows() -> tuple[list[str], list[list[str]]]:
    return ["flow", "about"], [[name, _about(FLOWS.get(name))] for name in FLOWS]


def _judges() -> tuple[list[str], list[list[str]]]:
    return ["judge", "about"], [[form, about] for form, about in KINDS.items()]


def _benches() -> tuple[list[str], list[list[str]]]:
    return ["bench", "about"], [
        *([name, about] for name, about in EMBEDDED.items()),
        [DEFAULT, "the paper's benchmark, 1,015 items (the default)"],
        ["FOLDER", "metadata.jsonl and images, or parquet files"],
        ["OWNER/NAME[@REVISION]", "any data set of the same columns on the hub"],
    ]
