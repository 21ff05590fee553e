"""How far judges agree: each with itself when it is asked again, and all with each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tabulate import tabulate

from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.preference.agreement import as_ratings, krippendorff_alpha, spread
from motionedit_bench.leaderboard.scored import scored_names
from motionedit_bench.metrics.catalogue import JUDGED
from motionedit_bench.predictions import SCORES
from motionedit_bench.scoring.rows import counting

Ratings = dict[str, dict[str, float]]
"""By rater and edit."""


def panel(folders: Sequence[Path]) -> str | None:
    """A table of Krippendorff's alpha and of the mean spread of an edit's ratings; ``None`` where nobody
    rated anything twice.

    A judge's repeats are raters of their own; so are judges, by the mean of their repeats.
    """
    groups: dict[tuple[str, str], Ratings] = {}
    rated = list(_judged(folders))
    names = _names(row for _, row in rated)
    for model, row in rated:
        edit = f"{model}/{row['item_id']}"
        judge = names[_asked(row)]
        for repeat, value in enumerate(row["detail"].get("values", ())):
            raters = groups.setdefault((row["metric"], judge), defaultdict(dict))
            raters[str(repeat)][edit] = value
        groups.setdefault((row["metric"], "all judges"), defaultdict(dict))[judge][edit] = row["value"]
    rows = []
    for (metric, who), raters in sorted(
        groups.items(), key=lambda group: (JUDGED.index(group[0][0]), group[0])
    ):
        if len(raters) < 2:
            continue
        ratings = as_ratings(raters)
        alpha, apart = krippendorff_alpha(ratings), spread(ratings)
        rows.append(
            (
                metric,
                who,
                len(raters),
                "undefined" if alpha is None else f"{alpha:.3f}",
                "-" if apart is None else f"{apart:.2f}",
            )
        )
    head = ("metric", "who", "ratings of each edit", "Krippendorff's alpha", "mean spread")
    return str(tabulate(rows, head, disable_numparse=True)) if rows else None


def _asked(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The judge as it was asked: its name and protocol, then what else sets its answers apart."""
    detail = row["detail"]
    fields = ("judge", "protocol", "flow", "address", "parameters", "answered_by")
    return tuple(str(detail.get(name) or "") for name in fields)


def _names(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], str]:
    """A name for each judge, with more than its protocol only where two would share it."""
    asked = dict.fromkeys(map(_asked, rows))
    brief = Counter(one[:2] for one in asked)
    return {
        one: f"{one[0]} ({', '.join(filter(None, one[1:] if brief[one[:2]] > 1 else one[1:2]))})"
        for one in asked
    }


def _judged(folders: Sequence[Path]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for model, folder in zip(scored_names(folders), folders, strict=True):
        last = counting(row for row in read_lines(folder / SCORES) if row["metric"] in JUDGED)
        for row in last.values():
            if row["status"] == "ok" and "judge" in row["detail"]:
                yield model, row
