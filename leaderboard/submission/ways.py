"""In how many ways a submission has each metric computed: each of them is a column of everybody's table."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from motionedit_bench.leaderboard.submission.bounds import WAYS
from motionedit_bench.leaderboard.summary import Column


class Ways:
    """The ways that were seen so far."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, set[Column]] = defaultdict(set)

    def admit(self, row: Mapping[str, Any]) -> bool:
        """Take note of a row's way; whether there are no more of its metric than an honest submission has."""
        found = self._seen[row["metric"]]
        found.add(Column.of(row))
        return len(found) <= WAYS
