"""Scores by a judge whose server did not stay with one model, and who pays for that: nobody."""

from collections import defaultdict
from typing import Any

from motionedit_bench.leaderboard.summary import Column, Outcome
from motionedit_bench.scoring.rows import Slot

FIELD = "answered_by"
"""The version of a row that says which model answered; a row without an answer has none."""

BY_ANOTHER: dict[str, Any] = {"status": "unavailable", "value": None, "judges_fault": True}
"""What an item is to the columns of models that did not answer for it."""


def apart(latest: dict[Slot, Outcome]) -> dict[Slot, Outcome]:
    """What counts of one model's rows, with each answering model's column whole.

    An item without an answer is a gap in each of them. An item that another model answered is
    unavailable in the others: no value, and not the edit's fault.
    """
    if not any(FIELD in dict(column.variant) for column in {one.column for one in latest.values()}):
        return latest
    families: dict[Column, dict[Column, list[Slot]]] = defaultdict(lambda: defaultdict(list))
    for slot, outcome in latest.items():
        families[_family(outcome.column)][outcome.column].append(slot)
    found = dict(latest)
    for plain, columns in families.items():
        answered = {
            column
            for column, slots in columns.items()
            if column != plain or any(latest[slot].value is not None for slot in slots)
        }
        for column, slots in columns.items() if answered else ():
            for slot in slots:
                one = latest[slot]
                gap = one if column not in answered else one._replace(**BY_ANOTHER)
                for other in answered - {column}:
                    found[(*slot, *dict(other.variant).values())] = gap._replace(column=other)
                if column not in answered:
                    del found[slot]
    return found


def _family(column: Column) -> Column:
    """The column without who answered."""
    return Column(column.metric, tuple(field for field in column.variant if field[0] != FIELD))
