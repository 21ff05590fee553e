import io

import numpy as np
import pytest
from PIL import Image

from motionedit_bench.records import Item, Picture
from motionedit_bench.scoring.canary import GRADES, ITEMS, CanaryEdit, canary_edits, verdict

MEANS = {
    ("rocket-lifts-off", 0): 65.2,
    ("rocket-lifts-off", 1): 65.3,
    ("rocket-lifts-off", 2): 65.3,
    ("rocket-lifts-off", 3): 65.3,
    ("coffee-slides-right", 0): 99.1,
    ("coffee-slides-right", 1): 100.1,
    ("coffee-slides-right", 2): 100.8,
    ("coffee-slides-right", 3): 101.4,
    ("shuttle-moves-behind-shoulder", 0): 114.6,
    ("shuttle-moves-behind-shoulder", 1): 114.3,
    ("shuttle-moves-behind-shoulder", 2): 114.1,
    ("shuttle-moves-behind-shoulder", 3): 114.1,
    ("astronaut-joins-photographer", 0): 120.8,
    ("astronaut-joins-photographer", 1): 121.1,
    ("astronaut-joins-photographer", 2): 121.2,
    ("astronaut-joins-photographer", 3): 121.4,
    ("coins-meet", 0): 96.9,
    ("coins-meet", 1): 97.0,
    ("coins-meet", 2): 97.1,
    ("coins-meet", 3): 97.2,
}
"""Mean of all values of each picture, by item and part of the way in thirds."""


@pytest.fixture(scope="module")
def edits():
    return canary_edits()


@pytest.fixture(scope="module")
def pictures(edits):
    read = [np.asarray(Image.open(io.BytesIO(edit.picture.read())).convert("RGB")) for edit in edits]
    return dict(zip(((edit.item.id, round(3 * edit.fraction)) for edit in edits), read, strict=True))


def test_there_are_twenty_of_four_parts_of_the_way(edits):
    assert [(edit.item.id, round(3 * edit.fraction)) for edit in edits] == [
        (item, thirds) for item in ITEMS for thirds in range(4)
    ]
    assert [edit.grade for edit in edits[:4]] == ["identity", "partial", "partial", "target"]


def test_none_of_the_way_is_the_input_and_all_of_it_the_target(edits, pictures):
    for edit in edits[::4]:
        first = np.asarray(Image.open(io.BytesIO(edit.item.input.read())))
        target = np.asarray(Image.open(io.BytesIO(edit.item.target.read())))
        assert (pictures[edit.item.id, 0] == first).all()
        assert (pictures[edit.item.id, 3] == target).all()
        for thirds in (1, 2):
            assert (pictures[edit.item.id, thirds] != first).any()
            assert (pictures[edit.item.id, thirds] != target).any()


def test_the_pictures_are_frozen(pictures):
    """They may differ by rounding from one version of a library to another, and by nothing else."""
    assert {name: round(float(p.mean()), 1) for name, p in pictures.items()} == pytest.approx(MEANS, abs=0.11)


def scores(identity, partial, target):
    """Scores in the order of items within each grade."""
    found = []
    for item in range(5):
        edits = (identity[item], *partial[2 * item : 2 * item + 2], target[item])
        for thirds, score in enumerate(edits):
            picture = Picture("none", bytes)
            found.append((CanaryEdit(Item(ITEMS[item], "", picture), thirds / 3, picture), score))
    return found


def test_a_judge_that_sees_the_motion_is_sound():
    found = verdict(scores([0, 1, 0, 0, 1], [2, 3] * 5, [5, 4, 5, 5, 4]))
    assert found.sound is True
    assert found.message == (
        "canary: Fidelity of target 4.60 (5/5), partial 2.50 (10/10), identity 0.40 (5/5): the order holds"
    )


@pytest.mark.parametrize(
    ("identity", "partial", "target"),
    [
        ([3] * 5, [3] * 10, [3] * 5),  # always the same
        ([5] * 5, [3] * 10, [0] * 5),  # the reverse
        ([0] * 5, [5] * 10, [4] * 5),  # nothing between part and all
        ([2, 3, 2, 3, 3], [2] * 10, [4] * 5),  # nothing between none and part
        ([5, 5, 0, 0, 0], [3] * 10, [1, 1, 5, 5, 5]),  # right on the whole, wrong on two of five
    ],
)
def test_a_judge_that_does_not_is_not(identity, partial, target):
    found = verdict(scores(identity, partial, target))
    assert found.sound is False
    assert "DOES NOT HOLD" in found.message


@pytest.mark.parametrize("unrated", list(GRADES))
def test_with_too_few_scores_nothing_is_told(unrated):
    rated = {"identity": [0.0] * 5, "partial": [2.0] * 10, "target": [5.0] * 5}
    rated[unrated] = [rated[unrated][0]] * 2 + [None] * (len(rated[unrated]) - 2)
    found = verdict(scores(*rated.values()))
    assert found.sound is None
    assert f"(2/{len(rated[unrated])})" in found.message
    assert verdict([]).sound is None


def test_a_judge_that_throws_dice_is_found_nearly_always():
    rng = np.random.default_rng(0)
    thrown = [verdict(scores(*(list(rng.integers(0, 6, size)) for size in (5, 10, 5)))) for _ in range(1000)]
    assert sum(found.sound is True for found in thrown) < 80
