"""The first network's answers as people, by answers that are made up."""

import numpy as np
import pytest

from motionedit_bench.metrics.networks.blazepose.detection import anchors, detections, letterboxed, overlaps


def answers(*people):
    """Of boxes (anchor, score, centre, side, hips, rim), all in shares of the network's input."""
    values, logits = np.zeros((2254, 12), np.float32), np.full(2254, -20.0, np.float32)
    for anchor, score, centre, side, hips, rim in people:
        from_anchor = [np.subtract(one, anchors()[anchor]) * 224 for one in (centre, hips, rim)]
        values[anchor, :2], values[anchor, 2:4] = from_anchor[0], side * 224
        values[anchor, 4:8] = np.concatenate(from_anchor[1:])
        logits[anchor] = np.log(score / (1 - score))
    return values, logits


def test_anchors_lie_in_the_middle_of_their_cells():
    found = anchors()
    assert found.shape == (2254, 2)
    assert found[:2] == pytest.approx(np.full((2, 2), 4 / 224))
    assert found[2] == pytest.approx([12 / 224, 4 / 224])
    assert found[1568] == pytest.approx([8 / 224, 8 / 224])
    assert found[1960:1966] == pytest.approx(np.full((6, 2), 16 / 224))
    assert found[-1] == pytest.approx([208 / 224, 208 / 224])


@pytest.mark.parametrize("shape", [(100, 200), (200, 100), (448, 448), (1, 500)])
def test_a_picture_lies_in_the_middle_and_black_around_it(shape):
    found = letterboxed(np.full((*shape, 3), 255, np.uint8))
    assert found.shape == (1, 224, 224, 3)
    rows, columns = ((found[0, ..., 0] == 1).any(axis) for axis in (1, 0))
    for lit, length in ((rows, shape[0]), (columns, shape[1])):
        share = max(1, round(224 * length / max(shape)))
        assert lit.sum() == share
        assert abs(lit[::-1].argmax() - lit.argmax()) <= 1
    assert set(np.unique(found)) <= {-1, 1}


def test_a_person_is_placed_in_pixels_of_the_picture():
    (found,) = detections(*answers((700, 0.9, (0.5, 0.4), 0.1, (0.5, 0.5), (0.5, 0.3))), 400, 200)
    assert found.score == pytest.approx(0.9, abs=1e-6)
    assert found.hips == pytest.approx([199.5, 99.5], abs=1e-3)
    assert found.rim == pytest.approx([199.5, 19.5], abs=1e-3)


def test_boxes_of_one_person_become_their_mean_weighted_by_score():
    one = (700, 0.9, (0.5, 0.5), 0.2, (0.5, 0.6), (0.5, 0.2))
    same = (900, 0.6, (0.52, 0.5), 0.2, (0.55, 0.6), (0.5, 0.2))
    other = (100, 0.7, (0.2, 0.5), 0.2, (0.2, 0.6), (0.2, 0.2))
    doubted = (200, 0.4, (0.8, 0.5), 0.2, (0.8, 0.6), (0.8, 0.2))
    found = detections(*answers(same, other, doubted, one), 1000, 1000)
    assert [round(person.score, 3) for person in found] == [0.9, 0.7]
    assert found[0].hips[0] == pytest.approx(1000 * (0.9 * 0.5 + 0.6 * 0.55) / 1.5 - 0.5, abs=0.1)
    assert detections(*answers(doubted), 1000, 1000) == []


def test_overlaps():
    others = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [2, 2, 3, 3], [5, 5, 5, 5.0]])
    assert overlaps(np.array([0, 0, 2, 2.0]), others) == pytest.approx([1, 1 / 3, 0, 0])
