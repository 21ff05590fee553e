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

    @property
    def is_blind(self) -> bool:
        """Whether most items cannot be seen: figures by this flow then speak of the others alone."""
        return 2 * self.count < len(self.trusts)

    def told(self) -> str:
        """The line above or below a board.

        >>> Seen("dis", {"a": 0.75, "b": 0.25, "c": 0.125}).told()
        'most items of this benchmark cannot be seen by flow dis: 2 of 3 (mean trust 0.38)'
        >>> Seen("far", {"a": 0.75, "b": 0.25}).told()
        'flow far sees 1 of 2 items of this benchmark (mean trust 0.50)'
        """
        total, mean = len(self.trusts), f"(mean trust {self.mean:.2f})"
        if not self.is_blind:
            return f"flow {self.flow} sees {self.count} of {total} items of this benchmark {mean}"
        unseen = total - self.count
        return f"most items of this benchmark cannot be seen by flow {self.flow}: {unseen} of {total} {mean}"


Trusts = dict[str, dict[str, float]]
"""By flow and item: the trust in the flow of the item's target."""


def note_trust(trusts: Trusts, row: Mapping[str, Any]) -> None:
    """Take in what a row says of its target's flow; of one without, of a judge or from before, nothing."""
    detail = row["detail"]
    trust = detail.get("flow_trust")
    if type(trust) in (int, float) and 0 <= trust <= 1 and isinstance(detail.get("flow"), str):
        trusts.setdefault(detail["flow"], {})[row["item_id"]] = trust


def seen_by_flow(found: Iterable[Trusts]) -> tuple[Seen, ...]:
    """What each flow saw by the rows of several models, in the order of the flows' names."""
    merged: Trusts = {}
    for trusts in found:
        for flow, items in trusts.items():
            merged.setdefault(flow, {}).update(items)
    return tuple(Seen(flow, merged[flow]) for flow in sorted(merged))
