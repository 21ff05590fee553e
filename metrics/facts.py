"""What is fixed about a metric; importing it imports nothing heavy."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One metric's facts: the only place in which they are said.

    Attributes:
        better: whether a higher or a lower value is better; ``None`` for what describes an item.
        worst: the value that a failed item counts as in ``mean_failed_as_worst``; ``None`` where
            there is no worst, so that no such mean is given.
        bounds: the lowest and the highest value that there can be; infinite where there is none.
        digits: decimals in tables.
        about: one line for people.
        target, default, judged, derived: for the harness's own alone. Where the class is, below
            ``motionedit_bench.metrics``; whether `mebench score` computes it unasked; whether a judge
            gives it; whether it follows from other rows, and is never one.
    """

    better: Literal["higher", "lower"] | None
    worst: float | None
    bounds: tuple[float, float]
    digits: int
    about: str
    target: str | None = None
    default: bool = False
    judged: bool = False
    derived: bool = False

    def __post_init__(self) -> None:
        low, high = self.bounds
        if not low < high:
            raise ValueError(f"bounds must be the lowest and the highest value, but got {self.bounds}")
        if self.worst is not None and not low <= self.worst <= high:
            raise ValueError(f"worst must be within the bounds {self.bounds}, but got {self.worst}")
        if self.better not in ("higher", "lower", None):
            raise ValueError(f"better must be 'higher', 'lower' or None, but got {self.better!r}")

    @property
    def range(self) -> float:
        """The difference of the bounds, or 100 where that is more: what a small difference is a share of."""
        return min(self.bounds[1] - self.bounds[0], 100.0)
