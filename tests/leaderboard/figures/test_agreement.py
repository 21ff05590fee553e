import numpy as np
import pytest
from helpers.figure_texts import texts

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.figures.agreement import Cell, Matrix, draw, matrix, measured, scored
from motionedit_bench.leaderboard.figures.paper import styled
from motionedit_bench.leaderboard.preference.agreement import spearman_rho
from motionedit_bench.leaderboard.preference.people import agreements
from motionedit_bench.leaderboard.site.subject import read


def test_correlations_by_hand():
    assert spearman_rho(np.array([1.0, 2, 3, 4]), np.array([1.0, 8, 27, 64])) == pytest.approx(1)
    assert spearman_rho(np.array([1.0, 2, 3, 4, 5]), np.array([5.0, 6, 7, 8, 7])) == pytest.approx(
        0.8208, abs=1e-4
    )
    assert spearman_rho(np.array([1.0, 2]), np.array([1.0, 2])) is None
    assert spearman_rho(np.array([1.0, 1, 1]), np.array([1.0, 2, 3])) is None


def test_metrics_are_compared_over_edits_that_have_a_value_of_both_with_higher_as_better(subject):
    found = measured(subject, ["lpips", "psnr", "mas"])
    assert [column.metric for column in found] == ["lpips", "psnr", "mas"]
    lpips, psnr, _ = (row[~np.isnan(row)] for row in found.values())
    assert (len(psnr), max(lpips)) == (11, pytest.approx(-0.2))
    made = matrix(subject, found, [])
    assert made.names == ("lpips", "psnr", "mas")
    assert [len(row) for row in made.cells] == [0, 1, 2]
    assert made.cells[2][0].value > 0.9
    assert made.cells[1][0].count == "n=11"
    assert made.people == {}


def test_what_is_claimed_is_compared_with_nothing(whole_board):
    subject = read(contest(whole_board))
    found = measured(subject)
    assert {column.metric for column in found} == {"mas", "motion_gain", "ssim", "overall"}
    models = {one.model: {column.metric for column in one.values} for one in scored(subject)}
    assert models["claimer"] == set()
    assert "lpips" not in models["in-part"]


def test_people_stand_below_with_kappa_and_tau(subject):
    votes = {(f"item-{k}", "idler", "mover"): {"a": "b", "c": "b", "d": "b"} for k in range(3)}
    votes["item-3", "idler", "mover"] = {"a": "a", "c": "a", "d": "b"}
    found = measured(subject, ["mas", "motion_gain", "psnr"])
    made = matrix(subject, found, agreements(votes, scored(subject)))
    assert made.people["people, kappa"][0].count == "n=4"
    assert [cell.value for cell in made.people["people, tau"]] == [1.0, 1.0, None]
    with styled():
        figure = draw(made, 3.3)
    assert {"people, kappa", "people, tau", "n=2", "\u2013", "1.00"} <= texts(figure)
    one = matrix(subject, found, agreements(votes, scored(subject))[:1])
    assert one.people["people, tau"][2] == Cell(None, "")


def test_each_square_says_its_number_and_has_its_colour():
    made = Matrix(
        ("mas", "ssim", "psnr"), ((), (Cell(-0.9, "n=5"),), (Cell(1.0, "n=7"), Cell(None, "n=2"))), {}
    )
    with styled():
        figure = draw(made, 3.3)
    assert texts(figure) == {*made.names, "\u22120.90", "1.00", "\u2013", "n=5", "n=7", "n=2"}
    reds = [patch.get_facecolor()[0] for patch in figure.axes[0].patches]
    assert reds[0] > 0.8
    assert reds[1] < 0.1
    assert reds[2] == 1


def test_too_few_and_too_many_metrics_are_one_line(subject):
    with pytest.raises(UsageError, match="between two metrics or more .*: there are mas, motion_gain"):
        measured(subject, ["mas"])
    with pytest.raises(UsageError, match="did you mean 'mas'"):
        measured(subject, ["msa", "psnr"])
    names = tuple(f"metric {number}" for number in range(12))
    rows = tuple(tuple(Cell(0.0, "n=3") for _ in range(place)) for place in range(12))
    with styled(), pytest.raises(UsageError, match="12 metrics are too many for 3.3 inches"):
        draw(Matrix(names, rows, {}), 3.3)
