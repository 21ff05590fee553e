"""The kit passes every metric of the harness and finds each promise that is broken."""

import itertools
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pytest

from motionedit_bench.conformance.kit import Finding
from motionedit_bench.conformance.metric import check
from motionedit_bench.errors import NotApplicable, WeightsUnavailable
from motionedit_bench.metrics import CATALOGUE, METRICS, Facts, Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.instruments import Instruments

Mebench = Callable[..., tuple[int, str, str]]

NEEDS_WEIGHTS = (
    *("lpips", "still_lpips", "moved_lpips", "clip_i", "clip_dir", "dino", "moved_identity"),
    "pose_alignment",
)
FACTS = Facts(better="lower", worst=255.0, bounds=(0, 255), digits=1, about="change of the mean grey level")


@pytest.mark.parametrize("name", [name for name in METRICS if name not in NEEDS_WEIGHTS])
def test_the_harness_own_conform(name: str) -> None:
    findings = check(name, METRICS.get(name), CATALOGUE[name])
    assert {finding.outcome for finding in findings} == {"pass"}, findings


class Good(Metric):
    """Keeps every promise; each metric below breaks one."""

    name = "good"

    def measure(self, comparison: Comparison) -> Measurement:
        before, after = float(np.mean(comparison.scene.input)), float(np.mean(comparison.edited))
        return Measurement(abs(after - before), {"before": before, "after": after})


class Misnamed(Good):
    name = "goods"


class Crashing(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        raise RuntimeError("nothing works")


class Unavailable(Good):
    def __init__(self, instruments: Instruments) -> None:
        raise WeightsUnavailable("no weights here")


class Numbered(Good):
    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self.implementation["weights"] = 3  # type: ignore[assignment]


class Bare(Good):
    def measure(self, comparison: Comparison) -> Any:
        return super().measure(comparison).value


class Signed(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        terms = super().measure(comparison).detail
        return Measurement(terms["after"] - terms["before"] - 200)


class Arrays(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        return Measurement(0.0, {"means": np.ones(3)})


class Tuples(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        return Measurement(0.0, {"sizes": (1, 2)})


class Clashing(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        return Measurement(0.0, {"metric_version": "2"})


class Counting(Good):
    drawn: ClassVar = itertools.count()

    def measure(self, comparison: Comparison) -> Measurement:
        return Measurement(float(next(self.drawn)))


class Scribbling(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        flow = comparison.flow
        flow.setflags(write=True)
        flow[0, 0] = 9
        return super().measure(comparison)


class Dividing(Good):
    """By what may be nothing."""

    def measure(self, comparison: Comparison) -> Measurement:
        moved = np.abs(comparison.scene.target.astype(int) - comparison.scene.input).sum()
        if not moved:
            raise ZeroDivisionError("the target does not differ")
        return Measurement(0.0)


class NotANumber(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        flat = not comparison.edited.std()
        return Measurement(float("nan") if flat else 0.0)


class Wordless(Good):
    def measure(self, comparison: Comparison) -> Measurement:
        if np.array_equal(comparison.edited, comparison.scene.input):
            raise NotApplicable
        return Measurement(0.0)


def failing(kind: type[Metric]) -> dict[str, str]:
    return {one.check: one.reason for one in check("good", kind, FACTS) if one.outcome == "FAIL"}


def test_what_is_good_passes() -> None:
    assert failing(Good) == {}


@pytest.mark.parametrize(
    ("kind", "checks", "reason"),
    [
        (Misnamed, {"is what its name says"}, "its `name` is 'goods', but it joins as 'good'"),
        (str, {"is what its name says"}, "is no subclass of motionedit_bench.metrics.Metric"),
        (Numbered, {"loads"}, "choice and implementation must be texts, but 'weights' is not"),
        (Crashing, {"measures a plain edit"}, "RuntimeError: nothing works (test_metric.py:"),
        (Bare, {"measures a plain edit"}, "measure returned float, not a Measurement"),
        (Signed, {"measures a plain edit"}, "outside the bounds of its facts, 0 to 255"),
        (Arrays, {"terms are JSON values"}, "not JSON values: Object of type ndarray"),
        (Tuples, {"terms are JSON values"}, "not JSON values: written and read again, they differ"),
        (Clashing, {"terms are JSON values"}, "the term 'metric_version' is named as part of the variant is"),
        (Counting, {"same edit, same value", "same value after all that"}, "the same edit got"),
        (Scribbling, {"changes no picture and no flow"}, "it changes what other metrics look at: flow"),
        (Dividing, {"the target does not move", "nothing moves", "everything is flat"}, "ZeroDivisionError"),
        (NotANumber, {"the edit is flat", "everything is flat"}, "the value is nan, outside the bounds"),
        (Wordless, {"the edit is the input", "nothing moves", "everything is flat"}, "without a reason"),
    ],
)
def test_each_broken_promise_is_found(kind: type[Metric], checks: set[str], reason: str) -> None:
    found = failing(kind)
    assert set(found) == checks
    assert all(reason in text for text in found.values())


def test_without_weights_nothing_is_tried_and_nothing_fails() -> None:
    findings = check("good", Unavailable, FACTS)
    assert findings[1] == Finding("loads", "skipped", "no weights here")
    assert {finding.outcome for finding in findings[2:]} == {"skipped"}


def test_the_command(mebench: Mebench) -> None:
    status, out, _ = mebench("check", "mas")
    assert (status, out.rsplit("\n\n", 1)[-1]) == (0, "18 pass\n")
    for arguments in (("mas", "--set", "a=b"), ("mas", "--model", "a/b"), ("fidelity",)):
        status, _, err = mebench("check", *arguments)
        assert (status, err.count("\n")) == (2, 1)


def test_a_metric_of_what_is_not_in_the_pictures_is_not_tried() -> None:
    class Absent(Good):
        def measure(self, comparison: Comparison) -> Measurement:
            raise NotApplicable("there is no person")

    findings = {one.check: (one.outcome, one.reason) for one in check("good", Absent, FACTS)}
    assert findings["measures a plain edit"] == ("skipped", "there is no person")
    assert findings["terms are JSON values"][0] == "skipped"
