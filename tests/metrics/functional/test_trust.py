import numpy as np
import pytest
from skimage import data

from motionedit_bench.metrics.functional.trust import SEEN, alike, flow_trust

PHOTOGRAPH = data.coffee()[:300, :400]
"""Its diagonal is 500 pixels."""
STILL = np.zeros((300, 400, 2), np.float32)


def shifted(dx: int) -> tuple[np.ndarray, np.ndarray]:
    """Two windows of a photograph; what is in the first lies dx further right in the second."""
    wide = data.coffee()[:300]
    return wide[:, 100:500], wide[:, 100 - dx : 500 - dx]


def constant(dx: float, dy: float = 0) -> np.ndarray:
    return np.full((300, 400, 2), (dx, dy), np.float32)


def test_the_right_flow_of_a_shift_is_trusted_where_it_stays_in_the_picture():
    trust = flow_trust(constant(40), constant(-40), *shifted(40))
    assert trust.consistent == pytest.approx(360 / 400)
    assert trust.value == pytest.approx(0.9, abs=0.01)
    assert not trust.trusted[:, 360:].any()
    assert trust.happening.all()
    assert trust.seen


@pytest.mark.parametrize(("forward", "back"), [(40, -34), (40, 0), (40, 40)])
def test_a_flow_that_does_not_come_back_to_one_percent_is_not_trusted(forward, back):
    assert flow_trust(constant(forward), constant(back), *shifted(40)).value == 0


def test_a_flow_that_comes_back_within_one_percent_is():
    assert flow_trust(constant(40), constant(-36), *shifted(40)).value > 0.85


@pytest.mark.parametrize("wrong", [0, -40, 90])
def test_a_flow_that_comes_back_from_the_wrong_place_explains_little(wrong):
    trust = flow_trust(constant(wrong), constant(-wrong), *shifted(40))
    assert trust.consistent > 0.7
    assert trust.value < SEEN
    assert not trust.seen


def test_a_small_subject_that_was_lost_is_not_outvoted_by_what_stands_still():
    second = PHOTOGRAPH.copy()
    second[100:140, 300:340] = data.chelsea()[100:140, 200:240]
    trust = flow_trust(STILL, STILL, PHOTOGRAPH, second)
    assert trust.consistent == 1
    assert trust.explained > 0.95
    assert trust.value < 0.1
    assert 0.01 < trust.happening.mean() < 0.05


def test_equal_pictures_in_which_nothing_moves_are_trusted():
    trust = flow_trust(STILL, STILL, PHOTOGRAPH, PHOTOGRAPH)
    assert (trust.value, trust.consistent, trust.explained) == (1, 1, 1)
    assert not trust.happening.any()


@pytest.mark.parametrize(
    "light", [lambda x: 0.8 * x, lambda x: 0.9 * x + 20, lambda x: 255 * (x / 255) ** 0.85]
)
def test_other_light_shows_the_same(light):
    first = PHOTOGRAPH.astype(np.float32)
    assert alike(first, light(first).astype(np.float32)).mean() > 0.97


@pytest.mark.parametrize(
    "other",
    [
        data.coffee()[:300, 200:],
        255 - PHOTOGRAPH,
        np.full_like(PHOTOGRAPH, 128),
        np.random.default_rng(0).integers(0, 256, PHOTOGRAPH.shape, dtype=np.uint8),
    ],
    ids=["elsewhere", "negative", "plain", "noise"],
)
def test_another_picture_does_not(other):
    textured = alike(PHOTOGRAPH.astype(np.float32), other.astype(np.float32))
    assert textured.mean() < 0.35


def test_plain_pictures_of_far_colours_are_not_alike():
    red, green = np.zeros((2, 50, 50, 3), np.float32)
    red[..., 0], green[..., 1] = 150, 150
    assert not alike(red, green).any()
    assert alike(red, red + 5).all()


def test_what_leads_out_of_the_picture_is_not_trusted():
    assert flow_trust(constant(500), constant(-500), *shifted(40)).consistent == 0
    assert flow_trust(constant(0, -301), constant(0, 301), *shifted(40)).explained == 0


def test_the_value_does_not_depend_on_the_size():
    double = [np.kron(image, np.ones((2, 2, 1), np.uint8)) for image in shifted(40)]
    flows = [2 * np.kron(constant(dx), np.ones((2, 2, 1), np.float32)) for dx in (40, -40)]
    assert flow_trust(*flows, *double).value == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize("shape", [(300, 400, 3), (300, 399, 2), (300, 400)])
def test_flows_of_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="a flow must be"):
        flow_trust(STILL, np.zeros(shape, np.float32), PHOTOGRAPH, PHOTOGRAPH)
