"""The ranking by each judge of a panel alone, as text, and how often they agree."""

from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import tabulate

from motionedit_bench.leaderboard.preference.conduct import alike
from motionedit_bench.leaderboard.preference.order import Position, as_text, order

Judges = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of ``comparisons.jsonl`` by judge; see `motionedit_bench.scoring.compared.by_judge`."""


def judges_table(judges: Judges) -> str | None:
    """Place, and strength in per cent, by all judges together and by each alone; ``None`` where there is one
    alone."""
    if len(judges) < 2:
        return None
    each = {judge: order(rows) for judge, rows in judges.items()}
    together = order([row for rows in judges.values() for row in rows])
    cells = [
        (name, *(_cell(own.get(name, Position())) for own in (together, *each.values()))) for name in together
    ]
    head = ("model", "all", *(judge.replace(":", ":\n", 1) for judge in each))
    lines = [str(tabulate(cells, head, disable_numparse=True)), ""]
    lines += ["All judges, and each alone: the place, and the strength in %.", agreement(judges) or ""]
    return "\n".join(lines).rstrip()


def agreement(judges: Judges) -> str | None:
    """How often judges agree, in words; ``None`` where no two compared the same pair."""
    same, both = alike(judges)
    if not both:
        return None
    share = f"{100 * same / both:.1f} %"
    return f"Two judges that compared the same pair have the same outcome in {same}/{both} ({share})."


def _cell(position: Position) -> str:
    place, share = as_text(position)
    return place if share == "-" else f"{place} ({share})"
