"""What a metric is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.facts import Facts
from motionedit_bench.metrics.instruments import Instruments


@dataclass(frozen=True)
class Measurement:
    """A finite value and the terms behind it (JSON values)."""

    value: float
    detail: dict[str, Any] = field(default_factory=dict)


class Metric(ABC):
    """One number for one edit. Weights are loaded on construction, once for a whole run.

    Attributes:
        name: as in the catalogue, or as its entry point is called.
        facts: of a metric of another package; the harness's own have theirs in the catalogue.
        version: raised whenever the same images would get another value.
        implementation: versions of all that the value depends on besides images and choice.

    Raises (on construction):
        WeightsUnavailable: learned weights cannot be had.
    """

    name: ClassVar[str]
    facts: ClassVar[Facts | None] = None
    version: ClassVar[int] = 1
    weights: ClassVar[str | None] = None
    """The published weights that it needs, by their name in `motionedit_bench.weights`."""

    def __init__(self, instruments: Instruments) -> None:
        self.instruments = instruments
        self.implementation: dict[str, str] = {"metric_version": str(self.version)}

    @classmethod
    def choice(cls, instruments: Instruments) -> dict[str, str]:
        """What the user chose of all that the value depends on: such as the flow, and its size.

        Rows of different choices stand beside each other; one of another version takes a row's place.
        """
        return {}

    @abstractmethod
    def measure(self, comparison: Comparison) -> Measurement:
        """The value for one edit.

        Raises:
            NotApplicable: the item cannot be scored by this metric.
        """
