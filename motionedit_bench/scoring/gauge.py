"""What measures edits in a scoring: the form that metrics and judges share, and that of a metric."""

import math
from collections.abc import Mapping
from typing import Any, Protocol

from motionedit_bench.errors import NotApplicable, WeightsUnavailable, explain
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.base import Metric
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.records import Item
from motionedit_bench.scoring.finding import Finding


class Gauge(Protocol):
    """Gives the findings of edits by one metric, or by the metrics of one judge.

    Attributes:
        names: its metrics.
        choice, versions: the variant of its rows; see `motionedit_bench.records.Score`.
        settings: what else its values depend on; it stands among the terms.
        reads_instruction: whether its values depend on the instruction, too.
        why_not: why it can measure nothing, where it cannot.
    """

    names: tuple[str, ...]
    choice: Mapping[str, str]
    versions: Mapping[str, str]
    settings: Mapping[str, Any]
    reads_instruction: bool
    why_not: str | None

    def measure(self, item: Item, comparison: Comparison) -> Mapping[str, Finding]:
        """The findings of one edit by metric; whatever goes wrong is a status.

        Raises:
            StorageError: what was found cannot be kept, and would be lost.
        """


class MetricGauge:
    """One metric of a scoring: ready to measure, or known to be unavailable and why.

    ``advice`` tells the user here what is in the way, and what to do; ``why_not`` tells everybody.

    Raises (on construction):
        UsageError: an unknown metric.
    """

    settings: Mapping[str, Any] = {}
    reads_instruction = False

    def __init__(self, name: str, instruments: Instruments) -> None:
        kind: type[Metric] = METRICS.get(name)
        self.name = name
        self.names: tuple[str, ...] = (name,)
        self.choice: Mapping[str, str] = kind.choice(instruments)
        self.versions: Mapping[str, str] = {}
        self.why_not: str | None = None
        self.advice = ""
        try:
            self._metric = kind(instruments)
            self.versions = {key: str(value) for key, value in self._metric.implementation.items()}
        except WeightsUnavailable as error:
            self.why_not, self.advice = error.told, str(error)

    def measure(self, item: Item, comparison: Comparison) -> Mapping[str, Finding]:
        return {self.name: self.finding(comparison)}

    def finding(self, comparison: Comparison) -> Finding:
        """What the metric says of one edit."""
        if self.why_not is not None:
            return Finding("unavailable", reason=self.why_not)
        try:
            found = self._metric.measure(comparison)
        except NotApplicable as error:
            return Finding("not_applicable", reason=str(error))
        except Exception as error:  # noqa: BLE001 (becomes the row's reason)
            return Finding("failed", reason=explain(error))
        shared = found.detail.keys() & {*self.choice, *self.versions}
        if shared:
            names = ", ".join(sorted(shared))
            return Finding("failed", reason=f"terms of the metric are named as its variant is: {names}")
        if not math.isfinite(found.value):
            return Finding("failed", reason=f"the metric gave {found.value}", terms=found.detail)
        facts = CATALOGUE.get(self.name)
        if facts is not None and not facts.allows(found.value):
            low, high = facts.bounds
            told = f"the metric gave {found.value:g}, outside of its bounds, {low:g} to {high:g}"
            return Finding("failed", reason=told, terms=found.detail)
        return Finding("ok", found.value, terms=found.detail)
