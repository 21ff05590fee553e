"""What a reader has to know of a figure: the words for its caption; pure."""

from collections.abc import Iterable, Sequence

from motionedit_bench.leaderboard.board import Board
from motionedit_bench.leaderboard.labels import headings, how, legend
from motionedit_bench.leaderboard.notes import trainings, warnings
from motionedit_bench.leaderboard.published import SOURCE
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.texts import visible


def of_board(board: Board) -> str:
    """What all figures of a board are of."""
    bench = board.bench
    return f"Benchmark {bench['name']}, {bench['items']} items, fingerprint {bench['fingerprint'][:12]}."


def joined(board: Board, lines: Sequence[str]) -> str:
    """A caption: those lines, what the flow cannot see, the marks, and the benchmark."""
    marks = [f"(!) {row.model}: its edits were {wrong}." for row in board.rows for wrong in row.errata]
    marks += trainings(board)
    return " ".join(visible(line) for line in (*lines, *warnings(board), *marks, of_board(board)))


def standings(board: Board, column: Column) -> list[str]:
    """What the marks beside a column's figures mean, where it has any."""
    key = legend({row.summaries[column].standing for row in board.rows if column in row.summaries})
    return [f"Figures: {key}."] if key else []


def named(board: Board, column: Column) -> str:
    """A column, and how it was computed."""
    way = how(column)
    return f"{headings(board.labels)[column]} ({way})" if way else headings(board.labels)[column]


def ranking(board: Board, column: Column, marks: Iterable[str], published: bool) -> str:
    """That of the ranking, with those anchors."""
    lines = [
        f"Mean {named(board, column)} with 95 % bootstrap intervals over items; "
        "at the right, items that have a value."
    ]
    if board.headline:
        leading = headings(board.labels)[board.headline[0]]
        lines.append(f"Ranks are by {leading}.")
        if column == board.headline[0]:
            lines.append("Bracketed models share a rank: a paired test (Holm, 5 %) cannot tell them apart.")
    lines += ["Hollow: without a rank.", *_dashed(marks), *standings(board, column)]
    if published:
        lines.append(f"As published: {SOURCE}; other flow and judge, not to be ranked with the above.")
    return joined(board, lines)


def categories(board: Board, column: Column) -> str:
    """That of the categories."""
    line = (
        f"Mean {named(board, column)} by category, of so many items as stand behind its name, "
        "with 95 % bootstrap intervals over items."
    )
    nothing = ["doing nothing"] if column.metric == "motion_gain" else []
    return joined(board, [line, "Hollow: without a rank.", *_dashed(nothing), *standings(board, column)])


def _dashed(marks: Iterable[str]) -> list[str]:
    told = ", ".join(marks)
    return [f"Dashed: {told}."] if told else []


def agreement(board: Board, columns: Iterable[Column], people: bool) -> str:
    """That of the agreement of these columns."""
    line = (
        "Spearman's rank correlation of metrics over edits, models and items together, values turned so that "
        "higher is better; n: edits that have a value of both."
    )
    votes = (
        "People: Fleiss' kappa of their majority and a metric's preference, n pairs of edits; Kendall's tau "
        "of the order of models by votes and by a metric's mean, n models."
    )
    return joined(board, [line, *([votes] if people else []), *_ways(board, columns)])


def _ways(board: Board, columns: Iterable[Column]) -> list[str]:
    """How columns were computed, those that were in one way together."""
    labels = headings(board.labels)
    ways: dict[str, list[str]] = {}
    for column in columns:
        ways.setdefault(how(column), []).append(labels[column])
    told = "; ".join(f"{', '.join(names)}: {way}" for way, names in ways.items() if way)
    return [f"{told}."] if told else []


def qualitative(board: Board, column: Column, ids: Sequence[str], chosen: bool, seen: bool) -> str:
    """That of the edits; ``chosen`` says whether the data chose the items, ``seen`` of what is seen alone."""
    lines = [f"Edits, and their {named(board, column)}. Items {', '.join(ids)}."]
    if chosen:
        among = " among those whose motion the flow sees" if seen else ""
        lines.append(f"They are those on which the models differ most{among}.")
    return joined(board, [*lines, *standings(board, column)])
