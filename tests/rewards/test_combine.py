import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.rewards.combine import Part, combine
from motionedit_bench.rewards.mixture import Scale
from motionedit_bench.scoring.finding import Finding

PARTS = (Part("motion", 0.5, Scale(0, 1), "continuous"), Part("judge", 0.5, Scale(0, 5)))
MOVED = Finding("ok", 0.6, terms={"continuous": 0.62, "d_mag": 0.3})


def test_the_reward_is_the_weighted_mean_and_can_be_computed_again_from_its_terms():
    found = combine(PARTS, {"motion": MOVED, "judge": Finding("ok", 4.0)})
    assert found.value == pytest.approx(0.5 * 0.62 + 0.5 * 0.8)
    assert found.status == "ok"
    terms = json.loads(json.dumps(found.terms))
    assert sum(one["weight"] * one["reward"] for one in terms.values()) == pytest.approx(found.value)
    assert terms["motion"]["value"] == 0.62
    assert terms["motion"]["terms"]["d_mag"] == 0.3


@pytest.mark.parametrize("missing", ["motion", "judge"])
@pytest.mark.parametrize("status", ["failed", "refused", "unparsed", "not_applicable", "unavailable"])
def test_where_one_part_is_missing_there_is_no_reward_but_the_reason(missing, status):
    findings = {"motion": MOVED, "judge": Finding("ok", 4.0)}
    findings[missing] = Finding(status, reason="the line broke", blame="judge")
    found = combine(PARTS, findings)
    assert found.value is None
    assert found.status == status
    assert found.reason == f"{missing}: the line broke"
    other = "judge" if missing == "motion" else "motion"
    assert found.terms[other]["reward"] is not None
    assert found.terms[missing]["reward"] is None
    assert found.terms[missing]["status"] == status


def test_a_value_outside_its_bounds_is_a_failure_and_no_reward():
    found = combine(PARTS, {"motion": MOVED, "judge": Finding("ok", 7.0)})
    assert (found.value, found.status) == (None, "failed")
    assert found.reason == "judge: 7.0 lies outside 0 to 5"


@given(st.floats(0, 1), st.floats(0, 5), st.floats(0.01, 0.99))
def test_a_reward_lies_between_its_parts(motion, judged, weight):
    parts = (Part("motion", weight, Scale(0, 1)), Part("judge", 1 - weight, Scale(0, 5)))
    found = combine(parts, {"motion": Finding("ok", motion), "judge": Finding("ok", judged)})
    low, high = sorted((motion, judged / 5))
    assert low - 1e-12 <= found.value <= high + 1e-12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((None,), "a value goes with status ok alone"),
        ((0.5, "failed", "why"), "a value goes with status ok alone"),
        ((None, "failed"), "needs a reason"),
        ((None, "broken", "why"), "status must be one of"),
        ((1.5,), "must be in 0..1"),
        ((float("nan"),), "must be in 0..1"),
    ],
)
def test_what_is_no_reward_cannot_be_made(arguments, said):
    with pytest.raises(ValueError, match=said):
        Rewarded(*arguments)
