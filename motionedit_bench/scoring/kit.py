"""What edits are measured with: the gauges of a scoring that compute what they find."""

from collections.abc import Mapping
from dataclasses import dataclass

from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.scoring.gauge import Gauge

Versions = Mapping[str, Mapping[str, str]]
"""By gauge: its choice, its versions and its settings, and why it can measure nothing, if so."""


@dataclass(frozen=True)
class Kit:
    """The gauges, and the instruments behind them."""

    gauges: tuple[Gauge, ...]
    instruments: Instruments

    @property
    def versions(self) -> Versions:
        """All by which its numbers could differ from those of another kit with the same gauges."""
        return {gauge.choice.get("judge", gauge.names[0]): _versions(gauge) for gauge in self.gauges}


def difference(here: Versions, there: Versions) -> str | None:
    """The first thing in which two kits differ, in words; ``None`` where they give the same numbers."""
    for name, ours in here.items():
        theirs = there.get(name, {})
        for what in dict.fromkeys((*ours, *theirs)):
            if ours.get(what) != theirs.get(what):
                return (
                    f"{what} of {name} is {theirs.get(what, 'none')} there, and {ours.get(what, 'none')} here"
                )
    return None


def _versions(gauge: Gauge) -> dict[str, str]:
    found = {**gauge.choice, **gauge.versions, **gauge.settings}
    known = {name: str(value) for name, value in found.items()}
    return known if gauge.why_not is None else known | {"lack": gauge.why_not}
