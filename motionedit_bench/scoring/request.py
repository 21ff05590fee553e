"""A scoring as a user asks for it, and all that becomes of the request before anything is measured."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from motionedit_bench import cache
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.engines.cluster import Cluster
from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.metrics.catalogue import CATALOGUE, DEFAULT_METRICS, JUDGED
from motionedit_bench.metrics.instruments import CLIP_MODEL, DINO_MODEL, Instruments
from motionedit_bench.metrics.judge.base import Judge
from motionedit_bench.metrics.judge.estimate import Estimate
from motionedit_bench.metrics.judge.opening import Terms, open_judge
from motionedit_bench.metrics.judge.rubric import Protocol
from motionedit_bench.predictions import seed_folders
from motionedit_bench.scoring.canary import CanaryResult, canary_case, canary_edits, try_canary
from motionedit_bench.scoring.estimate import estimate
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.replica import EngineFor, on_cluster, threads
from motionedit_bench.scoring.score import cases, score


@dataclass(frozen=True)
class Request:
    """What is to be scored, and with what; what is ``None`` is chosen for the user.

    Attributes:
        metrics: names; with judges, those of theirs that are wanted. flow_options: see `Instruments`.
        workers: items scored at once.
        cluster: what computes is done there, on so many items at once as it has replicas.
        judges: their specs; ``terms``, ``protocol`` and ``repeats`` say how they are asked.
    """

    metrics: tuple[str, ...] | None = None
    flow: str | None = None
    flow_size: str = "input"
    flow_options: Mapping[str, Any] = field(default_factory=dict)
    clip_model: str | None = None
    dino_model: str | None = None
    device: str = "auto"
    workers: int | None = None
    cluster: Cluster | None = None
    judges: tuple[str, ...] = ()
    protocol: Protocol = "rubric"
    repeats: int = 1
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        for name in self.metrics or ():
            if name not in CATALOGUE:
                raise unknown_name("metric", name, CATALOGUE)
        if self._by_judges and not self.judges:
            raise UsageError(f"{', '.join(self._by_judges)}: say who judges, with --judge SPEC")

        if self.cluster is not None and self.workers is not None:
            raise UsageError("--workers are of this machine: with --engine ray, say --replicas")

    @property
    def engine_for(self) -> EngineFor:
        """Who measures."""
        if self.cluster is not None:
            return on_cluster(self.cluster)
        return threads(self.workers or len(os.sched_getaffinity(0)))

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """The metrics that no judge gives."""
        return tuple(name for name in self._named if name not in self._by_judges)

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """The metrics that judges give: those named, else all; the win rate follows from `overall`."""
        wanted = tuple(name for name in JUDGED if name in self._by_judges) or JUDGED
        follows = any(CATALOGUE[name].derived for name in self._by_judges)
        return (*wanted, "overall") if follows and "overall" not in wanted else wanted

    @cached_property
    def _named(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.metrics)) if self.metrics else DEFAULT_METRICS

    @cached_property
    def _by_judges(self) -> tuple[str, ...]:
        return tuple(name for name in self._named if CATALOGUE[name].judged or CATALOGUE[name].derived)


class Scoring:
    """A request on a benchmark and some models' folders, with its instruments and judges at hand.

    Further seeds in a model's folder are scored as well.

    Raises (on construction):
        UsageError: no such flow or judge, or one that cannot be asked.
        WeightsUnavailable: a local judge, or the flow of a judge that computes, cannot be had.
    """

    def __init__(self, request: Request, benchmark: Benchmark, folders: list[Path]) -> None:
        self.request = request
        self.benchmark = benchmark
        self.folders = folders
        self.folders = [one for folder in folders for one in (folder, *seed_folders(folder))]
        self.instruments = Instruments(
            request.flow or benchmark.default_flow,
            request.flow_size,
            request.device,
            cache.optional("flows"),
            request.clip_model or CLIP_MODEL,
            request.dino_model or DINO_MODEL,
            request.flow_options,
        )
        self.judges: list[Judge] = [
            open_judge(spec, self.instruments, request.terms, request.protocol, request.repeats)
            for spec in dict.fromkeys(request.judges)
        ]

    def estimates(self, canary: bool = False) -> list[Estimate]:
        """What judges would be asked, the canary included if it is wanted; nobody is asked."""
        known = canary_edits() if canary else ()
        return [
            estimate(
                judge,
                cases(self.benchmark, self.folders, self.instruments),
                (canary_case(edit, self.instruments) for edit in known),
            )
            for judge in self.judges
        ]

    def canaries(self) -> Iterator[tuple[str, CanaryResult]]:
        """Each judge's name, and how it rates edits of known quality."""
        for judge in self.judges:
            yield judge.spec, try_canary(judge, self.instruments)

    def run(
        self, canaries: Mapping[str, CanaryResult] | None = None, out: Path | None = None
    ) -> Counter[str]:
        """Score; see `motionedit_bench.scoring.score.score`. What canaries said is written down, too.

        ``out`` is where scores go, if not beside the predictions.
        """
        tried = canaries or {}
        return score(
            self.benchmark,
            self.folders,
            self.request.measured,
            self.instruments,
            out,
            self.request.engine_for,
            [JudgeGauge(judge, self.request.judged, tried.get(judge.spec)) for judge in self.judges],
            self.request.terms.budget.summary,
        )
