import numpy as np
import pytest

from motionedit_bench.metrics.pair import BYTES_OR_FLOATS, check_pair

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
