"""What a metric is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from motionedit_bench.errors import MebenchError, WeightsUnavailable
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.source import FlowSource

if TYPE_CHECKING:
    from motionedit_bench.metrics.comparison import Comparison


class NotApplicable(MebenchError):
    """This item cannot be scored by this metric, whoever edits it; the text is the row's reason."""


class Instruments:
    """What metrics measure with; the flow estimator is loaded when first asked for.

    Attributes:
        flow: name of the flow estimator.
        flow_size: whether `mas` runs at the size of the ``input`` or of the ``edited`` image.
        device: where learned networks run.
        store: folder for the flows that many models share; ``None`` keeps none.
    """

    def __init__(
        self, flow: str = "dis", flow_size: str = "input", device: str = "auto", store: Path | None = None
    ) -> None:
        self.flow = flow
        self.flow_size = flow_size
        self.device = device
        self.store = store
        self._estimator = FLOWS.get(flow)
        self._unavailable: WeightsUnavailable | None = None

    @cached_property
    def flows(self) -> FlowSource:
        """The flow estimator.

        Raises:
            WeightsUnavailable: its weights cannot be had.
        """
        if self._unavailable is None:
            try:
                return FlowSource(self._estimator(self.device), self.store)
            except WeightsUnavailable as error:
                self._unavailable = error
        raise self._unavailable


@dataclass(frozen=True)
class Measurement:
    """A finite value and the terms behind it (JSON values)."""

    value: float
    detail: dict[str, Any] = field(default_factory=dict)


class Metric(ABC):
    """One number for one edit. Weights are loaded on construction, once for a whole run.

    Attributes:
        name: as in the catalogue.
        version: raised whenever the same images would get another value.
        implementation: versions of all that the value depends on besides images and variant.

    Raises (on construction):
        WeightsUnavailable: learned weights cannot be had.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1

    def __init__(self, instruments: Instruments) -> None:
        self.instruments = instruments
        self.implementation: dict[str, str] = {"metric_version": str(self.version)}

    @classmethod
    def variant(cls, instruments: Instruments) -> dict[str, str]:
        """What the user chose and what keeps columns apart: flow and the size at which it runs."""
        return {}

    @abstractmethod
    def measure(self, comparison: "Comparison") -> Measurement:
        """The value for one edit.

        Raises:
            NotApplicable: the item cannot be scored by this metric.
        """
