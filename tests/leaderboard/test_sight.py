import doctest
import json

import pytest
from helpers.pictures import make_benchmark, photograph, png

from motionedit_bench.leaderboard import sight
from motionedit_bench.leaderboard.sight import note_trust
from motionedit_bench.metrics.functional.trust import SEEN


def row(item, trust, flow="dis", **detail):
    return {"item_id": item, "detail": {"flow": flow, "flow_trust": trust, **detail}}


def seen_by_flow(rows):
    trusts = {}
    for one in rows:
        note_trust(trusts, one)
    return sight.seen_by_flow([trusts])


def test_each_item_counts_once_however_many_models_and_metrics_there_are():
    (seen,) = seen_by_flow([row(item, trust) for item, trust in {"a": 0.9, "b": 0.1}.items()] * 3)
    assert (seen.count, len(seen.trusts), seen.mean) == (1, 2, pytest.approx(0.5))


def test_flows_are_told_apart():
    dis, far = seen_by_flow([row("a", 0.1), row("a", 0.9, "far"), row("b", 0.2)])
    assert (dis.flow, dis.count, len(dis.trusts)) == ("dis", 0, 2)
    assert (far.flow, far.count) == ("far", 1)


def test_rows_without_a_trust_say_nothing():
    rows = [{"item_id": "a", "detail": {"judge": "x"}}, {"item_id": "a", "detail": {"flow": "dis"}}]
    odd = [row("a", trust) for trust in (None, "high", True, -0.1, 1e308)]
    assert seen_by_flow([*rows, *odd]) == ()


def test_the_threshold_itself_counts_as_seen_and_half_is_not_most():
    (seen,) = seen_by_flow([row("a", SEEN), row("b", SEEN - 0.01)])
    assert seen.count == 1
    assert seen.told().startswith("flow dis sees 1 of 2")


def test_its_examples():
    assert doctest.testmod(sight).failed == 0


def test_a_board_whose_items_are_mostly_unseen_says_so_above_its_figures(mebench, scored_blind):
    for form in ("plain", "github", "html", "latex"):
        status, out, err = mebench("leaderboard", scored_blind, "--format", form)
        assert status == 0, err
        told = out.index("Most items of this benchmark cannot be seen by flow dis: 2 of 3")
        assert told < out.index("mover")
    found = json.loads(mebench("leaderboard", scored_blind, "--format", "json")[1])["seen"]
    assert found["dis"]["seen"] == 1
    assert found["dis"]["items"] == 3


@pytest.fixture
def scored_blind(mebench, tmp_path):
    """Three items, of which two have a target that shows another picture altogether."""
    bench = make_benchmark(tmp_path / "bench", 3, 320, 240)
    for number in (1, 2):
        (bench / "target" / f"item-{number}.png").write_bytes(png(photograph(90 + number, 320, 240)))
    mover = tmp_path / "preds" / "mover"
    arguments = ("--bench", bench, "--out", mover)
    assert mebench("run", "--adapter", "shift", *arguments)[0] == 0
    chosen = ("--metrics", "mas,motion_gain", "--flow", "dis")
    assert mebench("score", tmp_path / "preds", "--bench", bench, *chosen)[0] == 0
    return tmp_path / "preds"
