"""The `reference` judge as a judge: what it computes is in `reference`."""

from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Case, Judge, Judgement, Preference
from motionedit_bench.metrics.judge.reference import VERSION, rate
from motionedit_bench.metrics.judge.rubric import SCALES


class ReferenceJudge(Judge):
    """Offline, deterministic, no multimodal model. Its scores depend on the flow: each flow makes another
    judge of it.

    Raises (on construction):
        WeightsUnavailable: the flow's weights cannot be had.
    """

    spec = "reference"

    def __init__(self, instruments: Instruments) -> None:
        self._flow = instruments.flow
        self._flow_version = instruments.flows.version

    @property
    def choice(self) -> dict[str, str]:
        return {"judge": self.spec, "protocol": "computed", "flow": self._flow}

    @property
    def versions(self) -> dict[str, str]:
        return {"rubric": f"reference-{VERSION}", "repeats": "1", "flow_version": self._flow_version}

    def judge(self, case: Case) -> Judgement:
        rating = rate(case.comparison)
        scores = {name: (float(getattr(rating, name)),) for name in SCALES}
        return Judgement(scores, None, rating.reason, {"terms": dict(rating.terms)})

    def prefer(self, first: Case, second: Case) -> Preference:
        """By Overall; whichever is shown first."""
        overall = [self.judge(case).values("overall")[0] for case in (first, second)]
        detail = {"overall": overall}
        if overall[0] == overall[1]:
            return Preference("tie", detail=detail)
        return Preference("first" if overall[0] > overall[1] else "second", detail=detail)
