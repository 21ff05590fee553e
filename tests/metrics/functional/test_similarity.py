import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from numpy.lib.stride_tricks import sliding_window_view
from skimage import data

from motionedit_bench.metrics.functional.similarity import PSNR_CAP, psnr, ssim


def reference_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """SSIM by its definition: every 11x11 window that fits, weighted by a Gaussian of sigma 1.5."""
    bell = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    weight = np.outer(bell, bell) / bell.sum() ** 2
    x, y = (sliding_window_view(image.astype(np.float64), (11, 11), axis=(0, 1)) for image in (a, b))

    def mean(values: np.ndarray) -> np.ndarray:
        return np.tensordot(values, weight, axes=([3, 4], [0, 1]))

    mx, my = mean(x), mean(y)
    vx, vy, vxy = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    index = ((2 * mx * my + c1) * (2 * vxy + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return float(index.mean())


def noisy(image: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, sigma, image.shape)
    return np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)


PICTURES = [data.astronaut()[:70, 200:300], data.coffee()[100:160, 200:311]]
images = arrays(np.uint8, (12, 14, 3))


@pytest.mark.parametrize("image", PICTURES)
@pytest.mark.parametrize("change", [lambda a: noisy(a, 15), lambda a: a[::-1].copy(), lambda a: 255 - a])
def test_ssim_follows_its_definition(image, change):
    other = change(image)
    assert ssim(image, other) == pytest.approx(reference_ssim(image, other), abs=1e-9)


def test_ssim_of_black_and_white():
    black = np.zeros((11, 11, 3), np.uint8)
    assert ssim(black, black) == 1
    assert ssim(black, black + 255) == pytest.approx((0.01 * 255) ** 2 / (255**2 + (0.01 * 255) ** 2))


def test_psnr_follows_its_definition():
    image = PICTURES[0]
    other = noisy(image, 15)
    error = np.mean([(float(x) - float(y)) ** 2 for x, y in zip(image.flat, other.flat, strict=True)])
    assert psnr(image, other) == pytest.approx(20 * np.log10(255) - 10 * np.log10(error), abs=1e-9)


def test_psnr_of_known_differences():
    grey = np.full((5, 7, 3), 100, np.uint8)
    assert psnr(grey, grey + 16) == psnr(grey + 16, grey) == pytest.approx(24.0484, abs=1e-4)
    assert psnr(grey * 0, grey * 0 + 255) == 0


def test_psnr_has_a_cap_that_identical_pictures_get():
    image = np.zeros((720, 1280, 3), np.uint8)
    assert psnr(image, image) == PSNR_CAP
    speck = image.copy()
    speck[0, 0, 0] = 1  # 112 dB
    assert psnr(image, speck) == PSNR_CAP
    speck[0, 0, 0] = 10
    assert psnr(image, speck) == pytest.approx(10 * np.log10(255**2 * image.size / 10**2))  # 92.5 dB


def test_more_noise_is_less_alike():
    image = PICTURES[1]
    for measure in (ssim, psnr):
        values = [measure(image, noisy(image, sigma)) for sigma in (0, 5, 15, 40)]
        assert values == sorted(values, reverse=True)


@settings(max_examples=50, deadline=None)
@given(images, images)
def test_both_are_symmetric_and_within_bounds(a, b):
    assert ssim(a, b) == pytest.approx(ssim(b, a), abs=1e-12)
    assert psnr(a, b) == psnr(b, a)
    assert -1 <= ssim(a, b) <= 1 + 1e-12
    assert 0 <= psnr(a, b) <= PSNR_CAP


@settings(max_examples=25, deadline=None)
@given(images)
def test_an_image_is_most_like_itself(a):
    assert ssim(a, a) == pytest.approx(1, abs=1e-12)
    assert psnr(a, a) == PSNR_CAP


@pytest.mark.parametrize("measure", [ssim, psnr])
def test_other_shapes_and_types_are_refused(measure):
    image = np.zeros((12, 12, 3), np.uint8)
    with pytest.raises(ValueError, match="one shape"):
        measure(image, image[:11])
    with pytest.raises(ValueError, match="must be uint8"):
        measure(image, image.astype(np.float32))


def test_ssim_needs_a_whole_window():
    image = np.zeros((10, 40, 3), np.uint8)
    with pytest.raises(ValueError, match="at least 11 pixels, but got 40x10"):
        ssim(image, image)
    assert psnr(image, image) == PSNR_CAP


def some(image: np.ndarray) -> np.ndarray:
    """A region of every size of gap, up to all four edges."""
    return np.random.default_rng(1).random(image.shape[:2]) < 0.3


def test_ssim_of_a_region_is_the_mean_over_its_windows_that_fit():
    image = PICTURES[0]
    other = noisy(image, 15)
    height, width = image.shape[:2]
    windows = [
        reference_ssim(image[y - 5 : y + 6, x - 5 : x + 6], other[y - 5 : y + 6, x - 5 : x + 6])
        for y, x in np.argwhere(some(image))
        if 5 <= y < height - 5 and 5 <= x < width - 5
    ]
    assert ssim(image, other, some(image)) == pytest.approx(np.mean(windows), abs=1e-9)


def test_psnr_of_a_region_is_that_of_its_pixels():
    image, where = PICTURES[0], some(PICTURES[0])
    other = noisy(image, 15)
    assert psnr(image, other, where) == pytest.approx(psnr(image[where][None], other[where][None]), abs=1e-9)
    assert psnr(image, np.where(where[..., None], image, 255 - image), where) == PSNR_CAP


@pytest.mark.parametrize("measure", [ssim, psnr])
def test_all_pixels_are_the_whole_picture(measure):
    image, other = PICTURES[1], noisy(PICTURES[1], 15)
    everywhere = np.ones(image.shape[:2], bool)
    assert measure(image, other, everywhere) == pytest.approx(measure(image, other), abs=1e-12)


@pytest.mark.parametrize("measure", [ssim, psnr])
def test_a_region_of_another_picture_or_without_a_pixel_is_refused(measure):
    image = np.zeros((20, 30, 3), np.uint8)
    with pytest.raises(ValueError, match=r"a region must be bool \(20, 30\)"):
        measure(image, image, np.ones((30, 20), bool))
    with pytest.raises(ValueError, match="this one is empty"):
        measure(image, image, np.zeros((20, 30), bool))


def test_ssim_says_that_a_region_within_the_border_is_empty():
    image = np.zeros((20, 30, 3), np.uint8)
    for y, x in ((4, 15), (15, 15), (10, 4), (10, 25)):
        where = np.zeros((20, 30), bool)
        where[y, x] = True
        assert psnr(image, image, where) == PSNR_CAP
        with pytest.raises(ValueError, match="this one is empty"):
            ssim(image, image, where)
