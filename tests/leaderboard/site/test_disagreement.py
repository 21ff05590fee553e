"""How far models and metrics are apart, by hand."""

import numpy as np
import pytest

from motionedit_bench.leaderboard.site.disagreement import of_metrics, of_models, standing

NAN = float("nan")


def test_models_are_apart_by_the_highest_less_the_lowest():
    table = np.array([[1.0, 5.0, NAN, 2.0], [4.0, 5.0, NAN, NAN], [NAN, -3.0, NAN, NAN]])
    assert of_models(table) == pytest.approx([3, 8, NAN, NAN], nan_ok=True)
    assert np.isnan(of_models(np.empty((0, 2)))).all()


def test_a_value_stands_by_the_share_of_the_others_that_it_beats():
    assert standing(np.array([[3.0, 1.0], [NAN, 7.0]])) == pytest.approx(
        np.array([[0.5, 0], [NAN, 1]]), nan_ok=True
    )
    assert standing(np.array([[2.0, 2.0, 5.0]])) == pytest.approx(np.array([[0.25, 0.25, 1]]))
    assert standing(np.array([[9.0, NAN]])) == pytest.approx(np.array([[0.5, NAN]]), nan_ok=True)
    assert np.isnan(standing(np.full((1, 2), NAN))).all()


def test_metrics_are_apart_by_the_edit_on_which_they_disagree_most():
    first = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, NAN]])
    second = np.array([[1.0, 2.0, NAN], [10.0, 0.0, NAN]])
    # shares of the first: 0 .25 .5 / .75 1 -; of the second: 1/3 2/3 - / 1 0 -
    assert of_metrics([first, second]) == pytest.approx([1 / 3, 1, NAN], nan_ok=True)
    assert of_metrics([first, first]) == pytest.approx([0, 0, 0])
    assert np.isnan(of_metrics([first])).all()
