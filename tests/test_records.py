import pytest

from motionedit_bench.records import Score, digest_of


def row(**changes):
    fields = {"model": "m", "item_id": "1", "metric": "mas", "value": 1.0, "status": "ok", "reason": None}
    apart = {"choice": {"flow": "dis"}, "versions": {"metric_version": "1"}, "terms": {"d_mag": 0.5}}
    return Score(**(fields | apart | {"key": "k"} | changes))


def test_a_score_is_a_finite_number_or_a_status_with_a_reason():
    assert row().value == 1.0
    assert row(value=None, status="missing", reason="no image").value is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": None}, "a value goes with status ok"),
        ({"status": "failed", "reason": "x"}, "a value goes with status ok"),
        ({"value": float("nan")}, "finite"),
        ({"value": float("inf")}, "finite"),
        ({"value": None, "status": "failed"}, "needs a reason"),
        ({"value": None, "status": "odd", "reason": "x"}, "status must be one of"),
        ({"terms": {"flow": 1}}, "mas says twice: flow"),
        ({"versions": {"flow": "dis"}}, "mas says twice: choice and version"),
    ],
)
def test_anything_else_cannot_be_made(changes, message):
    with pytest.raises(ValueError, match=message):
        row(**changes)


def test_equal_values_have_equal_digests():
    assert digest_of({"a": [1, None], "b": "ü"}) == digest_of({"b": "ü", "a": [1, None]})
    assert digest_of({"a": 1}) != digest_of({"a": 2})
