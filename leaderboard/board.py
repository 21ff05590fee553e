"""From score rows to one row a model: grouping, means, order; no rendering."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from motionedit_bench.errata import errata_of
from motionedit_bench.errors import PredictionsError
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.answered import apart
from motionedit_bench.leaderboard.preference.wins import wins
from motionedit_bench.leaderboard.scored import scored_folders
from motionedit_bench.leaderboard.statistics import places, ratio_interval
from motionedit_bench.leaderboard.summary import Column, Outcome, Summary, Values, summarise
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.predictions import SCORES
from motionedit_bench.progress import warn
from motionedit_bench.scoring.rows import SCORING, Slot, blame, read_scoring, slot, variant_names

MANY_BYTES = 100_000_000
"""From so many bytes of scores on, processes to read them are worth starting."""


@dataclass(frozen=True)
class Row:
    """One model.

    Attributes:
        rank: ``None`` for partial runs and published rows: they are never ranked. Models that the data
            cannot tell apart share a rank; see `statistics.places`.
        errata: what is known to be wrong with its edits.
    """

    model: str
    source: str
    summaries: Mapping[Column, Summary]
    rank: int | None = None
    errata: tuple[str, ...] = ()


@dataclass(frozen=True)
class Board:
    """A benchmark, its columns in the catalogue's order, and one row a model, best first.

    ``categories`` has, by category of the benchmark, the same rows over its items alone: never ranked,
    and without win rates. It is empty where nobody asked for it, and where the benchmark has none.
    """

    bench: Mapping[str, Any]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    categories: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


def load(folder: Path, by_category: bool = False) -> Board:
    """The board of all scored models in a folder, of one, or of a board's submissions that count.

    Raises:
        PredictionsError: nothing is scored there, or the models were scored on different benchmarks.
    """
    scored = scored_folders(folder)
    descriptions = {path: read_scoring(path / SCORING) for path in scored}
    benches = {d["bench"]["fingerprint"]: d["bench"] for d in descriptions.values()}
    if len(benches) > 1:
        names = "; ".join(
            f"{bench['name']} ({fingerprint[:12]}): "
            + ", ".join(d["model"] for d in descriptions.values() if d["bench"]["fingerprint"] == fingerprint)
            for fingerprint, bench in benches.items()
        )
        raise PredictionsError(
            f"{folder} holds scores on different benchmarks, which share no table: {names}"
        )
    bench = next(iter(benches.values()))
    items = next(iter(descriptions.values()))["items"]
    ids = [item["id"] for item in items]
    members = _members(items) if by_category else {}
    models = [description["model"] for description in descriptions.values()]
    readings = dict(zip(models, _read_all([path / SCORES for path in scored], ids, members), strict=True))
    for name, count in sum((reading.passed_over for reading in readings.values()), Counter()).items():
        warn(f"passed over: {count} rows of {name}, a metric that is unknown here")
    values = {model: reading.values for model, reading in readings.items()}
    wrong = {
        description["model"]: tuple(one.what for one in errata_of(path, *description.get("errata", ())))
        for path, description in descriptions.items()
    }
    won = win_rates(values, ids)
    rows = _ranked(
        [
            Row(model, "measured", {**found.summaries, **won[model]}, errata=wrong[model])
            for model, found in readings.items()
        ],
        values,
        ids,
    )
    categories = {
        name: tuple(
            Row(row.model, "measured", readings[row.model].categories[name], errata=row.errata)
            for row in rows
        )
        for name in members
    }
    return Board(bench, _columns(rows), rows, categories)


@dataclass(frozen=True)
class Reading:
    """What one file of scores says; ``passed_over`` counts the rows of metrics that are unknown here."""

    summaries: Mapping[Column, Summary]
    categories: Mapping[str, Mapping[Column, Summary]]
    values: Values
    passed_over: Counter[str]


def _members(items: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The ids of the items of each category."""
    members: dict[str, list[str]] = {}
    for item in items:
        if item["category"]:
            members.setdefault(item["category"], []).append(item["id"])
    return members


def _read_all(paths: Sequence[Path], ids: list[str], members: Mapping[str, Sequence[str]]) -> list[Reading]:
    """Each file of scores; many rows are read by several processes."""
    read = partial(_read, ids=ids, members=members)
    if sum(path.stat().st_size for path in paths if path.exists()) < MANY_BYTES:
        return [read(path) for path in paths]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(read, paths))


