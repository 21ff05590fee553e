import doctest

import pytest

from motionedit_bench.leaderboard import sight
from motionedit_bench.leaderboard.sight import seen_by_flow
from motionedit_bench.metrics.functional.trust import SEEN


def row(item, trust, flow="dis", **detail):
    return {"item_id": item, "detail": {"flow": flow, "flow_trust": trust, **detail}}


def test_each_item_counts_once_however_many_models_and_metrics_there_are():
    (seen,) = seen_by_flow([row(item, trust) for item, trust in {"a": 0.9, "b": 0.1}.items()] * 3)
    assert (seen.count, len(seen.trusts), seen.mean) == (1, 2, pytest.approx(0.5))


def test_flows_are_told_apart():
    dis, far = seen_by_flow([row("a", 0.1), row("a", 0.9, "far"), row("b", 0.2)])
    assert (dis.flow, dis.count, len(dis.trusts)) == ("dis", 0, 2)
    assert (far.flow, far.count) == ("far", 1)


def test_rows_without_a_trust_say_nothing():
    rows = [{"item_id": "a", "detail": {"judge": "x"}}, {"item_id": "a", "detail": {"flow": "dis"}}]
    assert seen_by_flow([*rows, row("a", None)]) == ()


def test_the_threshold_itself_counts_as_seen_and_half_is_not_most():
    (seen,) = seen_by_flow([row("a", SEEN), row("b", SEEN - 0.01)])
    assert seen.count == 1
    assert seen.told().startswith("dis sees 1 of 2")


def test_its_examples():
    assert doctest.testmod(sight).failed == 0
