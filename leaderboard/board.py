"""From score rows to one row a model: grouping, means, order; no rendering."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from motionedit_bench.errors import MebenchError, PredictionsError
from motionedit_bench.leaderboard.answered import apart
from motionedit_bench.leaderboard.clusters import Videos, count_of
from motionedit_bench.leaderboard.contest import Contest, Entry, contest, leave_out
from motionedit_bench.leaderboard.filters import chosen
from motionedit_bench.leaderboard.labels import board_labels
from motionedit_bench.leaderboard.outcomes import counted
from motionedit_bench.leaderboard.preference.rates import win_rates
from motionedit_bench.leaderboard.properties import described, properties
from motionedit_bench.leaderboard.ranking import Headline, Place, is_claimed, placed
from motionedit_bench.leaderboard.seeds import averaged, summarise_seeds
from motionedit_bench.leaderboard.sight import Seen, Trusts, seen_by_flow
from motionedit_bench.leaderboard.summary import (
    Column,
    Outcome,
    Summaries,
    Values,
    values_of,
)
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.progress import warn
from motionedit_bench.scoring.rows import DAMAGED, Slot

MANY_BYTES = 100_000_000
"""From so many bytes of scores on, processes to read them are worth starting."""

MOST_TOLD = 20
"""So many unknown metrics are told by name."""


@dataclass(frozen=True)
class Row:
    """One model.

    Attributes:
        source: ``measured``; ``claimed`` where it stands on its submitter's word; or ``published``.
        rank: ``None`` for rows that are not ranked; see `ranking`. Models that the data cannot tell apart
            share a rank; see `statistics.places`.
        errata: what is known to be wrong with its edits.
        unranked: why it has no rank; empty for rows that are never ranked.
        remark: what a reader should know of how it was checked. trained_on: what to tell of its training,
            or of ``trainee``'s. rewriter: who rewrote instructions before the edit, if somebody did.
    """

    model: str
    source: str
    summaries: Summaries
    rank: int | None = None
    errata: tuple[str, ...] = ()
    unranked: tuple[str, ...] = ()
    remark: str | None = None
    trained_on: str | None = None
    trainee: str = "its LoRA"
    rewriter: str | None = None


@dataclass(frozen=True)
class Board:
    """A benchmark, its columns in the catalogue's order, and one row a model: ranked ones, best first, then
    the others, then those that are claimed.

    ``headline`` has the columns that decide on ranks, the leading one first. ``properties`` are the columns
    that describe the benchmark and no model, over all items that any model was scored on. ``categories``
    has, by category of the benchmark, the same rows over its items alone: never ranked, and without win
    rates. It is empty where nobody asked for it, and where the benchmark has none. ``sights`` says how many
    items each flow sees, by rows that are no mere claim. ``rules`` says whether a policy chose the headline,
    ``videos`` how many the items were cut from, where the benchmark names them, ``where`` which models
    were chosen.
    """

    bench: Mapping[str, Any]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    categories: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    headline: tuple[Column, ...] = ()
    properties: Summaries = field(default_factory=dict)
    sights: tuple[Seen, ...] = ()
    rules: bool = False
    videos: int | None = None
    where: str | None = None

    @property
    def labels(self) -> dict[Column, str]:
        """A name for each column."""
        claimed = self.columns_of(self.rows) - self.columns_of(self.rows, vouched=True)
        return board_labels(self.columns, claimed, self.headline if self.rules else ())

    @staticmethod
    def columns_of(rows: Iterable[Row], vouched: bool = False) -> set[Column]:
        """The columns of which any of the rows has a figure; if ``vouched``, one that is no mere claim."""
        return {
            column
            for row in rows
            for column, found in row.summaries.items()
            if not (vouched and found.standing == "claimed")
        }


def load(
    folder: Path, by_category: bool = False, bench: str | None = None, where: Sequence[str] = ()
) -> Board:
    """The board of all scored models in a folder, of one, or of a board's submissions that count.

    ``bench`` is a board's benchmark, where it is not the one that its policy names; ``where`` chooses models,
    see `filters.parse_where`.

    Raises:
        PredictionsError: nothing is scored there, or the models were scored on different benchmarks.
        UsageError: the board's policy is wrong, or no model is chosen.
        BenchmarkError: the board's benchmark cannot be opened.
    """
    return board_of(chosen(contest(folder, bench), where), by_category)


def board_of(found: Contest, by_category: bool = False) -> Board:
    """The board of a contest; what cannot be read of a board's submissions is left out with a warning.

    Raises:
        PredictionsError: nothing can be read.
        StorageError: scores that were made here are damaged.
    """
    members = _members(found.items) if by_category else {}
    readings: dict[str, Reading] = {}
    read = partial(_read, ids=found.ids, members=members, videos=found.videos)
    for entry, reading in zip(found.entries, _read_all(found.entries, read), strict=True):
        if isinstance(reading, Reading):
            readings[entry.model] = reading
        elif found.benchmark is None:
            raise reading
        else:
            leave_out(entry.model, reading)
    if not readings:
        raise PredictionsError("no submission can be read")
    _tell_unknown(sum((reading.passed_over for reading in readings.values()), Counter()))
    values = {model: reading.values for model, reading in readings.items()}
    own = {model: reading.summaries for model, reading in readings.items()}
    won = win_rates(values, own, found.ids, found.videos)
    summaries = {model: {**own[model], **won[model]} for model in own}
    entries = {entry.model: entry for entry in found.entries}
    rewriting = {model for model in own if entries[model].card.rewriter}
    order, headline = placed(summaries, values, found.ids, found.terms, found.videos, rewriting)
    rows = [_row(place, entries[place.model], summaries[place.model], headline) for place in order]
    rows.sort(key=lambda row: row.source == "claimed")
    categories = {
        name: tuple(
            replace(row, summaries=readings[row.model].categories[name], rank=None, unranked=(), remark=None)
            for row in rows
        )
        for name in members
    }
    columns = tuple(column for column in headline.values() if column is not None)
    return Board(
        bench=found.bench,
        columns=_columns(rows),
        rows=tuple(rows),
        categories=categories,
        headline=columns,
        properties=properties((reading.latest for reading in readings.values()), len(found.items)),
        sights=seen_by_flow(reading.trusts for reading in readings.values()),
        rules=found.benchmark is not None,
        videos=count_of(found.ids, found.videos),
        where=found.where,
    )


def _tell_unknown(passed_over: Counter[str]) -> None:
    """Say which metrics' rows were passed over; of very many, which may be anybody's, the most frequent."""
    for name, count in passed_over.most_common(MOST_TOLD):
        warn(f"passed over: {count} rows of {name}, a metric that is unknown here")
    if len(passed_over) > MOST_TOLD:
        warn(f"passed over: rows of {len(passed_over) - MOST_TOLD} more metrics that are unknown here")


def _row(place: Place, entry: Entry, summaries: Summaries, headline: Headline) -> Row:
    return Row(
        model=place.model,
        source="claimed" if is_claimed(summaries, headline) else "measured",
        summaries=summaries,
        rank=place.rank,
        errata=entry.errata,
        unranked=place.why_not,
        remark=entry.remark,
        trained_on=entry.trained_on,
        trainee=entry.trainee,
        rewriter=entry.card.rewriter,
    )


def _columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    order = {name: place for place, name in enumerate(CATALOGUE)}
    found = {column for row in rows for column in row.summaries}
    return tuple(sorted(found, key=lambda column: (order[column.metric], column.variant)))


@dataclass(frozen=True)
class Reading:
    """What one model's scores say; ``passed_over`` counts the rows of metrics that are unknown here.

    ``latest`` holds the rows that describe the benchmark alone, ``trusts`` what rows say of its flows.
    """

    summaries: Summaries
    categories: Mapping[str, Summaries]
    values: Values
    latest: Mapping[Slot, Outcome]
    passed_over: Counter[str]
    trusts: Trusts


def _members(items: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    """The ids of the items of each category."""
    members: dict[str, list[str]] = {}
    for item, category in items:
        if category:
            members.setdefault(category, []).append(item)
    return members


def _read_all(
    entries: Sequence[Entry], read: Callable[[Entry], Reading | MebenchError]
) -> list[Reading | MebenchError]:
    """Each model's scores, or why they cannot be read; many rows are read by several processes."""
    if sum(entry.size for entry in entries) < MANY_BYTES:
        return [read(entry) for entry in entries]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(read, entries))


def _read(
    entry: Entry, ids: list[str], members: Mapping[str, Sequence[str]], videos: Videos
) -> Reading | MebenchError:
    try:
        found = [counted(rows, ids, entry.standing) for rows in entry.rows_by_seed()]
    except MebenchError as error:
        return error
    except (OSError, *DAMAGED) as error:
        return PredictionsError(f"{entry.model}: its scores are damaged ({error!r})")
    seeds = [apart(latest) for latest, _, _ in found]
    category_of = {item: name for name, own in members.items() for item in own}
    parts: dict[str, list[dict[Slot, Outcome]]] = {name: [{} for _ in seeds] for name in members}
    for number, latest in enumerate(seeds):
        for place, outcome in latest.items():
            if place[0] in category_of:
                parts[category_of[place[0]]][number][place] = outcome
    by_category = {name: summarise_seeds(part, len(members[name]), videos) for name, part in parts.items()}
    summaries = summarise_seeds(seeds, len(ids), videos)
    values = averaged([values_of(latest) for latest in seeds])
    return Reading(summaries, by_category, values, described(seeds[0]), *found[0][1:])