def _read(path: Path, ids: list[str], members: Mapping[str, Sequence[str]]) -> Reading:
    latest, passed_over = _counting(read_lines(path), ids)
    latest = apart(latest)
    category_of = {item: name for name, own in members.items() for item in own}
    parts: dict[str, dict[Slot, Outcome]] = {name: {} for name in members}
    for place, outcome in latest.items():
        if place[0] in category_of:
            parts[category_of[place[0]]][place] = outcome
    by_category = {name: summarise(part, len(members[name])) for name, part in parts.items()}
    return Reading(summarise(latest, len(ids)), by_category, values_of(latest), passed_over)


def outcomes(score_rows: Iterable[Mapping[str, Any]], expected: list[str]) -> dict[Slot, Outcome]:
    """What counts of one model's rows, by slot, whose first part is the item's id."""
    return _counting(score_rows, expected)[0]


def _counting(
    score_rows: Iterable[Mapping[str, Any]], expected: list[str]
) -> tuple[dict[Slot, Outcome], Counter[str]]:
    """The same, and how many rows of which unknown metric were passed over."""
    wanted = set(expected)
    known: dict[tuple[Any, ...], tuple[Column, Slot] | None] = {}
    last: dict[Slot, Outcome] = {}
    passed_over: Counter[str] = Counter()
    for row in score_rows:
        item, metric, detail = row["item_id"], row["metric"], row["detail"]
        if item not in wanted:
            continue
        choice, versions = variant_names(row)
        way = (metric, *choice, None, *versions, *map(detail.get, choice), *map(detail.get, versions))
        if way not in known:  # a million rows share a few dozen of these
            known[way] = (Column.of(row), slot(row)[1:]) if metric in CATALOGUE else None
        place = known[way]
        if place is None:
            passed_over[metric] += 1
        else:
            last[item, *place[1]] = Outcome(place[0], row["status"], row["value"], blame(row) == "judge")
    return last, passed_over


def win_rates(values: Mapping[str, Values], ids: list[str]) -> dict[str, dict[Column, Summary]]:
    """Each model's win rate by the Overall of each judge, over all items and other models (paper, 5.2)."""
    found: dict[str, dict[Column, Summary]] = {model: {} for model in values}
    for column in {column for own in values.values() for column in own if column.metric == "overall"}:
        models = [model for model in values if column in values[model]]
        compared = wins(_table_of(values, models, column, ids).T)
        for place, model in enumerate(models):
            won, count = compared.won[:, place], compared.compared[:, place]
            scored = int(np.count_nonzero(count))
            rate = float(100 * won.sum() / count.sum()) if scored else None
            interval = ratio_interval(100 * won, count)
            statuses = {"ok": scored} | ({"unscored": len(ids) - scored} if scored < len(ids) else {})
            summary = Summary(rate, interval, scored, len(ids), None, statuses)
            found[model][Column("win_rate", column.variant)] = summary
    return found


def _table_of(
    values: Mapping[str, Values], models: Sequence[str], column: Column, ids: list[str]
) -> npt.NDArray[np.float64]:
    """Values of models on one column, (models, items), NaN where there is none."""
    return np.array(
        [[values[model].get(column, {}).get(item, np.nan) for item in ids] for model in models]
    ).reshape(len(models), len(ids))


def values_of(latest: Mapping[Slot, Outcome]) -> Values:
    """What has a value, by column and item."""
    found: Values = {}
    for slot_, (column, _, value, _) in latest.items():
        if value is not None:
            found.setdefault(column, {})[slot_[0]] = value
    return found


def _columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    order = {name: place for place, name in enumerate(CATALOGUE)}
    found = {column for row in rows for column in row.summaries}
    return tuple(sorted(found, key=lambda column: (order[column.metric], column.variant)))


def _ranked(rows: list[Row], values: Mapping[str, Values], ids: list[str]) -> tuple[Row, ...]:
    """Complete rows by their mean on the leading column, best first; then partial ones, unranked."""
    columns = _columns(rows)
    leading = next((c for c in columns if CATALOGUE[c.metric].better == "higher"), None)

    def place(row: Row) -> tuple[bool, float, str]:
        summary = row.summaries.get(leading) if leading else None
        if summary is None or summary.mean_failed_as_worst is None:
            return True, 0.0, row.model
        return not summary.complete, -summary.mean_failed_as_worst, row.model

    ordered = sorted(rows, key=place)
    ranked = [row.model for row in ordered if not place(row)[0]]
    ranks: dict[str, int] = {}
    if leading is not None:
        ranks = dict(zip(ranked, places(_table_of(values, ranked, leading, ids)), strict=True))
    return tuple(replace(row, rank=ranks.get(row.model)) for row in ordered)
