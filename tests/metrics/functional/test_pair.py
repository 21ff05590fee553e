import re

import numpy as np
import pytest

from motionedit_bench.metrics.functional.pair import BYTES_OR_FLOATS, check_pair, check_region

IMAGE = np.zeros((4, 6, 3), np.uint8)


def test_what_is_in_order_passes():
    check_pair(IMAGE, IMAGE, smallest=4)
    check_pair(IMAGE, IMAGE.astype(np.float32) + 255.0001, types=BYTES_OR_FLOATS)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (IMAGE[:3], r"one shape, but got \(4, 6, 3\) and \(3, 6, 3\)"),
        (IMAGE[..., 0], r"\(H, W, 3\), but got uint8 \(4, 6\)"),
        (np.zeros((4, 6, 4), np.uint8), r"but got uint8 \(4, 6, 4\)"),
        (IMAGE.astype(np.float64), "must be uint8 or float32 .* but got float64"),
        (IMAGE.astype(np.float32) - 1, "must be in 0..255, but got -1.0 to -1.0"),
        (IMAGE.astype(np.float32) + 256, "must be in 0..255, but got 256.0"),
        (IMAGE.astype(np.float32) + np.nan, "must be in 0..255, but got nan"),
    ],
)
def test_what_is_not_says_what_was_given(other, says):
    for pair in ((IMAGE, other), (other, IMAGE)):
        if "one shape" in says and pair[0] is other:
            says = "one shape"
        with pytest.raises(ValueError, match=says):
            check_pair(*pair, types=BYTES_OR_FLOATS)


def test_bytes_alone_where_nothing_else_is_said():
    with pytest.raises(ValueError, match=r"must be uint8 \(H, W, 3\), but got float32"):
        check_pair(IMAGE, IMAGE.astype(np.float32))


def test_too_small_and_empty_images():
    with pytest.raises(ValueError, match="at least 5 pixels, but got 6x4"):
        check_pair(IMAGE, IMAGE, smallest=5)
    with pytest.raises(ValueError, match="but got 6x0"):
        check_pair(IMAGE[:0], IMAGE[:0])


def test_one_pixel_is_enough_and_rounding_may_leave_the_range_by_half_a_level():
    check_pair(IMAGE[:1, :1], IMAGE[:1, :1])
    for edge in (-0.5, 255.5):
        check_pair(IMAGE, IMAGE.astype(np.float32) + np.float32(edge), types=BYTES_OR_FLOATS)


def test_a_region_is_bool_of_the_images_size_and_not_empty():
    region = np.zeros((4, 6), bool)
    region[0, 0] = True
    check_region(region, IMAGE)
    for wrong in (region.astype(np.uint8), region[:3], region[..., None].repeat(3, 2)):
        given = re.escape(f"{wrong.dtype} {wrong.shape}")
        with pytest.raises(ValueError, match=rf"^a region must be bool \(4, 6\), but got {given}$"):
            check_region(wrong, IMAGE)
    told = "^a region must have a pixel, but this one is empty$"
    with pytest.raises(ValueError, match=told):
        check_region(~region & region, IMAGE)
    with pytest.raises(ValueError, match=told):
        check_region(region, IMAGE, (slice(1, None), slice(None)))
