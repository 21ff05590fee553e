from dataclasses import replace

import pytest
from helpers.figure_texts import texts

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.columns import column_of
from motionedit_bench.leaderboard.figures.categories import draw, grid
from motionedit_bench.leaderboard.figures.paper import styled


def test_each_panel_has_the_figures_of_its_category(drawn):
    board = load(drawn / "preds", by_category=True)
    found = grid(board, column_of(board))
    assert found.models == ("mover", "idler", "half")
    assert found.ranked == (True, True, False)
    assert [(panel.name, panel.items) for panel in found.panels] == [
        ("Locomotion/Distance", 3),
        ("Pose/Posture", 1),
    ]
    assert [one.mean for one in found.panels[0].found] == [37.5, 0.0, 11.0]
    assert [one.mean for one in found.panels[1].found] == [52.5, 0.0, 14.0]
    assert found.nothing == 0.0
    with styled():
        figure = draw(found, 3.3)
    shown = [
        [float(line.get_xdata()[0]) for line in panel.lines if line.get_marker() == "o"]
        for panel in figure.axes
    ]
    assert shown == [[37.5, 0.0, 11.0], [52.5, 0.0, 14.0]]
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()
    assert figure.axes[0].get_xlim()[1] > 52.5
    assert {"2/3", "mover", "Pose/Posture (1)", "motion_gain ↑"} <= texts(figure)


def test_other_metrics_have_no_line_at_0(drawn):
    board = load(drawn / "preds", by_category=True)
    assert grid(board, column_of(board, "psnr")).nothing is None


def test_a_benchmark_without_categories_is_one_line(drawn):
    board = load(drawn / "preds")
    with pytest.raises(UsageError, match="the benchmark bench has no categories"):
        grid(board, column_of(board))


def test_claims_alone_are_one_line(drawn):
    board = load(drawn / "preds", by_category=True)
    column = column_of(board)
    rows = [
        replace(row, summaries={column: replace(row.summaries[column], standing="claimed")})
        for row in board.rows
    ]
    with pytest.raises(UsageError, match="no model here has a mean of motion_gain that is no claim"):
        grid(replace(board, rows=tuple(rows)), column)


def test_models_without_a_figure_and_claims_are_left_out(whole_board):
    board = load(whole_board, by_category=True)
    found = grid(board, column_of(board, "ssim"))
    assert "claimer" not in found.models
    assert "best-alone" not in found.models
    assert "first" in found.models
    with styled():
        assert draw(found, 6.9).get_figwidth() == 6.9


def test_figures_that_were_read_again_are_marked(whole_board):
    board = load(whole_board, by_category=True)
    found = grid(board, column_of(board, "overall"))
    assert found.models == ("first (r)", "second (r)", "third (r)")
