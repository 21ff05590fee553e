import cv2
import numpy as np
import pytest
from skimage import data

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.flow.far import Far

CUP, CAT = data.coffee()[:360, :560], data.chelsea()


def pasted(shift: tuple[float, float], turn: float = 0, grow: float = 1) -> tuple[np.ndarray, ...]:
    """A cat's face on a table, where it goes to; and the flow of its pixels, NaN elsewhere."""
    place, radius = np.array([190.0, 170.0]), 70
    matrix = cv2.getRotationMatrix2D(tuple(place), turn, grow)
    matrix[:, 2] += shift
    layer = np.zeros_like(CUP)
    layer[90:250, 80:300] = CAT[70:230, 100:320]
    inside = cv2.circle(np.zeros(CUP.shape[:2], np.uint8), (190, 170), radius, 255, -1)
    first = np.where(inside[..., None] > 0, layer, CUP)
    size = CUP.shape[1::-1]
    there = cv2.warpAffine(inside, matrix, size)
    second = np.where(there[..., None] > 127, cv2.warpAffine(layer, matrix, size, flags=cv2.INTER_CUBIC), CUP)
    y, x = np.mgrid[: CUP.shape[0], : CUP.shape[1]]
    goal = np.stack([row[0] * x + row[1] * y + row[2] for row in matrix], -1)
    flow = goal - np.stack([x, y], -1)
    flow[inside == 0] = np.nan
    return first, second, flow


def error(flow: np.ndarray, truth: np.ndarray) -> float:
    """Mean end-point error where the truth is known, pixels."""
    return float(np.nanmean(np.linalg.norm(flow - truth, axis=-1)))


@pytest.mark.parametrize(
    ("shift", "turn", "grow"),
    [((250, 40), 0, 1), ((200, 60), 90, 1), ((180, 30), -120, 1), ((220, 20), 20, 1.5), ((230, 0), 0, 0.7)],
    ids=["far", "quarter-turn", "third-turn", "growing", "shrinking"],
)
def test_a_subject_is_followed_far_and_turned_where_dis_loses_it(shift, turn, grow):
    first, second, truth = pasted(shift, turn, grow)
    assert error(Dis().flow(first, second), truth) > 100
    flow = Far().flow(first, second)
    assert error(flow, truth) < 10
    still = np.linalg.norm(flow[260:, :80], axis=-1)
    assert still.mean() < 1


def test_a_turned_picture_is_followed_everywhere():
    matrix = cv2.getRotationMatrix2D((280, 180), 60, 1)
    second = cv2.warpAffine(CUP, matrix, CUP.shape[1::-1], borderMode=cv2.BORDER_REFLECT)
    y, x = np.mgrid[:360, :560]
    goal = np.stack([row[0] * x + row[1] * y + row[2] for row in matrix], -1)
    inside = ((goal > 0) & (goal < [559, 359])).all(-1)
    truth = np.where(inside[..., None], goal - np.stack([x, y], -1), np.nan)
    assert error(Far().flow(CUP, second), truth) < 5 < 100 < error(Dis().flow(CUP, second), truth)


def test_small_motions_are_found_as_finely_as_by_dis():
    first, second = CUP[20:320, 20:520], CUP[17:317, 25:525]
    truth = np.full((300, 500, 2), (-5.0, 3.0))
    assert error(Far().flow(first, second), truth) < 1.1 * error(Dis().flow(first, second), truth) + 0.05


@pytest.mark.slow
@pytest.mark.always("sample-far-3-0.5")
@pytest.mark.parametrize(("name", "every", "share"), [("sample", 1, 1), ("sample-far", 3, 0.5)])
def test_the_error_on_the_embedded_benchmarks_beside_that_of_dis(name, every, share):
    errors = []
    for item in open_benchmark(name).items[::every]:
        first, second = (to_array(decode(picture.read())) for picture in (item.input, item.target))
        truth = item.true_flow()
        truth[~(np.linalg.norm(truth, axis=-1) > 1)] = np.nan
        errors.append([error(kind().flow(first, second), truth) for kind in (Far, Dis)])
    far, dis = np.mean(errors, 0)
    assert far < share * dis


def test_identical_images_do_not_move_at_all():
    assert not Far().flow(CUP, CUP.copy()).any()


def test_it_does_not_depend_on_the_number_of_threads():
    first, second, _ = pasted((200, 60), 90)
    before = cv2.getNumThreads()
    try:
        flows = []
        for threads in (1, 2, 5):
            cv2.setNumThreads(threads)
            flows.append(Far().flow(first, second))
    finally:
        cv2.setNumThreads(before)
    assert np.array_equal(flows[0], flows[1])
    assert np.array_equal(flows[0], flows[2])


def test_equal_arguments_give_equal_results_and_stay_as_they_were():
    estimator = Far()
    first, second, _ = pasted((250, 40))
    before = first.copy(), second.copy()
    flow = estimator.flow(first, second)
    estimator.flow(second, first)
    assert np.array_equal(estimator.flow(first.astype(np.float32), second.astype(np.float32)), flow)
    assert np.array_equal(first, before[0])
    assert np.array_equal(second, before[1])


def test_large_images_get_a_flow_of_their_own_size():
    first, second, truth = pasted((250, 40))
    larger = [cv2.resize(image, (1680, 1080)) for image in (first, second)]
    flow = Far().flow(*larger)
    assert flow.shape == (1080, 1680, 2)
    assert flow.dtype == np.float32
    assert error(flow[1::3, 1::3] / 3, truth) < 10


@pytest.mark.parametrize("size", [(16, 16), (16, 45), (17, 900), (900, 17), (16, 4000)], ids=str)
def test_small_and_narrow_images(size):
    first, second = np.random.default_rng(0).integers(0, 256, (2, *size, 3), dtype=np.uint8)
    flow = Far().flow(first, second)
    assert flow.shape == (*size, 2)
    assert np.isfinite(flow).all()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_pictures_of_one_colour_have_no_points_and_do_not_move(level):
    blank = np.full((60, 90, 3), level, np.uint8)
    assert not Far().flow(blank, blank.copy()).any()
    assert np.isfinite(Far().flow(blank, CUP[:60, :90])).all()


def test_smaller_images_are_refused_with_the_reason():
    with pytest.raises(ValueError, match="at least 16 pixels"):
        Far().flow(CUP[:15], CUP[:15])
