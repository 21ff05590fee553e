import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motionedit_bench.metrics.functional.motion_alignment import align, prepare
from motionedit_bench.metrics.functional.regions import GUARD_PIXELS, divide, end_point_error, moved, overlap


def block(dx: float, dy: float, height: int = 60, width: int = 80) -> np.ndarray:
    """A flow, diagonal 100, in which rows 20..29 and columns 30..39 move."""
    flow = np.zeros((height, width, 2), np.float32)
    flow[20:30, 30:40] = (dx, dy)
    return flow


def box(top: int, bottom: int, left: int, right: int, height: int = 60, width: int = 80) -> np.ndarray:
    region = np.zeros((height, width), bool)
    region[top:bottom, left:right] = True
    return region


def test_what_moves_is_what_moves_by_more_than_a_500th_of_the_diagonal():
    assert not moved(block(0.2, 0)).any()  # the threshold itself is still
    assert np.array_equal(moved(block(0.21, 0)), box(20, 30, 30, 40))
    assert np.array_equal(moved(block(0.15, -0.15)), box(20, 30, 30, 40))


def test_what_changes_is_where_things_were_and_where_they_come_to_rest():
    regions = divide(block(12, -3))
    assert np.array_equal(regions.moved, box(20, 30, 30, 40))
    assert np.array_equal(regions.changed, box(20, 30, 30, 40) | box(17, 27, 42, 52))


def test_what_leaves_the_picture_changes_nothing_outside():
    assert np.array_equal(divide(block(45, 0)).changed, box(20, 30, 30, 40) | box(20, 30, 75, 80))
    assert np.array_equal(divide(block(-400, 900)).changed, box(20, 30, 30, 40))


def test_an_expansion_leaves_no_holes():
    flow = np.zeros((60, 80, 2), np.float32)
    rows, columns = np.mgrid[20:30, 30:40]
    flow[20:30, 30:40] = np.stack([columns - 30 + 5, rows - 20 + 5], axis=-1)  # twice as large, 5 px on
    assert divide(flow).changed[25:44, 35:54].all()


def test_the_still_region_keeps_its_distance_from_change_and_border():
    flow = block(12, 0)
    still, changed = divide(flow).still, divide(flow).changed
    rows, columns = np.nonzero(changed)
    for y, x in np.argwhere(still):
        assert GUARD_PIXELS <= y < 60 - GUARD_PIXELS
        assert GUARD_PIXELS <= x < 80 - GUARD_PIXELS
        assert np.maximum(abs(rows - y), abs(columns - x)).min() > GUARD_PIXELS
    assert still[25, 24]
    assert not still[25, 25]  # 5 px from column 30


def test_the_guard_grows_with_the_picture():
    flow = np.zeros((1000, 10, 2), np.float32)
    flow[500, 5] = (50, 0)
    assert np.flatnonzero(~divide(flow).still[:, 5])[0] == 0
    column = divide(np.pad(flow, ((0, 0), (20, 20), (0, 0)))).still[:, 25]
    assert np.flatnonzero(~column[5:-5])[[0, -1]].tolist() == [485, 505]  # 10 px around row 500


def test_nothing_and_everything_moves():
    nothing = divide(np.zeros((40, 40, 2), np.float32))
    assert not nothing.moved.any()
    assert not nothing.changed.any()
    assert np.array_equal(nothing.still, box(5, 35, 5, 35, 40, 40))
    everything = divide(np.full((40, 40, 2), 3, np.float32))
    assert everything.moved.all()
    assert not everything.still.any()


def test_overlap_by_hand():
    first = box(0, 10, 0, 10)
    assert overlap(first, first) == 1
    assert overlap(first, box(0, 10, 5, 15)) == pytest.approx(50 / 150)
    assert overlap(first, box(20, 30, 0, 10)) == overlap(first, box(0, 0, 0, 0)) == 0
    with pytest.raises(ValueError, match="^both regions are empty$"):
        overlap(first & False, first & False)


def test_end_point_error_by_hand():
    error = end_point_error(block(3, 4), block(0, 0))  # 5 px of a diagonal of 100 px
    assert np.allclose(error, 5 * box(20, 30, 30, 40))
    assert not end_point_error(block(3, 4), block(3, 4)).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 40))
def test_regions_hang_together(seed, size):
    flow = np.random.default_rng(seed).normal(0, size, (30, 40, 2)).astype(np.float32)
    regions = divide(flow)
    assume(regions.moved.any())
    assert not (regions.moved & ~regions.changed).any()
    assert not (regions.changed & regions.still).any()
    assert overlap(regions.moved, regions.changed) == pytest.approx(
        regions.moved.sum() / regions.changed.sum()
    )


def test_confidence_of_one_everywhere_is_the_papers_score():
    rng = np.random.default_rng(0)
    target, flow = rng.normal(0, 3, (2, 24, 32, 2)).astype(np.float32)
    plain = align(flow, prepare(target))
    for level in (1.0, 0.25):  # alike everywhere is what counts
        weighted = align(flow, prepare(target, torch.full((24, 32), level)))
        for term in ("score", "unruled", "d_mag", "d_dir", "d_min", "mean_predicted", "mean_target"):
            assert float(getattr(weighted, term)) == pytest.approx(float(getattr(plain, term)), abs=1e-5), (
                term
            )


def test_a_pixel_without_confidence_does_not_count():
    rng = np.random.default_rng(0)
    target, flow = rng.normal(0, 3, (2, 24, 32, 2)).astype(np.float32)
    weight = torch.ones(24, 32)
    weight[:, 16:] = 0
    other = flow.copy()
    other[:, 16:] = 1000
    prepared = prepare(target, weight)
    assert float(align(flow, prepared).score) == float(align(other, prepared).score)
    right = np.where(np.arange(32)[:, None] < 16, target, flow)
    assert float(align(right, prepared).score) == 100


@pytest.mark.parametrize(("dx", "dy"), [(12, -3), (-30, -20), (40, 30), (0, 0.5), (0, -29), (-39, 0)])
def test_the_regions_are_what_their_definition_counts_out(dx, dy):
    """The second and third motion lead into two corners of the picture, the last two to its first line."""
    regions = divide(block(dx, dy))
    assert {regions.moved.dtype, regions.changed.dtype, regions.still.dtype} == {np.dtype(bool)}
    top, left = 20 + round(dy), 30 + round(dx)
    assert np.array_equal(
        regions.changed, box(20, 30, 30, 40) | box(max(top, 0), top + 10, max(left, 0), left + 10)
    )
    near = [box(y - 5, y + 6, x - 5, x + 6) for y, x in np.argwhere(np.pad(regions.changed, 5))]
    still = ~np.any([np.pad(one, ((0, 10), (0, 10)))[: 60 + 10, : 80 + 10] for one in near], axis=0)
    assert np.array_equal(regions.still, still[5:-5, 5:-5] & box(5, 55, 5, 75))
