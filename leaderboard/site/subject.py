"""A board as a site shows it: its rows, and what lies behind each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from motionedit_bench.leaderboard.board import Board, Row, board_of
from motionedit_bench.leaderboard.contest import Contest
from motionedit_bench.leaderboard.labels import directed
from motionedit_bench.leaderboard.outcomes import outcomes
from motionedit_bench.leaderboard.site.cards import baselines_of, card_of
from motionedit_bench.leaderboard.site.skeletons import Skeletons, skeletons_of
from motionedit_bench.leaderboard.submission.format import Card
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.leaderboard.view.edit import POSE, WORST_BY
from motionedit_bench.progress import Progress
from motionedit_bench.scoring.compared import read_comparisons
from motionedit_bench.scoring.rows import slot
from motionedit_bench.travelling import travelling


class ItemResult(NamedTuple):
    """One model's result on one item; ``why`` is the judge's reason."""

    value: float | None
    status: str
    reason: str | None
    why: str | None


Results = dict[str, dict[int, ItemResult]]
"""By item id, then by the column's place."""


@dataclass(frozen=True)
class Subject:
    """A board, and what lies behind its rows, in their order.

    Attributes:
        items: id and category, in the benchmark's order.
        results: one a row.
        cards: one a row, where a submission has one.
        baselines: by adapter, the model that it made here; see `anchors`.
        skeletons: one a row, by item; of those that `pose_alignment` was asked for.
        compared: what judges said of two edits at once, the rows of ``comparisons.jsonl`` that count.
    """

    board: Board
    items: tuple[tuple[str, str | None], ...]
    results: tuple[Results, ...]
    cards: tuple[Card | None, ...] = ()
    baselines: Mapping[str, str] = field(default_factory=dict)
    skeletons: tuple[Mapping[str, Skeletons], ...] = ()
    compared: tuple[Mapping[str, Any], ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All models; those that are claimed come last."""
        return self.board.rows

    @property
    def leading(self) -> int:
        """The place of the column by which a reader wants to sort first: of those that decide on ranks, or
        else of all, `WORST_BY`, else the first one in which models can be better."""
        columns = [*self.board.headline, *directed(self.board.columns), *self.board.columns]
        found = next((column for column in columns if column.metric == WORST_BY), columns[0])
        return self.board.columns.index(found)

    @property
    def pose_columns(self) -> list[Column]:
        return [column for column in self.board.columns if column.metric == POSE]

    @property
    def category_names(self) -> list[str]:
        return list(self.board.categories)


def read(found: Contest) -> Subject:
    """What a contest has to show.

    Raises:
        PredictionsError: nothing can be read.
    """
    board = board_of(found, by_category=True)
    entries = {entry.model: entry for entry in found.entries}
    places = {column: place for place, column in enumerate(board.columns)}
    results, skeletons = [], []
    with Progress("reading scores", len(board.rows)) as progress:
        for row in board.rows:
            rows = list(entries[row.model].rows())
            results.append(_read_model(rows, found.ids, places))
            skeletons.append(skeletons_of(rows))
            progress.advance()
    cards = tuple(card_of(entries[row.model]) for row in board.rows)
    compared = read_comparisons(found.folder, entries.keys(), found.ids) if found.folder else ()
    baselines = baselines_of(found.entries)
    return Subject(board, found.items, tuple(results), cards, baselines, tuple(skeletons), tuple(compared))


def _read_model(rows: list[dict[str, Any]], ids: list[str], places: Mapping[Column, int]) -> Results:
    results: Results = {}
    of_slot = {slot(row): row for row in rows}
    for place, one in outcomes(rows, ids).items():
        if one.column not in places:  # begun to be scored since the board was read
            continue
        row = of_slot[place]
        why = row["detail"].get("why")
        results.setdefault(row["item_id"], {})[places[one.column]] = ItemResult(
            one.value, one.status, travelling(row["reason"]), why if isinstance(why, str) else None
        )
    return results
