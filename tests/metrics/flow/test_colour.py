import colorsys

import numpy as np
import pytest

from motionedit_bench.metrics.flow.colour import colour, hatched, heat, wheel


def one(dx, dy, full=1.0):
    return colour(np.full((2, 3, 2), (dx, dy), np.float32), full)[0, 0]


def test_what_stands_still_is_white():
    assert (colour(np.zeros((4, 5, 2), np.float32), 10) == 255).all()
    assert colour(np.zeros((4, 5, 2), np.float32), 10).shape == (4, 5, 3)


@pytest.mark.parametrize(
    ("motion", "hue"), [((1, 0), 0), ((0, 1), 60), ((-1, 0), 180), ((0, -1), 257)], ids=str
)
def test_directions_have_the_papers_colours(motion, hue):
    """Right is red, down is yellow, left is cyan, up is blue."""
    found, *_ = colorsys.rgb_to_hsv(*(one(*motion) / 255))
    assert abs((found * 360 - hue + 180) % 360 - 180) < 12


def test_longer_is_fuller_up_to_the_full_length():
    saturations = [colorsys.rgb_to_hsv(*(one(length, 0, full=10) / 255))[1] for length in (0, 2, 5, 9, 10)]
    assert saturations == sorted(set(saturations))
    assert saturations[0] == 0
    assert np.array_equal(one(10, 0, full=10), one(500, 0, full=10))
    assert np.array_equal(one(3, 4, full=10), one(0.3, 0.4, full=1))


def test_one_scale_whatever_else_is_in_the_picture():
    flow = np.zeros((3, 3, 2), np.float32)
    flow[0, 0] = (2, 0)
    alone = colour(flow, 8)[0, 0].copy()
    flow[2, 2] = (0, 100)
    assert np.array_equal(colour(flow, 8)[0, 0], alone)


def test_the_key_is_the_code_itself():
    key = wheel(101)
    assert (key[0, 0] == 255).all()
    assert (key[50, 50] == 255).all()
    assert np.array_equal(key[50, 100], one(1, 0))
    assert np.array_equal(key[100, 50], one(0, 1))


def test_errors_grow_from_black_to_yellow():
    found = heat(np.array([[0.0, 1, 2, 4, 400]]), 4)
    brightness = found.astype(int).sum(-1)[0]
    assert brightness[0] < 10
    assert (np.diff(brightness[:4]) > 0).all()
    assert np.array_equal(found[0, 3], found[0, 4])
    assert found[0, 2, 0] > found[0, 2, 2]  # red before blue
    assert not heat(np.ones((2, 2)), 0).sum() > 100


def test_hatching_draws_lines_in_the_region_alone_and_leaves_the_picture_as_it_was():
    painted = np.full((100, 120, 3), 200, np.uint8)
    region = np.zeros((100, 120), bool)
    region[20:80, 30:90] = True
    drawn = hatched(painted, region)
    lines = (drawn != painted).any(-1)
    assert not lines[~region].any()
    assert 0.1 < lines[region].mean() < 0.5
    assert (painted == 200).all()
    assert np.array_equal(hatched(painted, np.zeros_like(region)), painted)
