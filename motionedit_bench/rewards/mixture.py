"""What edits are to be rewarded for, as users write it: ``motion=0.5,judge=0.5``; pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.metrics.catalogue import CATALOGUE, JUDGED

MOTION, JUDGE = "motion", "judge"
"""The MotionNFT reward, and a judge's answer to one question about the whole edit; all else is a metric."""

MEASURED_BY = "motion_reward"
"""The metric behind `MOTION`."""


@dataclass(frozen=True)
class Scale:
    """A measure's bounds, and whether a higher value is better."""

    low: float
    high: float
    rising: bool = True

    def share(self, value: float) -> float:
        """The value as a reward: 0 at the worse bound, 1 at the better one, linear in between.

        Raises:
            ValueError: it lies outside the bounds by more than a rounding error.
        """
        found = (value - self.low) / (self.high - self.low)
        if not -1e-6 <= found <= 1 + 1e-6:
            raise ValueError(f"{value} lies outside {self.low:g} to {self.high:g}")
        found = min(max(found, 0.0), 1.0)
        return found if self.rising else 1 - found


def parse_mixture(text: str) -> dict[str, float]:
    """Names and weights; a name without a weight has 1, and the weights are divided by their sum.

    So rewards lie in 0..1 whatever the weights are, as the rules for which groups teach something suppose
    (a mean below 0.9, a deviation above 0.05).

    >>> parse_mixture("motion,judge")
    {'motion': 0.5, 'judge': 0.5}

    Raises:
        UsageError: an unknown name, one that is no reward or stands twice, a weight that is not above 0,
            weights without a finite sum.
    """
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, given, weight = (word.strip() for word in part.partition("="))
        scale_of(name)
        if name in weights:
            raise UsageError(f"--reward names {name!r} twice: give it one weight")
        weights[name] = _weight(name, weight) if given else 1.0
    try:
        total = math.fsum(weights.values())
    except OverflowError:
        raise UsageError(f"--reward {text}: the weights' sum is too large") from None
    return {name: weight / total for name, weight in weights.items()}


def _weight(name: str, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        raise UsageError(f"--reward {name}={text}: a weight must be a number above 0; leave {name} out for 0")
    return weight


def scale_of(name: str) -> Scale:
    """How a reward's values are brought to 0..1: by the bounds and the direction of its metric.

    Raises:
        UsageError: there is no such metric, or it says of no edit that it is better, or it has no bounds.
    """
    if name == JUDGE:
        return Scale(0, 5)
    if name == MOTION:
        return Scale(0, 1)
    if name not in CATALOGUE:
        raise unknown_name("reward", name, (MOTION, JUDGE, *CATALOGUE))
    facts = CATALOGUE[name]
    if facts.better is None:
        raise UsageError(f"{name} is no reward: it describes items, not edits of them")
    if facts.derived:
        raise UsageError(f"{name} is no reward: it follows from other models' edits")
    if not all(map(math.isfinite, facts.bounds)):
        low, high = facts.bounds
        raise UsageError(
            f"{name} is no reward: its bounds are {low:g} to {high:g}, and 0..1 needs finite ones"
        )
    return Scale(*facts.bounds, rising=facts.better == "higher")


def by_judges(names: Mapping[str, float]) -> tuple[str, ...]:
    """Those rewards that a judge gives."""
    return tuple(name for name in names if name in (JUDGE, *JUDGED))


def by_targets(names: Mapping[str, float]) -> tuple[str, ...]:
    """Those rewards that are known to need a target picture: all that the harness measures itself."""
    return tuple(
        name for name in names if name == MOTION or (name in CATALOGUE and CATALOGUE[name].target is not None)
    )
