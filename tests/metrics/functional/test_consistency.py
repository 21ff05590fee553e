import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motionedit_bench.metrics.functional.consistency import confidence


def uniform(dx: float, dy: float) -> np.ndarray:
    return np.full((20, 30, 2), (dx, dy), np.float32)


def test_what_comes_back_is_certain_and_what_leaves_is_not():
    found = confidence(uniform(4, 0), uniform(-4, 0))
    assert found.shape == (20, 30)
    assert found.dtype == np.float32
    assert (found[:, :26] == 1).all()
    assert (found[:, 26:] == 0).all()


def test_the_sources_threshold_is_one_half():
    """Forward 0, back (d, 0): e = d^2 and t = 0.01 d^2 + 0.5, equal at d^2 = 0.5 / 0.99."""
    at = (0.5 / 0.99) ** 0.5
    assert confidence(uniform(0, 0), uniform(at, 0)) == pytest.approx(0.5, abs=1e-6)
    assert (confidence(uniform(0, 0), uniform(0, at * 1.01)) < 0.5).all()
    assert (confidence(uniform(0, 0), uniform(0, at * 0.99)) > 0.5).all()


def test_by_hand():
    found = confidence(uniform(3, 0), uniform(-2, 0))[0, 0]
    assert found == pytest.approx(2 ** (-1 / (0.01 * (9 + 4) + 0.5)), rel=1e-5)


def test_the_flow_back_is_read_where_the_flow_leads():
    back = np.zeros((20, 30, 2), np.float32)
    back[:, 10:] = (-6, 0)
    forward = np.zeros((20, 30, 2), np.float32)
    forward[:, 4:8] = (6, 0)
    found = confidence(forward, back)
    assert (found[:, :8] == 1).all()  # still or confirmed, by columns 10..13
    assert (found[:, 10:] < 0.001).all()
    between = confidence(uniform(5.5, 0), back)[0, 4]  # halfway between columns 9 and 10: back by 3
    assert between == pytest.approx(2 ** (-(2.5**2) / (0.01 * (5.5**2 + 9) + 0.5)), rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1e4))
def test_it_is_a_share(seed, size):
    rng = np.random.default_rng(seed)
    found = confidence(*rng.normal(0, size, (2, 9, 7, 2)).astype(np.float32))
    assert ((found >= 0) & (found <= 1)).all()


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"differ in shape: \(20, 30, 2\) and \(20, 29, 2\)"):
        confidence(uniform(0, 0), uniform(0, 0)[:, 1:])


@pytest.mark.parametrize(("dy", "certain"), [(4, slice(None, 16)), (-4, slice(4, None))])
def test_rows_are_followed_as_columns_are(dy, certain):
    found = confidence(uniform(0, dy), uniform(0, -dy))
    assert (found[certain] == 1).all()
    assert (np.delete(found, certain, axis=0) == 0).all()


def test_the_flow_back_is_read_in_the_row_that_the_flow_leads_to():
    back = np.zeros((20, 30, 2), np.float32)
    back[10:] = (0, -6)
    found = confidence(uniform(0, 6), back)
    assert (found[4:14] == 1).all()
    assert (found[:4] < 0.001).all()
