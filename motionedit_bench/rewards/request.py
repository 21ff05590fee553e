"""Rewards as a user asks for them, and how they are opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from motionedit_bench.errors import UsageError, WeightsUnavailable
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge import COMPUTED
from motionedit_bench.metrics.judge.asking import AskingJudge
from motionedit_bench.metrics.judge.opening import Terms, open_judge, open_model
from motionedit_bench.metrics.judge.rubric import WHOLE, Protocol, question
from motionedit_bench.records import Item
from motionedit_bench.rewards.combine import Part
from motionedit_bench.rewards.mixed import MixedReward
from motionedit_bench.rewards.mixture import (
    JUDGE,
    MEASURED_BY,
    MOTION,
    by_judges,
    by_targets,
    parse_mixture,
    scale_of,
)
from motionedit_bench.scoring.gauge import Gauge, MetricGauge
from motionedit_bench.scoring.judged import JudgeGauge

DEFAULT = f"{MOTION}=0.5,{JUDGE}=0.5"
"""As MotionNFT is trained (paper, and released code)."""

PROTOCOL: Protocol = "digit"
"""How judges are asked: the expected digit, as in the released code."""


@dataclass(frozen=True)
class Request:
    """What is to be rewarded, and with what.

    Attributes:
        mixture: names and weights, see `motionedit_bench.rewards.mixture.parse_mixture`.
        rounded: whether ``motion`` has the released code's six levels; otherwise it is that reward before
            rounding, of which fewer groups are flat.
        flow: see `Instruments`, as for ``flow_options`` and ``device``.
        judge: the spec of who judges; ``terms``: how it is asked.

    Raises (on construction):
        UsageError: the mixture is none; a judge is needed and not named, or named and not needed.
    """

    mixture: str = DEFAULT
    rounded: bool = False
    flow: str = "unimatch"
    flow_options: Mapping[str, Any] = field(default_factory=dict)
    judge: str | None = None
    device: str = "auto"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        judged = by_judges(self.weights)
        if judged and self.judge is None:
            raise UsageError(f"--reward {', '.join(judged)}: say who judges, with --judge SPEC")
        if self.judge is not None and not judged:
            raise UsageError(f"--judge {self.judge}: nothing of --reward {self.mixture} is judged")

    @property
    def weights(self) -> dict[str, float]:
        """Each reward's share of the whole."""
        return parse_mixture(self.mixture)

    def told(self) -> dict[str, Any]:
        """What sets it apart from other requests; JSON values."""
        return {"weights": self.weights, "rounded": self.rounded, "flow": self.flow, "judge": self.judge}

    def open(self) -> MixedReward:
        """The rewards, ready to be given.

        Raises:
            UsageError: no such flow or judge, or one that cannot be asked.
            WeightsUnavailable: learned weights of a part cannot be had.
        """
        instruments = Instruments(self.flow, device=self.device, flow_options=self.flow_options)
        instruments.tells_trust = False  # it moves no reward, and costs as much as the edits' flows
        parts, gauges = [], dict(self._judging(instruments))
        for name, weight in self.weights.items():
            smooth = name == MOTION and not self.rounded
            parts.append(Part(name, weight, scale_of(name), "continuous" if smooth else None))
            if name not in gauges:
                gauges[name] = _measuring(MEASURED_BY if name == MOTION else name, instruments)
        return MixedReward(parts, gauges, instruments, self.told())

    def _judging(self, instruments: Instruments) -> Iterable[tuple[str, tuple[Gauge, str]]]:
        """What gives the judged rewards, by their names."""
        names = by_judges(self.weights)
        spec = self.judge or ""
        metrics = tuple(name for name in names if name != JUDGE)
        if metrics:
            gauge = JudgeGauge(open_judge(spec, instruments, self.terms, PROTOCOL), metrics)
            yield from ((name, (gauge, name)) for name in metrics)
        if JUDGE in names:
            if spec in COMPUTED:  # it answers no questions
                yield JUDGE, (JudgeGauge(open_judge(spec, instruments, self.terms), ("overall",)), "overall")
            else:
                asked = AskingJudge(open_model(spec, self.terms), PROTOCOL, 1, (question(WHOLE),))
                yield JUDGE, (JudgeGauge(asked, (WHOLE,)), WHOLE)


def _measuring(metric: str, instruments: Instruments) -> tuple[Gauge, str]:
    gauge = MetricGauge(metric, instruments)
    if gauge.why_not is not None:
        raise WeightsUnavailable(f"{metric}: {gauge.advice}")
    return gauge, metric


def check_targets(request: Request, items: Sequence[Item]) -> None:
    """Make sure that there are items with the target picture that some rewards need.

    Raises:
        UsageError: none has one.
    """
    needing = by_targets(request.weights)
    if needing and all(item.target is None for item in items):
        raise UsageError(
            f"--reward {', '.join(needing)} needs target pictures, and none of the {len(items)} items has one"
        )
