"""Measuring as work for an engine: what a replica holds, and how it is made in another process."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2

from motionedit_bench.engines import Engine, Place, Recipe, Replica
from motionedit_bench.engines.cluster import Cluster
from motionedit_bench.engines.here import Here
from motionedit_bench.engines.ray import Replicas
from motionedit_bench.engines.threads import Threads
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge import COMPUTED
from motionedit_bench.scoring.bundle import Bundle, Found, measure
from motionedit_bench.scoring.gauge import MetricGauge
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.kit import Kit, Versions, difference

EngineFor = Callable[[Kit], Engine[Bundle, Found]]
"""From the kit of a scoring to an engine that has bundles measured by it, or by others like it."""


class Measuring(Replica[Bundle, Found]):
    """A kit, ready to measure."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.facts = {"versions": kit.versions}

    def do(self, task: Bundle) -> Found:
        return measure(self.kit, task)


@dataclass(frozen=True)
class Made(Recipe[Bundle, Found]):
    """A kit that is in this process already, whatever device a place has."""

    kit: Kit

    def make(self, place: Place) -> Measuring:
        return Measuring(self.kit)


@dataclass(frozen=True)
class LikeOurs(Recipe[Bundle, Found]):
    """A kit like the one that planned the work, which can be made on any machine.

    Attributes:
        instruments: with nothing loaded. metrics: names.
        judges: specs of those that compute, each with its metrics.
        versions: of our kit; one of others would give other numbers than the rows' keys say.
    """

    instruments: Instruments
    metrics: tuple[str, ...]
    judges: tuple[tuple[str, tuple[str, ...]], ...]
    versions: Versions

    @classmethod
    def of(cls, kit: Kit) -> "LikeOurs":
        """The recipe for more of a kit that is in this process."""
        metrics = tuple(gauge.name for gauge in kit.gauges if isinstance(gauge, MetricGauge))
        judges = tuple(
            (gauge.judge.spec, gauge.names) for gauge in kit.gauges if isinstance(gauge, JudgeGauge)
        )
        return cls(kit.instruments.on(kit.instruments.device), metrics, judges, kit.versions)

    def __str__(self) -> str:
        return "the scoring"

    def make(self, place: Place) -> Measuring:
        cv2.setNumThreads(1)  # there is a replica for each core
        instruments = self.instruments.on(place.device)
        measured = (MetricGauge(name, instruments) for name in self.metrics)
        judged = (JudgeGauge(COMPUTED.get(spec)(instruments), names) for spec, names in self.judges)
        kit = Kit((*measured, *judged), instruments)
        if found := difference(self.versions, kit.versions):
            raise WeightsUnavailable(f"its scores would differ from those made here: {found}")
        return Measuring(kit)


def here(kit: Kit) -> Engine[Bundle, Found]:
    """The engine that is the calling thread."""
    return Here(Made(kit))


def threads(workers: int) -> EngineFor:
    """The engine of so many threads in this process."""
    return lambda kit: Threads(Made(kit), workers)


def on_cluster(cluster: Cluster) -> EngineFor:
    """The engine of a Ray cluster, whose nodes make kits of their own."""
    return lambda kit: Replicas(LikeOurs.of(kit), cluster, kit.instruments.device)
