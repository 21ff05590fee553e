"""What stands under a table: what its figures are of, and why a model has no rank; pure."""

from collections.abc import Mapping, Sequence

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.labels import (
    MARKS,
    cell,
    directed,
    figure,
    headings,
    legend,
)
from motionedit_bench.leaderboard.summary import Column, Standing
from motionedit_bench.metrics.catalogue import CATALOGUE

SPREAD = "±: the standard deviation between the means of a model's seeds."


def has_spread(board: Board) -> bool:
    """Whether any figure is of several seeds, and has a spread between them."""
    return any(found.spread is not None for row in board.rows for found in row.summaries.values())


def notes(
    board: Board, shown: Sequence[Column], narrow: bool = False, marks: Mapping[Standing, str] = MARKS
) -> list[str]:
    """The lines under a table of these columns.

    ``narrow`` says that it gives the coverage once a row, ``marks`` what stands beside figures.
    """
    bench = board.bench
    lines = [
        f"Benchmark {bench['name']}, {bench['items']} items, fingerprint {bench['fingerprint'][:12]}.",
        *([f"Only models with {board.where}."] if board.where else []),
        *_properties(board),
        *(f"{_sentence(seen.told())}." for seen in board.sights if not seen.is_blind),
        _reading(board, narrow),
    ]
    lines += [SPREAD] if has_spread(board) else []
    key = legend(standings(board), marks)
    lines += [f"Figures: {key}."] if key else []
    lines += [
        _unranked(row, board.headline) for row in board.rows if row.unranked and row.source != "claimed"
    ]
    lines += [f"{row.model}: {row.remark}." for row in board.rows if row.remark]
    lines += [f"(!) {row.model}: its edits were {wrong}." for row in board.rows for wrong in row.errata]
    lines += trainings(board)
    lines += [f"{name}: {CATALOGUE[name].about}." for name in dict.fromkeys(one.metric for one in shown)]
    lines += _computed(board, shown)
    rest = set(directed(board.columns)) - set(shown)
    others = [label for column, label in headings(board.labels).items() if column in rest]
    lines += [f"Also scored: {', '.join(others)}; see --wide, or --metrics A,B."] if others else []
    return lines


def trainings(board: Board) -> list[str]:
    """The lines of models whose training, or whose instructions, are to be told of."""
    lines = [f"(t) {row.model}: {row.trainee} was {row.trained_on}." for row in board.rows if row.trained_on]
    return lines + [
        f"(w) {row.model}: each instruction was rewritten by {row.rewriter} before the edit."
        for row in board.rows
        if row.rewriter
    ]


def warnings(board: Board) -> list[str]:
    """The lines above a table: of flows that cannot see what most of its figures are of."""
    return [f"(!) {_sentence(seen.told())}." for seen in board.sights if seen.is_blind]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def standings(board: Board) -> set[Standing]:
    """Those of all figures on a board."""
    return {found.standing for row in board.rows for found in row.summaries.values()}


def _properties(board: Board) -> list[str]:
    labels = board.labels
    told = [
        f"{labels.get(column, column.metric)} {cell(found, column.metric)}"
        for column, found in board.properties.items()
    ]
    return [f"Of the benchmark, not of a model: {'; '.join(told)}."] if told else []


def _reading(board: Board, narrow: bool) -> str:
    """How to read a cell and a rank."""
    over = "items" if board.videos is None else f"the {board.videos} videos that items were cut from"
    text = f"Mean, 95 % bootstrap interval over {over}, "
    text += (
        "scored: items that have a value, of how many."
        if narrow
        else "scored/expected; 'as worst': the mean with "
    )
    text += "" if narrow else "failures as the worst value."
    if not board.headline:
        return text
    labels = board.labels
    headline = [labels.get(column, column.metric) for column in board.headline]
    needed = f"; a rank needs all items of {' and '.join(headline)}"
    return (
        f"{text} Ranked by {headline[0]}{needed}; models that a paired test (Holm, 5 %) cannot tell apart "
        "share a rank."
    )


def _unranked(row: Row, headline: Sequence[Column]) -> str:
    text = f"{row.model} is not ranked: {', '.join(row.unranked)}"
    found = row.summaries.get(headline[0]) if headline else None
    if found is not None and found.mean_failed_as_worst is not None and not found.complete:
        worst = figure(found.mean_failed_as_worst, headline[0].metric)
        text += f"; {headline[0].metric} as worst {worst}, with failures as the worst value"
    return f"{text}."


def _computed(board: Board, shown: Sequence[Column]) -> list[str]:
    """How the columns were computed: each fact once, with all columns that it is of."""
    labels = headings(board.labels)
    sharing: dict[tuple[str, str], list[str]] = {}
    for column in shown:
        for fact in column.variant:
            sharing.setdefault(fact, []).append(labels[column])
    facts: dict[str, list[str]] = {}
    for (name, value), columns in sharing.items():
        if name != "metric_version":
            facts.setdefault(", ".join(columns), []).append(f"{name} {value}")
    return [f"Computed with {', '.join(told)}: {columns}." for columns, told in facts.items()]
