"""Paired comparison of scored models: is one really better than another, and by how much?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from tabulate import tabulate

from motionedit_bench.errors import PredictionsError, UsageError, unknown_name
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.clusters import Videos, clusters_of
from motionedit_bench.leaderboard.contest import further_seeds
from motionedit_bench.leaderboard.labels import column_labels
from motionedit_bench.leaderboard.outcomes import outcomes
from motionedit_bench.leaderboard.scored import scored_name, scored_names
from motionedit_bench.leaderboard.seeds import averaged
from motionedit_bench.leaderboard.statistics import LEVEL, bootstrap_interval, holm, paired_p
from motionedit_bench.leaderboard.summary import Column, Values, values_of
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.predictions import SCORES, SCORING
from motionedit_bench.scoring.rows import DAMAGED, read_scoring


@dataclass(frozen=True)
class Scored:
    """One scored model: its values by column and item, the items that there should be, and their videos."""

    model: str
    fingerprint: str
    ids: tuple[str, ...]
    values: Values
    videos: Videos = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One metric of two models, on the items that both have a value for.

    Attributes:
        mean: of ``first - second``, in the metric's unit; ``None`` without a common item.
        ci95: bootstrap interval of it. effect: it divided by the standard deviation of the
            differences (Cohen's d of paired samples); ``None`` where that is 0 or unknown.
        p_value: paired t-test, two-sided; ``corrected`` for all tests of this comparison (Holm).
    """

    column: Column
    first: str
    second: str
    common: int
    expected: int
    mean: float | None
    ci95: tuple[float, float] | None
    effect: float | None
    p_value: float | None
    corrected: float | None = None

    @property
    def better(self) -> str | None:
        """The model that is significantly better, if one is."""
        if self.mean is None or self.corrected is None or self.corrected >= 1 - LEVEL:
            return None
        first = (self.mean > 0) == (CATALOGUE[self.column.metric].better == "higher")
        return self.first if first else self.second


def read_models(folders: Sequence[Path]) -> list[Scored]:
    """Models as `mebench score` left them, named so that they can be told apart.

    Raises:
        PredictionsError: one is not scored. UsageError: one is given twice.
    """
    return [read_model(folder, name) for folder, name in zip(folders, scored_names(folders), strict=True)]


def read_model(folder: Path, name: str | None = None) -> Scored:
    """One model as `mebench score` left it; named by its folder unless another name is given.

    Of several seeds, an item's value is the mean of theirs.

    Raises:
        PredictionsError: it is not scored, or its scores are damaged.
    """
    if not (folder / SCORING).exists():
        raise PredictionsError(
            f"{folder} is not one scored model's folder: run `mebench score {folder}` first"
        )
    description = read_scoring(folder / SCORING)
    ids = [item["id"] for item in description["items"]]
    fingerprint = description["bench"]["fingerprint"]
    seeds = (folder, *further_seeds(folder, fingerprint))
    try:
        values = averaged([values_of(outcomes(read_lines(one / SCORES), ids)) for one in seeds])
    except DAMAGED as error:
        raise PredictionsError(f"{folder}: its scores are damaged ({error!r})") from error
    videos = {item["id"]: str(item["video"]) for item in description["items"] if item.get("video")}
    return Scored(name or scored_name(folder), fingerprint, tuple(ids), values, videos)


def differences(models: Sequence[Scored], metrics: Sequence[str] = ()) -> list[Difference]:
    """All pairs of models on all metrics that have a better and a worse, or on those named.

    Raises:
        UsageError: an unknown metric, or one that no two models were scored on in the same way.
        PredictionsError: the models were scored on different benchmarks.
    """
    for name in metrics:
        if name not in CATALOGUE:
            raise unknown_name("metric", name, CATALOGUE)
    if len({model.fingerprint for model in models}) > 1:
        names = ", ".join(f"{model.model} ({model.fingerprint[:12]})" for model in models)
        raise PredictionsError(f"different benchmarks cannot be compared: {names}")
    if len({frozenset(model.ids) for model in models}) > 1:
        names = ", ".join(f"{model.model} ({len(model.ids)})" for model in models)
        raise PredictionsError(
            f"these models expect other items of one benchmark: {names}: remove the wrong {SCORING}, and run "
            "`mebench score` again"
        )
    wanted = tuple(metrics) or tuple(name for name, facts in CATALOGUE.items() if facts.better)
    found = []
    for one, other in combinations(models, 2):
        both = [column for column in one.values if column in other.values and column.metric in wanted]
        found += [_difference(column, one, other) for column in in_order(both)]
    for name in metrics:
        if all(difference.column.metric != name for difference in found):
            raise UsageError(
                f"no two of these models have scores of {name} that were computed in the same way "
                "(flow, judge, versions): score them again with one setting"
            )
    p_values = iter(holm([one.p_value for one in found if one.p_value is not None]))
    return [replace(one, corrected=next(p_values)) if one.p_value is not None else one for one in found]


def in_order(columns: Iterable[Column]) -> list[Column]:
    """Columns as the catalogue has their metrics."""
    order = {name: place for place, name in enumerate(CATALOGUE)}
    return sorted(columns, key=lambda column: (order[column.metric], column))


def _difference(column: Column, one: Scored, other: Scored) -> Difference:
    ours, theirs = one.values[column], other.values[column]
    common = [item for item in one.ids if item in ours and item in theirs]
    first, second = (np.array([values[item] for item in common], dtype=float) for values in (ours, theirs))
    gaps = first - second
    clusters = clusters_of(common, one.videos) if one.videos else None
    spread = float(gaps.std(ddof=1)) if len(gaps) > 1 else 0.0
    return Difference(
        column,
        one.model,
        other.model,
        len(common),
        len(one.ids),
        float(gaps.mean()) if len(gaps) else None,
        bootstrap_interval(gaps, clusters),
        float(gaps.mean()) / spread if spread else None,
        float(paired_p(first, second, clusters)) if len(gaps) > 1 else None,
    )


def difference_table(found: Sequence[Difference]) -> str:
    """The differences for people."""
    labels = column_labels({difference.column: None for difference in found})
    rows = []
    for one in found:
        digits = CATALOGUE[one.column.metric].digits
        rows.append(
            (
                labels[one.column],
                f"{one.first} - {one.second}",
                _number(one.mean, digits, signed=True),
                "-" if one.ci95 is None else "[" + ", ".join(f"{end:+.{digits}f}" for end in one.ci95) + "]",
                _number(one.effect, 2, signed=True),
                _number(one.p_value, 4),
                _number(one.corrected, 4),
                one.better or "cannot tell",
                f"{one.common}/{one.expected}",
            )
        )
    head = ("metric", "models", "difference", "95 %", "effect", "p", "p, Holm", "better", "common/expected")
    note = (
        f"Paired t-test on common items; p corrected for the {len(found)} tests of this table (Holm); "
        "effect: mean over standard deviation of the differences; intervals by bootstrap over items, or "
        "over the videos that they were cut from, where the benchmark names them."
    )
    return f"{tabulate(rows, head, disable_numparse=True)}\n\n{note}"


def _number(value: float | None, digits: int, signed: bool = False) -> str:
    return "-" if value is None else f"{value:{'+' if signed else ''}.{digits}f}"
