"""A metric and a judge in one form: what they find of an edit, and whom a gap is charged to."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.errors import NotApplicable, StorageError, WeightsUnavailable
from motionedit_bench.metrics import METRICS, Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Case, Judge, Judgement, Preference
from motionedit_bench.records import Item, Picture
from motionedit_bench.scoring.finding import Finding
from motionedit_bench.scoring.gauge import Gauge, MetricGauge
from motionedit_bench.scoring.hearing import hear
from motionedit_bench.scoring.judged import JudgeGauge

ITEM = Item("a", "Move it.", Picture("a.png", lambda: b""))


@pytest.fixture
def comparison() -> Comparison:
    first = Image.fromarray(photograph(0, 48, 40))
    return Comparison(Scene(first, first, Instruments()), first)


def measuring(monkeypatch: pytest.MonkeyPatch, measure: Callable[..., Measurement]) -> Gauge:
    """A gauge of a metric that measures so, with the bounds of `mas`."""
    kind = type("Made", (Metric,), {"name": "mas", "measure": lambda self, _: measure()})
    monkeypatch.setattr(METRICS, "get", lambda _: kind)
    return MetricGauge("mas", Instruments())


def raising(error: Exception) -> Callable[..., Measurement]:
    def measure() -> Measurement:
        raise error

    return measure


@pytest.mark.parametrize(
    ("measure", "status", "reason"),
    [
        (raising(NotApplicable("it has no sky")), "not_applicable", "it has no sky"),
        (raising(KeyError("sky")), "failed", "KeyError: 'sky' (test_gauge.py:"),
        (lambda: Measurement(float("nan")), "failed", "the metric gave nan"),
        (lambda: Measurement(100.1), "failed", "the metric gave 100.1, outside of its bounds, 0 to 100"),
        (
            lambda: Measurement(1.0, {"metric_version": "9"}),
            "failed",
            "terms of the metric are named as its variant is: metric_version",
        ),
    ],
)
def test_what_goes_wrong_in_a_metric_is_a_status(
    measure: Callable[..., Measurement],
    status: str,
    reason: str,
    comparison: Comparison,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = measuring(monkeypatch, measure).measure(ITEM, comparison)["mas"]
    assert (found.status, found.value, found.blame) == (status, None, None)
    assert reason in (found.reason or "")


def test_a_metric_without_weights_says_why(monkeypatch: pytest.MonkeyPatch, comparison: Comparison) -> None:
    def without(self: Metric, instruments: Instruments) -> None:
        raise WeightsUnavailable("get them there")

    kind = type("Made", (Metric,), {"name": "made", "__init__": without, "measure": lambda *_: None})
    monkeypatch.setattr(METRICS, "get", lambda _: kind)
    gauge = MetricGauge("made", Instruments())
    assert (gauge.why_not, gauge.versions) == ("get them there", {})
    assert gauge.finding(comparison) == Finding("unavailable", reason="get them there")


class Told(Judge):
    """Says what it is told to."""

    spec = "told"

    def __init__(self, said: Judgement | Exception) -> None:
        self.told = said

    @property
    def choice(self) -> dict[str, str]:
        return {"judge": self.spec, "protocol": "told"}

    @property
    def versions(self) -> dict[str, str]:
        return {"rubric": "1", "repeats": "1"}

    def judge(self, case: Case) -> Judgement:
        if isinstance(self.told, Exception):
            raise self.told
        return self.told

    def prefer(self, first: Case, second: Case) -> Preference:
        return Preference("tie")


SCORES = {"fidelity": (4.0, 2.0), "preservation": (3.0, 3.0), "coherence": (2.0, 1.0)}


def test_one_judgement_gives_a_finding_for_each_metric(comparison: Comparison) -> None:
    found = JudgeGauge(Told(Judgement(SCORES, None, "well", {"seen": 2}))).measure(ITEM, comparison)
    assert {name: one.value for name, one in found.items()} == {
        "fidelity": 3.0,
        "preservation": 3.0,
        "coherence": 1.5,
        "overall": 2.5,
    }
    assert found["fidelity"].terms == {"values": [4.0, 2.0], "why": "well", "seen": 2}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            Judgement(outcome="unparsed", reason="no number", detail={"answers": []}),
            Finding("unparsed", None, "no number", {"outcome": "unparsed", "answers": []}, "judge"),
        ),
        (
            Judgement(outcome="over_budget", reason="spent"),
            Finding("unavailable", None, "spent", {"outcome": "over_budget"}, "judge"),
        ),
        (NotApplicable("nothing moves"), Finding("not_applicable", None, "nothing moves")),
    ],
)
def test_what_a_judge_does_not_say_is_charged_to_it(
    said: Judgement | Exception, expected: Finding, comparison: Comparison
) -> None:
    found = JudgeGauge(Told(said), ["fidelity", "overall"]).measure(ITEM, comparison)
    assert found == {"fidelity": expected, "overall": expected}


def test_answers_that_cannot_be_kept_end_the_scoring(comparison: Comparison) -> None:
    with pytest.raises(StorageError, match="full"):
        JudgeGauge(Told(StorageError("full"))).measure(ITEM, comparison)


def test_of_several_answers_the_first_that_is_none_is_told() -> None:
    answers = (Preference("first"), Preference(None, "refused", "no"), Preference(None, "unparsed", "eh"))
    said, gap = hear(lambda: answers)
    assert said == answers
    assert gap == Finding("refused", None, "no", {"outcome": "refused"}, "judge")
    assert hear(lambda: answers[:1]) == (answers[:1], None)


def test_a_judge_says_what_it_is_and_costs_nothing_unless_it_says_so() -> None:
    judge = Told(Judgement(SCORES))
    assert judge.facts() == {
        "judge": "told",
        "protocol": "told",
        "rubric": "1",
        "repeats": "1",
        "answered_by": {},
    }
    assert (judge.estimate([]).calls, judge.estimate([]).dollars) == (0, 0.0)
    assert judge.preference_wording == "1"
    assert np.isfinite(judge.estimate([]).tokens_in)
