"""The second network's crop and its answers as joints."""

import numpy as np
import pytest

from motionedit_bench.metrics.networks.blazepose.detection import Detection
from motionedit_bench.metrics.networks.blazepose.landmarks import Crop, landmarks, refined

COLD = np.full((64, 64, 39), -10.0)


def crop_of(angle, centre=(100.0, 80.0), side=64.0):
    return Crop(np.array(centre), side, np.deg2rad(angle))


def test_the_crop_holds_the_bodys_circle_and_stands_as_the_person_does():
    hips = np.array([50.0, 60.0])
    upright = Crop.around(Detection(0.9, hips, np.array([50, 20.0])))
    assert (upright.side, upright.angle) == (pytest.approx(100), pytest.approx(0))
    lying = Crop.around(Detection(0.9, hips, np.array([90, 60.0])))
    assert lying.angle == pytest.approx(np.pi / 2)
    assert lying.matrix @ [0.5, 0, 1] == pytest.approx([100, 60])


@pytest.mark.parametrize("angle", [0, 30, 90, 180, -60])
@pytest.mark.parametrize("side", [40.0, 700.0])
def test_what_is_in_a_place_of_the_picture_is_in_its_place_of_the_crop(angle, side):
    rows, columns = np.mgrid[:600, :800]
    slope = np.stack([columns / 4, rows / 4, 0 * rows], -1).astype(np.uint8)
    crop = crop_of(angle, (400.0, 300.0), side)
    found = crop.of(slope)
    assert found.shape == (1, 256, 256, 3)
    for row, column in ((128, 128), (100, 150), (160, 90)):
        x, y = crop.matrix @ [(column + 0.5) / 256, (row + 0.5) / 256, 1]
        assert 4 * 255 * found[0, row, column, :2] == pytest.approx([x, y], abs=5)


def test_beyond_the_picture_is_black():
    found = crop_of(0, (0.0, 0.0), 200.0).of(np.full((300, 300, 3), 255, np.uint8))
    assert found[0, :120].max() == 0
    assert found[0, 140:, 140:].min() == 1


def test_joints_are_placed_in_the_picture():
    values = np.zeros((39, 5))
    values[:, :2] = 128
    values[3] = [256, 128, 0, 2, 0]
    values[34, :2] = [128, 0]
    crop = crop_of(90)
    found = landmarks(values.ravel(), COLD, crop)
    assert found.joints.shape == (33, 2)
    assert found.joints[0] == pytest.approx([100, 80])
    assert found.joints[3] == pytest.approx([100, 112])
    assert found.visibility[[0, 3]] == pytest.approx([0.5, 1 / (1 + np.exp(-2))])
    assert found.crop.centre == pytest.approx([100, 80])
    assert (found.crop.side, found.crop.angle) == (pytest.approx(80), pytest.approx(np.pi / 2))


def test_firm_heat_draws_a_joint_to_its_middle():
    heat = np.zeros((64, 64, 3))
    heat[20, 30, 0] = 0.9
    heat[20, 30, 1] = 0.4
    heat[21, 31, 2], heat[21, 33, 2] = 0.6, 0.2
    places = np.array([[31.5, 21.5]] * 3) / 64
    found = refined(places, heat) * 64
    assert found == pytest.approx(np.array([[30, 20], [31.5, 21.5], [31.5, 21]]))


def test_a_joint_outside_of_the_crop_stays_where_it_is():
    places = np.array([[-0.2, 0.5], [1.5, 1.5], [0.0, -3.0]])
    assert refined(places, np.ones((64, 64, 3))) == pytest.approx(places)
