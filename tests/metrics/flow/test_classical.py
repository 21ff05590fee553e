import cv2
import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from skimage import data

from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.flow.tvl1 import TvL1

PHOTOGRAPHS = {"astronaut": data.astronaut(), "coffee": data.coffee(), "rocket": data.rocket()}
CROPS = {"astronaut": data.astronaut()[:300, 100:420], "coffee": data.coffee()[40:340, 150:470]}
BOTH = pytest.mark.parametrize("estimator", [Dis(), TvL1()], ids=lambda estimator: estimator.name)


def moved(image: np.ndarray, dx: int, dy: int, margin: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Two windows of a photograph; what is in the first lies (dx, dy) further on in the second."""
    height, width = image.shape[:2]
    first = image[margin : height - margin, margin : width - margin]
    second = image[margin - dy : height - margin - dy, margin - dx : width - margin - dx]
    return first, second


def warped(image: np.ndarray, amplitude: float) -> tuple[np.ndarray, np.ndarray]:
    """The photograph bent by a smooth field, and that field, (dx, dy) from the photograph on."""
    height, width = image.shape[:2]

    def field(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        dx = amplitude * np.sin(2 * np.pi * y / height) * np.cos(np.pi * x / width)
        return dx, amplitude * 0.6 * np.cos(2 * np.pi * x / width)

    y, x = np.mgrid[:height, :width].astype(float)
    from_y, from_x = y, x
    for _ in range(60):
        dx, dy = field(from_y, from_x)
        from_y, from_x = y - dy, x - dx
    channels = [
        map_coordinates(image[..., c].astype(float), [from_y, from_x], order=3, mode="nearest")
        for c in range(3)
    ]
    bent = np.clip(np.rint(np.stack(channels, axis=-1)), 0, 255).astype(np.uint8)
    return bent, np.stack(field(y, x), axis=-1)


def error(flow: np.ndarray, truth: np.ndarray | list[int]) -> float:
    """Mean end-point error, pixels."""
    return float(np.linalg.norm(flow - np.asarray(truth), axis=-1).mean())


@BOTH
@pytest.mark.parametrize("motion", [(5, -2), (12, 7), (-3, 9)], ids=str)
@pytest.mark.parametrize("photograph", CROPS)
def test_a_translation_is_found_as_dx_dy_from_the_first_on(estimator, photograph, motion):
    flow = estimator.flow(*moved(CROPS[photograph], *motion))
    assert flow.dtype == np.float32
    assert error(flow, list(motion)) < 0.35
    assert np.allclose(np.median(flow.reshape(-1, 2), axis=0), motion, atol=0.05)


@pytest.mark.always("astronaut-2-0.25", "coffee-6-0.4", "rocket-15-0.8")
@pytest.mark.parametrize(("amplitude", "bound"), [(2, 0.25), (6, 0.4), (15, 0.8)])
@pytest.mark.parametrize("photograph", PHOTOGRAPHS)
def test_dis_finds_a_smooth_warp(photograph, amplitude, bound):
    image = PHOTOGRAPHS[photograph]
    bent, truth = warped(image, amplitude)
    assert error(np.zeros_like(truth), truth) > 4 * bound
    assert error(Dis().flow(image, bent), truth) < bound


@pytest.mark.slow
def test_tvl1_finds_a_smooth_warp():
    image = PHOTOGRAPHS["coffee"]
    bent, truth = warped(image, 6)
    assert error(TvL1().flow(image, bent), truth) < 0.25


@BOTH
def test_identical_images_do_not_move_at_all(estimator):
    for image in CROPS.values():
        assert not estimator.flow(image, image.copy()).any()


@BOTH
def test_equal_arguments_give_equal_results_and_stay_as_they_were(estimator):
    first, second = moved(CROPS["coffee"], 4, 3, margin=90)
    before = first.copy(), second.copy()
    flow = estimator.flow(first, second)
    estimator.flow(second, first)
    assert np.array_equal(estimator.flow(first, second), flow)
    assert np.array_equal(first, before[0])
    assert np.array_equal(second, before[1])


@BOTH
def test_floats_of_the_same_values_give_the_same_flow(estimator):
    first, second = moved(CROPS["astronaut"], 4, 3, margin=90)
    flow = estimator.flow(first, second)
    assert np.array_equal(estimator.flow(first.astype(np.float32), second.astype(np.float32)), flow)


def test_dis_rounds_floats_to_8_bits_and_clips_them():
    first, second = moved(CROPS["astronaut"], 4, 3, margin=90)
    nearly = [np.where(image > 0, image + 0.4, -0.4).astype(np.float32) for image in (first, second)]
    assert np.array_equal(Dis().flow(*nearly), Dis().flow(first, second))


def test_dis_does_not_depend_on_the_number_of_threads():
    first, second = moved(PHOTOGRAPHS["coffee"], 12, 7)
    before = cv2.getNumThreads()
    try:
        flows = []
        for threads in (1, 2, 5):
            cv2.setNumThreads(threads)
            flows.append(Dis().flow(first, second))
    finally:
        cv2.setNumThreads(before)
    assert np.array_equal(flows[0], flows[1])
    assert np.array_equal(flows[0], flows[2])


def test_dis_on_a_small_image_leaves_no_trace():
    estimator = Dis()
    first, second = moved(PHOTOGRAPHS["coffee"], 12, 7)
    flow = estimator.flow(first, second)
    estimator.flow(first[:20, :20], second[:20, :20])
    assert np.array_equal(estimator.flow(first, second), flow)


@pytest.mark.parametrize("size", [(16, 16), (16, 45), (16, 46), (45, 16), (17, 900), (900, 17)], ids=str)
def test_dis_works_on_small_and_narrow_images(size):
    first, second = np.random.default_rng(0).integers(0, 256, (2, *size, 3), dtype=np.uint8)
    flow = Dis().flow(first, second)
    assert flow.shape == (*size, 2)
    assert np.isfinite(flow).all()
    assert not Dis().flow(first, first).any()


@pytest.mark.parametrize("size", [(2, 2), (2, 50), (31, 3)], ids=str)
def test_tvl1_works_on_small_and_narrow_images(size):
    first, second = np.random.default_rng(0).integers(0, 256, (2, *size, 3), dtype=np.uint8)
    flow = TvL1().flow(first, second)
    assert flow.shape == (*size, 2)
    assert np.isfinite(flow).all()


@pytest.mark.parametrize(("estimator", "smallest"), [(Dis(), 16), (TvL1(), 2)], ids=["dis", "tvl1"])
def test_smaller_images_are_refused_with_the_reason(estimator, smallest):
    for shape in [(smallest - 1, 100, 3), (100, smallest - 1, 3)]:
        image = np.zeros(shape, np.uint8)
        with pytest.raises(ValueError, match=f"at least {smallest} pixels"):
            estimator.flow(image, image)


@BOTH
def test_wrong_images_are_refused(estimator):
    image = np.zeros((32, 32, 3), np.uint8)
    with pytest.raises(ValueError, match="one shape"):
        estimator.flow(image, image[:31])
    with pytest.raises(ValueError, match="uint8 or float32"):
        estimator.flow(image, image.astype(np.float64))


def test_versions_name_library_and_settings():
    assert Dis().version() == f"opencv {cv2.__version__}, DISOpticalFlow, preset MEDIUM"
    assert "optical_flow_tvl1, default settings" in TvL1().version()
    assert any(digit.isdigit() for digit in TvL1().version().split(",")[0])


def test_they_are_registered_by_name():
    assert FLOWS.get("dis") is Dis
    assert FLOWS.get("tvl1") is TvL1
    assert [FLOWS.get(name).name for name in ("dis", "tvl1")] == ["dis", "tvl1"]
    assert {"unimatch", "raft_large", "raft_small"} <= set(FLOWS)
    with pytest.raises(UsageError, match="did you mean 'dis'"):
        FLOWS.get("diss")
