"""Joints drawn on pictures, and how `mebench show --pose` shows them."""

import numpy as np
import pytest

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.view.edit import NUMBERS, POSE, view
from motionedit_bench.leaderboard.view.figure import page
from motionedit_bench.leaderboard.view.skeleton import BEFORE, LEFT, LEGEND, MIDDLE, RIGHT, drawn
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.blazepose import JOINTS, Person
from motionedit_bench.predictions import ModelPredictions

PLAIN = np.full((100, 160, 3), 30, np.uint8)


def somebody(right=0.0, hidden=()):
    """An upright person, the left side at x = 100, the right at 60."""
    x = np.array([100.0 if "left" in name else 60.0 if "right" in name else 80.0 for name in JOINTS]) + right
    visibility = np.array([0.2 if name in hidden else 0.9 for name in JOINTS])
    return Person(np.stack([x, np.linspace(10, 90, 33)], axis=-1), visibility, 100.0, 0.9)


def painted(picture, colour):
    """Where it has about that colour; lines are smooth."""
    return (np.abs(picture.astype(int) - colour) < 40).all(-1)


def test_limbs_have_the_colour_of_their_side():
    found = drawn(PLAIN, [somebody()])
    assert all(painted(found, colour).any() for colour in (LEFT, RIGHT, MIDDLE))
    assert (PLAIN == 30).all()
    orange = painted(found, LEFT)
    assert orange[:, 95:].sum() > 10 > orange[:, :75].sum()
    both = drawn(PLAIN, [somebody()], [somebody(20)])
    assert painted(both, BEFORE)[:, 110:].sum() > 10 > painted(found, BEFORE)[:, 110:].sum()


def test_what_is_not_seen_is_not_drawn():
    assert (drawn(PLAIN, [somebody(hidden=JOINTS)]) == PLAIN).all()
    without = drawn(PLAIN, [somebody(hidden=[name for name in JOINTS if "left" in name])])
    assert not painted(without, LEFT).any()
    assert painted(without, RIGHT).any()


class StandIn:
    def __init__(self, count):
        self.count = count

    def people(self, image):
        return [somebody()] * self.count

    def version(self):
        return "a stand-in"


@pytest.mark.parametrize(
    ("count", "note"), [(1, "moves the joints by less"), (2, "2 people are found in the input")]
)
def test_a_view_shows_the_pose_and_says_why_it_is_not_scored(bench, shown, count, note):
    instruments = Instruments(open_benchmark(str(bench)).default_flow)
    instruments.poses = StandIn(count)
    predictions = ModelPredictions(shown / "preds" / "shift")
    found = view(open_benchmark(str(bench)).items[1], predictions, instruments, pose=True)
    titles = [f"pose in the {what}" for what in ("input", "target", "edit")]
    assert list(found.drawn.panels)[-3:] == titles
    assert list(found.numbers) == [*NUMBERS, POSE]
    assert any(one.startswith(f"{POSE}: not applicable") and note in one for one in found.notes)
    assert found.legend[-1] == LEGEND
    assert LEGEND in page([found])


def test_without_weights_it_is_one_line(mebench, shown):
    status, _, err = mebench("show", "item-1", "--pred", "preds/shift", "--pose")
    assert status == 2
    assert "mebench weights get pose" in err
    assert len(err.splitlines()) == 1
