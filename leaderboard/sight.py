"""What of a benchmark its flow saw, from the rows of a board: items and trust, the same for all models."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motionedit_bench.metrics.functional.trust import SEEN


@dataclass(frozen=True)
class Seen:
    """How much of the target's motion one flow saw.

    Attributes:
        trusts: the trust in each item's flow, 0 to 1, by item; items without one are not here.
    """

    flow: str
    trusts: Mapping[str, float]

    @property
    def mean(self) -> float:
        """Mean trust, 0 to 1."""
        return sum(self.trusts.values()) / len(self.trusts)

    @property
    def count(self) -> int:
        """The items whose motion counts as seen."""
        return sum(trust >= SEEN for trust in self.trusts.values())

    def told(self) -> str:
        """The line below a board.

        >>> Seen("dis", {"a": 0.75, "b": 0.25, "c": 0.125}).told()
        'most items of this benchmark cannot be seen by dis: 2 of 3 (mean trust 0.38)'
        >>> Seen("far", {"a": 0.75, "b": 0.25}).told()
        'far sees 1 of 2 items of this benchmark (mean trust 0.50)'
        """
        total, mean = len(self.trusts), f"(mean trust {self.mean:.2f})"
        if 2 * self.count >= total:
            return f"{self.flow} sees {self.count} of {total} items of this benchmark {mean}"
        unseen = total - self.count
        return f"most items of this benchmark cannot be seen by {self.flow}: {unseen} of {total} {mean}"


def seen_by_flow(rows: Iterable[Mapping[str, Any]]) -> tuple[Seen, ...]:
    """What each flow saw, by the ``flow_trust`` in the detail of rows, in the order of their first rows.

    The last row of an item counts. Rows without a trust, of judges or of earlier versions, say nothing.
    """
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        detail = row["detail"]
        if detail.get("flow_trust") is not None and "flow" in detail:
            found.setdefault(detail["flow"], {})[row["item_id"]] = detail["flow_trust"]
    return tuple(Seen(flow, trusts) for flow, trusts in found.items())
