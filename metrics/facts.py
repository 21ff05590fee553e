"""What is fixed about a metric, and of all metrics by name; importing it imports nothing heavy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from motionedit_bench.errors import MebenchError, UsageError, explain
from motionedit_bench.registry import Registry

ROUNDING = 1e-6
"""So far beyond its bounds a value may be: 32-bit numbers are rounded."""


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

    def allows(self, value: float) -> bool:
        """Whether there can be such a value, roundings forgiven.

        >>> facts = Facts(better="higher", worst=0, bounds=(0, 1), digits=2, about="a share")
        >>> facts.allows(1.0), facts.allows(1.1), facts.allows(float("nan"))
        (True, False, False)
        """
        low, high = self.bounds
        return low - ROUNDING <= value <= high + ROUNDING

    @property
    def range(self) -> float:
        """The difference of the bounds, or 100 where that is more: what a small difference is a share of."""
        return min(self.bounds[1] - self.bounds[0], 100.0)


class Catalogue(Mapping[str, Facts]):
    """All metrics' facts by name: the table's first, then those of installed packages."""

    def __init__(self, own: Mapping[str, Facts], metrics: Registry[Any]) -> None:
        self._own = own
        self._metrics = metrics
        self._others: dict[str, Facts] = {}

    def __getitem__(self, name: str) -> Facts:
        """One metric's facts.

        Raises:
            KeyError: nothing here or installed has this name.
            UsageError: the class that an installed package names cannot be had, or has no facts.
        """
        if name in self._own:
            return self._own[name]
        if name not in self._others:
            if name not in self._metrics.names():
                raise KeyError(name)
            self._others[name] = self._facts_of_class(name)
        return self._others[name]

    def _facts_of_class(self, name: str) -> Facts:
        try:
            kind = self._metrics.get(name)
        except MebenchError:
            raise
        except Exception as error:  # whatever a foreign module does when it is imported
            raise UsageError(
                f"metric {name!r} of an installed package is broken: {explain(error)}"
            ) from error
        facts = getattr(kind, "facts", None)
        if not isinstance(facts, Facts):
            raise UsageError(f"metric {name!r} of an installed package has no facts: give {kind} a `facts`")
        if facts.target or facts.default or facts.judged or facts.derived:
            raise UsageError(f"metric {name!r} of an installed package has facts of the harness's own alone")
        return facts

    def __iter__(self) -> Iterator[str]:
        return iter([*self._own, *(name for name in self._metrics if name not in self._own)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._others or name in self._metrics.names()
