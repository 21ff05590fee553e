"""Poses: what is scored and what is not, by people who are given; and people warped by known amounts."""

import json

import cv2
import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image
from skimage import data

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.functional.camera import undone
from motionedit_bench.metrics.functional.pose import pose_alignment, weights
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.blazepose.people import Person
from motionedit_bench.metrics.pose import background

GROUND = photograph(5, 320, 240)
INPUT, TARGET, EDIT = (GROUND.copy() for _ in range(3))
for number, picture in enumerate((INPUT, TARGET, EDIT)):
    picture[0, 0] = number
JOINTS = np.random.default_rng(0).uniform((120, 60), (180, 200), (33, 2))
SEEN = np.full(33, 0.9)


def somebody(right=0.0, seen=SEEN, size=150.0):
    return Person(JOINTS + np.array([right, 0]), seen, size, 0.99)


class StandIn:
    """Finds in each picture whom it was told, by the picture's first pixel."""

    def __init__(self, people):
        self._people = people

    def people(self, image):
        return self._people[int(image[0, 0, 0])]

    def version(self):
        return "a stand-in"


def measure(first, target, edit, edited=EDIT, shown=TARGET):
    instruments = Instruments("dis")
    instruments.poses = StandIn([first, target, edit])
    scene = Scene(Image.fromarray(INPUT), Image.fromarray(shown), instruments)
    metric = METRICS.get("pose_alignment")(instruments)
    assert metric.implementation["network"] == "a stand-in"
    return metric.measure(Comparison(scene, Image.fromarray(edited)))


@pytest.mark.parametrize("share", [0, 0.5, 1, -0.25])
def test_a_person_part_of_the_way(share):
    found = measure([somebody()], [somebody(30)], [somebody(30 * share)])
    assert found.value == pytest.approx(share)
    assert found.detail["motion"] == pytest.approx(0.2)
    assert found.detail["error"] == pytest.approx(0.2 * (1 - share))
    assert (found.detail["joints"], found.detail["camera"], found.detail["edit_camera"]) == (33, 0, 0)
    assert found.detail["certainty"] == [0.99] * 3


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        (([], [somebody()], [somebody()]), "no person is found in the input, and exactly one must be"),
        (([somebody()], [], [somebody()]), "no person is found in the target"),
        (([somebody()], [somebody(30)], []), "no person is found in the edit"),
        (([somebody()], [somebody(30)] * 2, [somebody()]), "2 people are found in the target, and exactly"),
        (([somebody()], [somebody()], [somebody()]), "the target moves the joints by less than 3%"),
        (([somebody()], [somebody(4)], [somebody()]), "the target moves the joints by less than 3%"),
        (
            ([somebody()], [somebody(30, np.r_[SEEN[:5], 0 * SEEN[5:]])], [somebody()]),
            "5 joints are seen in input, target and edit, fewer than 6",
        ),
        (([somebody(-170)], [somebody()], [somebody()]), "joints are seen in input, target and edit, fewer"),
    ],
)
def test_nothing_is_scored_without_one_person_in_all_three(people, reason):
    with pytest.raises(NotApplicable, match=reason):
        measure(*people)


def shifted(picture, right):
    matrix = np.array([[1, 0, right], [0, 1, 0.0]])
    moved = cv2.warpAffine(picture, matrix, (320, 240), borderMode=cv2.BORDER_REFLECT)
    moved[0, 0] = picture[0, 0]
    return moved


def test_what_the_camera_does_is_taken_away():
    """The target's camera pans by 20 px while the person goes 30; the edit goes 30 without, or with 8."""
    target, pans = shifted(TARGET, 20), shifted(EDIT, 8)
    still = measure([somebody()], [somebody(50)], [somebody(30)], shown=target)
    assert still.value == pytest.approx(1, abs=0.02)
    assert still.detail["camera"] == pytest.approx(20, abs=0.5)
    assert still.detail["edit_camera"] == 0
    other = measure([somebody()], [somebody(50)], [somebody(38)], pans, target)
    assert other.value == pytest.approx(1, abs=0.02)
    alone = measure([somebody()], [somebody(30)], [somebody(8)], pans)
    assert alone.value == pytest.approx(0, abs=0.02)


