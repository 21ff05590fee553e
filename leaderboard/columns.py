"""Which of a metric's columns stands for it where there is room for one alone; pure."""

from motionedit_bench.errors import PredictionsError, UsageError, unknown_name
from motionedit_bench.leaderboard.board import Board
from motionedit_bench.leaderboard.labels import directed
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics.catalogue import CATALOGUE


def column_of(board: Board, metric: str | None = None) -> Column:
    """The column of that metric, or of the one that leads the headline.

    Of several ways to compute it the one that decides on ranks, else the one that most models have for
    all items, else for any; figures that are claimed count last.

    Raises:
        UsageError: the metric is unknown, describes no model, or no model here was scored on it.
        PredictionsError: no model has a figure of anything.
    """
    if metric is None:
        found = (*board.headline, *directed(board.columns))
        if not found:
            raise PredictionsError("no model here has a figure by which one could be better than another")
        return found[0]
    if metric not in CATALOGUE:
        raise unknown_name("metric", metric, CATALOGUE)
    there = [column for column in directed(board.columns) if column.metric == metric]
    if not there:
        names = dict.fromkeys(column.metric for column in directed(board.columns))
        raise UsageError(f"no model here was scored on {metric}: there are {', '.join(names)}")
    return min(there, key=lambda column: _order(board, column))


def _order(board: Board, column: Column) -> tuple[bool, int, int, Column]:
    found = [row.summaries[column] for row in board.rows if column in row.summaries]
    vouched = [one for one in found if one.standing != "claimed"]
    whole = sum(one.complete for one in vouched)
    return column not in board.headline, -whole, -sum(bool(one.scored) for one in vouched), column
