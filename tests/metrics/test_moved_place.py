import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import NotApplicable
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments

TABLE, CAT = data.coffee(), data.chelsea()[60:220, 110:290]
FURTHEST = (260, 90)


def with_cat(share: float, turn: float = 0) -> np.ndarray:
    """A cat on a table that has gone that share of the way, turned on by so many degrees."""
    picture = TABLE.copy()
    x, y = (round(20 + share * FURTHEST[0]), round(60 + share * FURTHEST[1]))
    middle = cv2.getRotationMatrix2D((90, 80), turn, 1)
    turned = cv2.warpAffine(CAT, middle, (180, 160), borderMode=cv2.BORDER_REFLECT)
    picture[y : y + 160, x : x + 180] = turned
    return picture


def measure(first, target, edited):
    instruments = Instruments("dis")
    scene = Scene(Image.fromarray(first), Image.fromarray(target), instruments)
    comparison = Comparison(scene, Image.fromarray(edited))
    return METRICS.get("moved_place")(instruments).measure(comparison)


@pytest.mark.parametrize("share", [0, 1 / 3, 2 / 3, 1])
def test_a_subject_part_of_the_way(share):
    found = measure(with_cat(0), with_cat(1), with_cat(share))
    assert found.value == pytest.approx(share, abs=0.02)
    assert found.detail["points_found"] > 20


def test_the_size_of_the_edit_does_not_matter():
    edited = cv2.resize(with_cat(0.5), (1200, 800), interpolation=cv2.INTER_CUBIC)
    assert measure(with_cat(0), with_cat(1), edited).value == pytest.approx(0.5, abs=0.03)


def test_a_subject_that_is_gone_or_another_one_is_nowhere():
    assert measure(with_cat(0), with_cat(1), TABLE).value == 0
    noise = np.random.default_rng(0).integers(0, 256, TABLE.shape, dtype=np.uint8)
    assert measure(with_cat(0), with_cat(1), noise).value == 0


def test_a_subject_that_turned_on_its_way_is_found():
    first, target = with_cat(0), with_cat(1, turn=100)
    assert measure(first, target, target).value == 1
    assert measure(first, target, with_cat(1)).value > 0.6
    assert measure(first, target, first).value == 0


@pytest.mark.parametrize("target", [TABLE, np.full_like(TABLE, 90)], ids=["gone", "plain"])
def test_a_target_without_the_subject_cannot_be_scored(target):
    with pytest.raises(NotApplicable, match="fewer than 4 points"):
        measure(with_cat(0), target, with_cat(1))


def test_it_takes_no_flow():
    kind = METRICS.get("moved_place")
    assert kind.choice(Instruments("dis")) == {}


@pytest.mark.slow
def test_on_sample_far_the_target_is_in_place_and_the_input_is_not():
    for item in open_benchmark("sample-far").items[::4]:
        first, target = (to_array(decode(picture.read())) for picture in (item.input, item.target))
        assert measure(first, target, target).value == 1, item.id
        assert measure(first, target, first).value == 0, item.id
