"""What motion scores say of the trust in the target's flow, and `mas_seen`."""

import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image
from skimage import data

from motionedit_bench.errors import ImageError, NotApplicable
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.flow.base import FlowEstimator
from motionedit_bench.metrics.functional.trust import SEEN
from motionedit_bench.metrics.instruments import Instruments

WIDE = data.coffee()[:200]
FIRST, TARGET, EDITED = WIDE[:, 100:400], WIDE[:, 80:380], WIDE[:, 90:390]
OF_MOTION = ("mas", "mas_seen", "motion_gain", "mas_noop", "motion_magnitude", "motion_reward")
OF_MOTION += ("motion_iou", "epe", "mas_confident")


class Shifts(FlowEstimator):
    """Knows the shift of the three pictures; counts how often it is asked for the way back."""

    name = "shifts"

    def __init__(self, back=-20.0):
        super().__init__()
        self.back, self.asked = back, 0

    def flow(self, first, second):
        flow = np.zeros((*first.shape[:2], 2), np.float32)
        if np.array_equal(first, TARGET):
            self.asked += 1
            if self.back is None:
                raise ImageError("the flow back does not fit in memory")
            flow[..., 0] = self.back
        elif not np.array_equal(first, second):
            flow[..., 0] = 20 if np.array_equal(second, TARGET) else 10
        return flow

    def version(self):
        return "1"


def opened(estimator, target=TARGET, first=FIRST):
    instruments = Instruments("dis")
    instruments._estimator = lambda device: estimator
    return Scene(Image.fromarray(first), Image.fromarray(target), instruments), instruments


def measure(name, scene, instruments, edited=EDITED):
    comparison = Comparison(scene, Image.fromarray(edited))
    return METRICS.get(name)(instruments).measure(comparison)


@pytest.mark.parametrize("name", OF_MOTION)
def test_every_motion_score_tells_how_far_the_targets_flow_can_be_trusted(name):
    found = measure(name, *opened(Shifts()))
    assert found.detail["flow_trust"] == pytest.approx(280 / 300, abs=0.01)
    assert found.detail["flow_consistent"] == pytest.approx(280 / 300)


def test_mas_seen_is_mas_where_the_motion_is_seen():
    scene, instruments = opened(Shifts())
    seen, mas = (measure(name, scene, instruments) for name in ("mas_seen", "mas"))
    assert seen.value == mas.value
    assert seen.detail["seen_from"] == SEEN
    assert seen.detail.items() >= mas.detail.items()


@pytest.mark.parametrize("back", [0.0, 20.0, -60.0])
def test_where_it_is_not_there_is_no_number_and_mas_is_as_ever(back):
    scene, instruments = opened(Shifts(back))
    with pytest.raises(NotApplicable, match=r"^the target's motion cannot be seen by shifts$"):
        measure("mas_seen", scene, instruments)
    assert measure("mas", scene, instruments).value == measure("mas", *opened(Shifts())).value


def test_a_target_that_does_not_move_says_so_first():
    with pytest.raises(NotApplicable, match="does not move"):
        measure("mas_seen", *opened(Shifts(), target=FIRST))


def test_the_flow_back_is_computed_once_for_all_models_and_metrics():
    estimator = Shifts()
    scene, instruments = opened(estimator)
    for name in OF_MOTION:
        for edited in (EDITED, WIDE[:, 95:395]):
            measure(name, scene, instruments, edited)
    assert estimator.asked == 1


def test_without_a_flow_back_the_paper_s_scores_stand_and_nothing_counts_as_seen():
    scene, instruments = opened(Shifts(None))
    found = measure("mas", scene, instruments)
    assert found.value == measure("mas", *opened(Shifts())).value
    assert found.detail["flow_trust"] is None
    with pytest.raises(ImageError, match="flow back"):
        measure("mas_seen", scene, instruments)


def test_the_same_items_count_for_every_edit():
    scene, instruments = opened(Shifts(0.0))
    for edited in (TARGET, FIRST, photograph(3, 300, 200)):
        with pytest.raises(NotApplicable, match="cannot be seen"):
            measure("mas_seen", scene, instruments, edited)
