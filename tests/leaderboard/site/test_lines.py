"""The lines of the table of models."""

import pytest

from motionedit_bench.leaderboard.board import Row
from motionedit_bench.leaderboard.site.anchors import Anchors
from motionedit_bench.leaderboard.site.lines import Axis, drawn, with_ties
from motionedit_bench.leaderboard.summary import Column, Summary

MAS = Column("mas")


def row(mean, interval=None, scored=4, standing="measured"):
    return Row("m", "measured", {MAS: Summary(mean, interval, scored, 4, None, standing=standing)})


def test_models_of_one_rank_are_joined_by_a_bar():
    ranks = (1, 2, 2, 2, 5, None, None)
    assert [one["tie"] for one in with_ties([{"rank": rank} for rank in ranks])] == [
        *(None, "first", "middle", "last"),
        *(None, None, None),
    ]


def test_an_axis_spans_intervals_and_anchors_but_no_claim():
    rows = [row(10.0, (0.0, 20.0)), row(50.0), row(900.0, standing="claimed")]
    axis = Axis.over(rows, MAS, Anchors(None, 100.0))
    assert (axis.low, axis.high) == (-3.0, 103.0)
    assert axis.at(50.0) == 50.0
    assert drawn(rows[2], MAS, axis) is None
    assert drawn(rows[0], MAS, axis) == {"dot": 12.26, "whisker": [2.83, 21.7], "partial": False}
    assert drawn(row(50.0, scored=3), MAS, axis) == {"dot": 50.0, "whisker": None, "partial": True}


@pytest.mark.parametrize("rows", [[], [row(None, scored=0)], [row(1.0), row(1.0)]])
def test_figures_that_do_not_differ_have_no_axis(rows):
    assert Axis.over(rows, MAS, Anchors()) is None
    assert drawn(row(1.0), MAS, None) is None


@pytest.mark.parametrize(("low", "high", "texts"), [(0.0, 0.01, 6), (-3.0, 42.0, 5), (0.999, 1.0, 6)])
def test_ticks_are_round_and_few(low, high, texts):
    ticks = Axis(low, high).ticks()
    assert len(ticks) <= texts
    assert len({text for _, text in ticks}) == len(ticks)
    assert all(0 <= at <= 100 for at, _ in ticks)
