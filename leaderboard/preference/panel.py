"""How far judges agree: each with itself when it is asked again, and all with each other."""

from collections import defaultdict
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
    for model, row in _judged(folders):
        edit = f"{model}/{row['item_id']}"
        judge = f"{row['detail']['judge']} ({row['detail'].get('protocol')})"
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


def _judged(folders: Sequence[Path]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for model, folder in zip(scored_names(folders), folders, strict=True):
        last = counting(row for row in read_lines(folder / SCORES) if row["metric"] in JUDGED)
        for row in last.values():
            if row["status"] == "ok" and "judge" in row["detail"]:
                yield model, row
