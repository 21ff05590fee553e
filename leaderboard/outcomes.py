"""What counts of one model's rows, and by whose word; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from motionedit_bench.leaderboard.sight import Trusts, note_trust
from motionedit_bench.leaderboard.summary import Column, Outcome, Standing
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.facts import Facts
from motionedit_bench.scoring.rows import Slot, blame, said, slot, variant_names

VOUCHED: Mapping[Any, Standing] = {"recomputed": "recomputed", "reread": "reread"}
"""The standings that a row of a board's own can give itself; all else is claimed."""

SEEN_HERE: tuple[Standing, ...] = ("measured", "recomputed")
"""The standings of rows that tell what a flow sees; the others are a submitter's, whatever was read again."""


def outcomes(
    score_rows: Iterable[Mapping[str, Any]], expected: list[str], standing: Standing | None = "measured"
) -> dict[Slot, Outcome]:
    """What counts of one model's rows, by slot, whose first part is the item's id.

    ``standing`` is that of all rows; where it is ``None``, each says its own.
    """
    return counted(score_rows, expected, standing)[0]


def counted(
    score_rows: Iterable[Mapping[str, Any]], expected: list[str], standing: Standing | None
) -> tuple[dict[Slot, Outcome], Counter[str], Trusts]:
    """The same, how many rows of which unknown metric were passed over, and what is seen of targets.

    Raises:
        ValueError: a row has a value that its metric cannot have.
    """
    wanted = {item: item for item in expected}  # rows of one item share its id's text
    known: dict[tuple[Any, ...], tuple[Column, Slot, Facts] | None] = {}
    last: dict[Slot, Outcome] = {}
    passed_over: Counter[str] = Counter()
    trusts: Trusts = {}
    for row in score_rows:
        item, metric, detail = row["item_id"], row["metric"], row["detail"]
        if item not in wanted:
            continue
        choice, versions = variant_names(row)
        way = (metric, *choice, None, *versions, *map(detail.get, choice), *map(detail.get, versions))
        if way not in known:  # a million rows share a few dozen of these
            facts = CATALOGUE.get(metric)
            known[way] = None if facts is None else (Column.of(row), slot(row)[1:], facts)
        place = known[way]
        if place is None:
            passed_over[metric] += 1
        else:
            word = standing or VOUCHED.get(row.get("standing"), "claimed")
            column, rest, facts = place
            outcome = Outcome(column, *said(row), blame(row) == "judge", word)
            if outcome.value is not None and not facts.allows(outcome.value):
                raise ValueError(_impossible(row, facts))
            last[wanted[item], *rest] = outcome
            if word in SEEN_HERE:
                note_trust(trusts, row)
    return last, passed_over, trusts


def _impossible(row: Mapping[str, Any], facts: Facts) -> str:
    low, high = facts.bounds
    told = f"{row['metric']} of item {row['item_id']} is {row['value']:g}, outside of {low:g} to {high:g}"
    return f"{told}: remove that row, and run `mebench score` again"
