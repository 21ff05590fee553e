"""What a subject does once the camera's motion is taken away."""

import numpy as np
import pytest

from motionedit_bench.leaderboard.view.arrows import FOLLOWS, Arrows, arrows, camera, enlargement

HEIGHT, WIDTH = 240, 320
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
EVERYWHERE = np.ones((HEIGHT, WIDTH), bool)
DISC = np.hypot(COLUMNS - 200, ROWS - 100) < 50


def uniform(dx, dy):
    return np.stack(np.broadcast_arrays(float(dx), float(dy), ROWS)[:2], -1)


def similar(angle, zoom, dx=0.0, dy=0.0):
    """The flow of a camera that turns, zooms and pans about the middle of the picture."""
    turn = np.deg2rad(angle)
    matrix = zoom * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    places = np.stack([COLUMNS - WIDTH / 2, ROWS - HEIGHT / 2], -1)
    return places @ matrix.T - places + (dx, dy)


STRETCHED = np.stack([0 * COLUMNS, 0.08 * ROWS], -1)


def disc_over(background, dx, dy):
    flow = background.copy()
    flow[DISC] += (dx, dy)
    return flow


@pytest.mark.parametrize(
    "flow",
    [uniform(0, 0), uniform(14, -6), similar(3, 1), similar(0, 1.1), similar(-4, 0.95, 9, 4), STRETCHED],
)
def test_the_camera_alone_has_no_arrows(flow):
    found = arrows(flow, EVERYWHERE)
    assert found.arrows == ()
    assert found.camera == pytest.approx(np.hypot(*flow.transpose(2, 0, 1)).mean(), abs=0.01)


@pytest.mark.parametrize("background", [uniform(0, 0), uniform(-12, 5), similar(2, 1.05, 6, 0)])
def test_a_disc_that_moves_20_pixels_over_any_background_has_arrows_of_20_pixels(background):
    found = arrows(disc_over(background, 20, 0), EVERYWHERE)
    assert len(found.arrows) > 20
    for x, y, dx, dy in found.arrows:
        assert (dx, dy) == pytest.approx((20, 0), abs=0.1)
        assert np.hypot(x - 200, y - 100) < 50
    inside = sum(1 for x in range(WIDTH) for y in range(HEIGHT) if DISC[y, x]) / (13 * 13)
    assert len(found.arrows) == pytest.approx(inside, rel=0.25)


def test_what_cannot_be_trusted_has_none_and_moves_no_camera():
    flow = disc_over(uniform(4, 0), 20, 0)
    noise = np.random.default_rng(0).normal(0, 30, flow.shape)
    doubtful = ROWS < 90
    flow[doubtful] = noise[doubtful]
    found = arrows(flow, ~doubtful)
    assert found.arrows
    assert min(y for _, y, _, _ in found.arrows) > 83
    assert found.camera == pytest.approx(4, abs=0.01)
    assert all(arrow[2:] == pytest.approx((20, 0), abs=0.1) for arrow in found.arrows)


def test_a_large_subject_is_no_camera():
    flow = uniform(0, 0)
    flow[:, 130:] = (25, 0)
    found = arrows(flow, EVERYWHERE)
    assert found.camera == 0
    assert {arrow[2:] for arrow in found.arrows} == {(25, 0)}


def test_where_no_camera_can_be_told_nothing_is_taken_away():
    wild = np.random.default_rng(1).normal(0, 40, (15, 20, 2)).repeat(16, 0).repeat(16, 1)
    found = arrows(wild, EVERYWHERE)
    assert found.camera is None
    assert found.arrows
    nothing = arrows(wild, ~EVERYWHERE)
    assert (nothing.camera, nothing.arrows) == (None, ())
    assert camera(uniform(3, 0)[:20, :20], EVERYWHERE[:20, :20]) is None


def test_less_than_half_a_percent_of_the_diagonal_is_no_motion():
    near = FOLLOWS * np.hypot(HEIGHT, WIDTH)
    assert arrows(disc_over(uniform(0, 0), 0.9 * near, 0), EVERYWHERE).arrows == ()
    assert arrows(disc_over(uniform(0, 0), 1.1 * near, 0), EVERYWHERE).arrows != ()


@pytest.mark.parametrize(("length", "times"), [(31, 1), (16, 2), (8, 4), (1, 8)])
def test_short_motions_are_drawn_longer(length, times):
    drawn = [Arrows(((5.0, 5.0, length, 0.0),) * 10, 0.0, 1000.0), Arrows((), None, 1000.0)]
    assert enlargement(drawn) == times
    assert enlargement([]) == 1
