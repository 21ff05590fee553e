"""What is drawn is what the board says: each dot at its mean, each whisker its interval."""

from dataclasses import replace

import pytest
from helpers.figure_texts import texts

from motionedit_bench.errors import PredictionsError, UsageError
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.columns import column_of
from motionedit_bench.leaderboard.figures.paper import styled
from motionedit_bench.leaderboard.figures.ranking import anchors, draw, groups, ties
from motionedit_bench.leaderboard.published import published_rows
from motionedit_bench.leaderboard.summary import Column, Summary

GAIN = Column("motion_gain", (("flow", "far"),))
MAS = Column("mas", (("flow", "far"),))
BENCH = {"name": "toy", "revision": None, "fingerprint": "0123456789abcdef" * 4, "items": 12}


def whole(mean, standing="measured"):
    return Summary(mean, (mean - 1, mean + 2), 12, 12, mean, {"ok": 12}, standing)


def row(model, rank, gain, mas=50.0, **more):
    return Row(model, "measured", {GAIN: whole(gain), MAS: whole(mas)}, rank, **more)


PART = Row("partial", "measured", {GAIN: Summary(30.0, None, 6, 12, -20.0, {"ok": 6})})
CLAIM = Row("claimer", "claimed", {GAIN: whole(99.0, "claimed")})
ROWS = (row("first", 1, 9.0), row("second", 2, 5.0), row("tied", 2, 4.0, errata=("sharpened",)), PART, CLAIM)


def board(*rows):
    noop = Column("mas_noop", GAIN.variant)
    properties = {noop: whole(79.8), Column("mas_noop", (("flow", "dis"),)): whole(1.0)}
    return Board(BENCH, (GAIN, MAS), rows, headline=(GAIN, MAS), properties=properties)


def test_models_stand_by_rank_then_those_without_then_those_that_are_claimed():
    found = groups(board(*ROWS), GAIN)
    assert [[line.name for line in group.lines] for group in found] == [
        ["first", "second", "tied (!)"],
        ["partial"],
        ["claimer"],
    ]
    assert [group.heading for group in found][1:] == [
        "without a rank",
        "claimed by the submitter, not computed again",
    ]
    assert found[1].lines[0].scored == "6/12"
    assert found[2].lines[0].scored == "12/12 (c)"
    assert ties(found[0].lines) == [(1, 2)]


def test_the_papers_rows_share_no_axis_with_others():
    found = groups(board(*ROWS), MAS, published_rows())
    assert (found[-1].apart, found[-1].heading, len(found[-1].lines)) == (True, "as published", 13)
    assert found[-1].axis == "mas ↑, flow unimatch (paper)"
    with pytest.raises(UsageError, match="the paper has no motion_gain: --published goes with overall"):
        groups(board(*ROWS), GAIN, published_rows())


def test_without_a_figure_there_is_nothing_to_draw():
    gone = Row("gone", "measured", {GAIN: Summary(None, None, 0, 12, None, {"unavailable": 12})})
    with pytest.raises(UsageError, match="no model here has a mean of motion_gain"):
        groups(board(gone), GAIN)


def test_anchors_are_known_by_definition_or_by_the_baselines():
    assert anchors(board(*ROWS), GAIN) == {"doing nothing": 0.0, "target": pytest.approx(20.2)}
    assert anchors(board(*ROWS), MAS) == {}
    baselines = (row("identity", 2, 0.0, 0.0), row("target", 1, 20.0, 100.0))
    assert anchors(board(*baselines), MAS) == {"doing nothing": 0.0, "target": 100.0}
    part = replace(PART, model="target")
    assert anchors(replace(board(part), properties={}), GAIN) == {"doing nothing": 0.0}


@pytest.mark.parametrize("standing", ["claimed", "recomputed"])
def test_what_is_submitted_under_a_baselines_name_is_no_anchor(standing):
    submitted = {MAS: whole(40.0, standing), GAIN: whole(99.0, standing)}
    found = board(*(Row(name, "measured", submitted) for name in ("identity", "target")))
    assert anchors(found, MAS) == {}
    assert anchors(found, GAIN) == {"doing nothing": 0.0, "target": pytest.approx(20.2)}


@pytest.mark.parametrize("width", [3.3, 6.9])
def test_each_dot_is_at_its_mean_and_each_whisker_its_interval(width):
    found = board(*ROWS)
    with styled():
        figure = draw(groups(found, GAIN), anchors(found, GAIN), True, width)
    dots, whiskers, hollow = {}, set(), []
    for number, panel in enumerate(figure.axes):
        for line in panel.lines:
            x, y = line.get_data()
            if line.get_marker() in ("o", "D"):
                dots[number, float(y[0])] = float(x[0])
                hollow.append(line.get_markerfacecolor() == "white")
            elif len(x) == 2 and y[0] == y[1]:
                whiskers.add(tuple(map(float, x)))
    assert [dots[key] for key in sorted(dots)] == [9.0, 5.0, 4.0, 30.0, 99.0]
    assert whiskers == {(mean - 1, mean + 2) for mean in (9.0, 5.0, 4.0, 99.0)}
    assert hollow == [False, False, False, True, True]
    low, high = figure.axes[0].get_xlim()
    assert low < 0
    assert 30 < high < 40  # the others' groups count, and no claim does
    assert figure.axes[2].get_xlim()[1] > 101
    assert figure.get_figwidth() == width
    assert {"first", "tied (!)", "6/12", "12/12", "doing nothing", "target"} <= texts(figure)
    assert figure.axes[-1].get_xlabel() == "motion_gain ↑"


def test_shared_ranks_are_bracketed_where_they_are_of_this_metric():
    def brackets(tied):
        with styled():
            figure = draw(groups(board(*ROWS), GAIN), {}, tied, 3.3)
        return sum(len(line.get_xdata()) == 4 for panel in figure.axes for line in panel.lines)

    assert (brackets(True), brackets(False)) == (1, 0)


def test_names_of_anchors_that_would_meet_stand_on_either_side():
    def sides(marks):
        with styled():
            figure = draw(groups(board(*ROWS), GAIN), marks, True, 3.3)
        written = figure.axes[0].texts
        return [one.get_ha() for one in written if one.get_text() in marks]

    assert sides({"target": 50.0, "doing nothing": 0.0}) == ["center", "center"]
    assert sides({"target": 5.0, "doing nothing": 0.0}) == ["right", "left"]


def test_the_column_is_the_one_that_decides_or_that_most_models_have():
    found = board(*ROWS)
    assert column_of(found) == GAIN
    assert column_of(found, "mas") == MAS
    other = Column("ssim", (("v", "2"),))
    one = replace(ROWS[0], summaries={**ROWS[0].summaries, Column("ssim"): whole(0.5), other: whole(0.4)})
    two = replace(ROWS[1], summaries={**ROWS[1].summaries, other: whole(0.4)})
    found = replace(board(one, two), columns=(GAIN, Column("ssim"), other))
    assert column_of(found, "ssim") == other
    with pytest.raises(UsageError, match="did you mean 'mas'"):
        column_of(found, "msa")
    with pytest.raises(UsageError, match="no model here was scored on lpips: there are motion_gain, ssim"):
        column_of(found, "lpips")


def test_a_board_without_a_better_and_a_worse_has_nothing_to_choose():
    with pytest.raises(PredictionsError, match="no model here has a figure by which one could be better"):
        column_of(replace(board(), columns=(), headline=()))
