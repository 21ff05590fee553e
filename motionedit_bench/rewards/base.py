"""What a reward is: a number for each edit of an item, or a status and a reason, as scores have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from motionedit_bench.records import STATUSES, Item, Status

Pixels = npt.NDArray[np.uint8]
"""A picture, (H, W, 3), RGB, 0..255."""


@dataclass(frozen=True)
class Rewarded:
    """What one edit is worth: 0 to 1, higher is better; or why nobody can tell.

    ``value`` is a number if and only if ``status`` is ``ok``; otherwise ``reason`` says why there is none,
    and the edit is to be left out, never to be counted as 0.

    Attributes:
        terms: what is behind it, or behind its lack; JSON values.

    Raises (on construction):
        ValueError: value, status and reason do not fit, or the value is outside 0..1.
    """

    value: float | None
    status: Status = "ok"
    reason: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status must be one of {STATUSES}, but got {self.status!r}")
        if (self.value is None) == (self.status == "ok"):
            raise ValueError(f"a value goes with status ok alone, got {self.value}, {self.status}")
        if self.value is not None and not 0 <= self.value <= 1:
            raise ValueError(f"a reward must be in 0..1, but got {self.value}")
        if self.status != "ok" and not self.reason:
            raise ValueError(f"status {self.status} needs a reason")


class Reward(Protocol):
    """Rewards edits. Equal pictures of an item get equal rewards, whoever asks and in whatever company."""

    def score(self, item: Item, pictures: Sequence[Pixels]) -> list[Rewarded]:
        """What each of these edits of the item is worth, in their order. Safe to call from many threads."""

    def facts(self) -> dict[str, Any]:
        """What a manifest says of it: weights, choices, versions; JSON values."""