def test_where_no_camera_can_be_told_nothing_is_taken_away_from_either():
    plain, pans = np.full_like(TARGET, 90), shifted(EDIT, 8)
    plain[0, 0] = 1
    found = measure([somebody()], [somebody(50)], [somebody(25)], pans, plain)
    assert found.value == pytest.approx(0.5)
    assert (found.detail["camera"], found.detail["edit_camera"]) == (None, None)
    found = measure([somebody()], [somebody(50)], [somebody(25)], np.full_like(EDIT, 2))
    assert (found.detail["camera"], found.detail["edit_camera"]) == (0, None)


def test_the_number_can_be_computed_again_from_what_is_recorded():
    seen = np.linspace(0.4996, 0.9, 33)  # of which the first is not below 0.5 once it is rounded
    people = [somebody(right, seen) for right in (0, 50.3, 21.1)]
    found = measure(*([one] for one in people), edited=shifted(EDIT, 8), shown=shifted(TARGET, 20))
    told = json.loads(json.dumps(found.detail))
    poses = {name: np.array(joints) for name, joints in told["poses"].items()}
    weight = weights(np.array([one[:, 2] for one in poses.values()]))
    first, target, edit = (one[:, :2] for one in poses.values())
    goal, place = (
        undone(np.array(told[f"{which}camera_matrix"]), one) for which, one in (("", target), ("edit_", edit))
    )
    assert pose_alignment(first, goal, place, weight, told["body"]).value == found.value
    assert (np.count_nonzero(weight), told["input_size"]) == (told["joints"], [320, 240])
    assert told["joints"] == 33


def test_a_thing_that_moves_before_nothing_is_no_camera():
    """All points lie on one thing in a corner, which goes 12 px to the right."""
    plain = np.full_like(INPUT, 90)
    thing, moved = plain.copy(), plain.copy()
    thing[5:105, 5:105] = GROUND[5:105, 5:105]
    moved[5:105, 17:117] = GROUND[5:105, 5:105]
    away = Person(JOINTS + np.array([130, 30]), SEEN, 150.0, 0.99)
    assert background(thing, moved, away, away) is None
    assert background(INPUT, shifted(INPUT, 12), away, away)[0, 2] == pytest.approx(12, abs=0.1)


def test_it_takes_no_flow():
    assert METRICS.get("pose_alignment").choice(Instruments("dis")) == {}


def astronaut(right=0.0, turn=0.0, scale=0.8):
    """The astronaut laid on a table."""
    table = cv2.resize(data.coffee(), (960, 640), interpolation=cv2.INTER_CUBIC)
    matrix = cv2.getRotationMatrix2D((256, 256), turn, scale)
    matrix[:, 2] += np.array([400 + right - 256, 330 - 256])
    there = cv2.warpAffine(np.full((512, 512), 255, np.uint8), matrix, (960, 640))
    return np.where(there[..., None] > 127, cv2.warpAffine(data.astronaut(), matrix, (960, 640)), table)


@pytest.mark.slow
@pytest.mark.always("shift")
@pytest.mark.parametrize(
    ("target", "edit", "share"),
    [
        ({"right": 200}, {"right": 100}, 1 / 2),
        ({"turn": 30}, {"turn": 10}, 1 - np.sin(np.pi / 18) / np.sin(np.pi / 12)),
        ({"scale": 1.0}, {"scale": 0.9}, 1 / 2),
    ],
    ids=["shift", "turn", "growth"],
)
def test_a_person_warped_by_a_known_amount(pose_weights, monkeypatch, target, edit, share):
    monkeypatch.setenv("MEBENCH_CACHE", str(pose_weights))
    instruments = Instruments("dis")
    first, wanted, edited = (Image.fromarray(astronaut(**one)) for one in ({}, target, edit))
    found = METRICS.get("pose_alignment")(instruments).measure(
        Comparison(Scene(first, wanted, instruments), edited)
    )
    assert found.value == pytest.approx(share, abs=0.05)
