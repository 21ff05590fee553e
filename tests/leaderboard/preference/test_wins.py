import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from motionedit_bench.leaderboard.preference.wins import win_matrix, wins


def by_the_definition(values, model):
    """100 (wins + draws / 2) / comparisons, one comparison at a time."""
    won = count = 0.0
    for item in range(values.shape[0]):
        for other in range(values.shape[1]):
            a, b = values[item, model], values[item, other]
            if other != model and not np.isnan(a) and not np.isnan(b):
                count += 1
                won += 1.0 if a > b else 0.5 if a == b else 0.0
    return won, count


def test_by_hand():
    values = np.array([[5.0, 3.0, 3.0], [2.0, np.nan, 4.0], [np.nan, np.nan, 1.0]])
    found = wins(values)
    assert found.won.tolist() == [[2, 0.5, 0.5], [0, 0, 1], [0, 0, 0]]
    assert found.compared.tolist() == [[2, 2, 2], [1, 0, 1], [0, 0, 0]]
    matrix = win_matrix(values)
    assert matrix[0, 1] == 100
    assert matrix[0, 2] == 50
    assert matrix[1, 2] == 50
    assert np.isnan(np.diag(matrix)).all()


@settings(deadline=None, max_examples=60)
@given(
    arrays(
        np.float64,
        st.tuples(st.integers(1, 6), st.integers(1, 5)),
        elements=st.sampled_from([0, 1, 2, np.nan]),
    )
)
def test_equal_to_a_plain_loop(values):
    found = wins(values)
    for model in range(values.shape[1]):
        assert (found.won[:, model].sum(), found.compared[:, model].sum()) == by_the_definition(values, model)
    assert found.won.sum() == pytest.approx(found.compared.sum() / 2)
    matrix = win_matrix(values)
    both = matrix + matrix.T
    assert both[~np.isnan(both)] == pytest.approx(100)
