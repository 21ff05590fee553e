"""What of a board's headline a submission has, for every item, of a standing that can be ranked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from motionedit_bench.leaderboard.board import outcomes
from motionedit_bench.leaderboard.submission.policy import Policy
from motionedit_bench.leaderboard.submission.standing import STANDINGS, Standing, weakest
from motionedit_bench.leaderboard.summary import Column, Summary, summarise


def missing_of(
    rows: Sequence[Mapping[str, Any]], ids: Sequence[str], policy: Policy, flow: str
) -> tuple[list[str], list[str]]:
    """What is not there for every item, and what is there but not of a standing that the policy takes.

    Rows have a ``standing``; ``flow`` is the estimator of the headline's motion. A model is ranked where
    both are empty.
    """
    summaries = summarise(outcomes(rows, list(ids)), len(ids))
    standings = standing_of(rows)
    partial, untaken = [], []
    for metric in policy.headline:
        columns = [column for column in summaries if column.metric == metric and _of(column, flow)]
        whole = [column for column in columns if summaries[column].complete]
        if not whole:
            told = [_coverage(summaries[column]) for column in columns] or [f"0/{len(ids)}"]
            partial.append(f"{metric} {max(told)}")
        elif not {standings[column] for column in whole} & set(policy.takes):
            best = min((standings[column] for column in whole), key=STANDINGS.index)
            untaken.append(f"{metric} is {best} only")
    return partial, untaken


def standing_of(rows: Iterable[Mapping[str, Any]]) -> dict[Column, Standing]:
    """The standing of each column: the weakest of its rows."""
    found: dict[Column, list[Standing]] = {}
    for row in rows:
        found.setdefault(Column.of(row), []).append(row["standing"])
    return {column: weakest(own) for column, own in found.items()}


def _of(column: Column, flow: str) -> bool:
    return dict(column.variant).get("flow", flow) == flow


def _coverage(summary: Summary) -> str:
    left_out = summary.statuses.get("not_applicable", 0)
    return f"{summary.scored}/{summary.expected - left_out}"
