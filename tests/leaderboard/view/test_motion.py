"""What is drawn of a motion, and what is told of it."""

import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.errors import ImageError
from motionedit_bench.leaderboard.view.arrows import Arrows
from motionedit_bench.leaderboard.view.motion import (
    Motion,
    edit_motion,
    error_of_motion,
    full_motion,
    target_motion,
    told,
)
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.instruments import Instruments


def compared(target, edit):
    first = photograph(1, 240, 160)[:, :200]
    scene = Scene(Image.fromarray(first), Image.fromarray(target), Instruments("dis"))
    return Comparison(scene, Image.fromarray(edit))


def panned(by=4):
    return np.roll(photograph(1, 240, 160), -by, axis=1)[:, :200]


def with_a_moved_middle(by):
    first = photograph(1, 240, 160)[:, :200]
    moved = first.copy()
    moved[40:120, 50 + by : 140 + by] = first[40:120, 50:140]
    return moved


def test_the_arrows_of_target_and_edit_are_of_what_moves_in_them():
    comparison = compared(with_a_moved_middle(4), panned())
    wanted, made = target_motion(comparison.scene, 4), edit_motion(comparison, 4)
    assert wanted.seen
    assert wanted.arrows.camera == 0
    assert np.median([dx for _, _, dx, _ in wanted.arrows.arrows]) == pytest.approx(4, abs=0.2)
    assert made.seen
    assert made.arrows.camera == pytest.approx(4, abs=0.3)
    assert made.arrows.arrows == ()


def test_the_line_around_what_moves_is_left_out_where_nearly_everything_does():
    some = compared(with_a_moved_middle(4), panned())
    everything = compared(panned(), with_a_moved_middle(4))
    error, outlined = error_of_motion(some, full_motion(some))
    assert outlined
    assert (error[..., 2] > 200).any()  # white, which no error is
    error, outlined = error_of_motion(everything, full_motion(everything))
    assert not outlined
    assert not (error[..., 2] > 200).any()


def test_a_motion_that_the_flow_does_not_see_has_no_arrows():
    found = edit_motion(compared(panned(), photograph(7, 200, 160)), 10)
    assert found.trust < 0.5
    assert (found.seen, found.arrows.arrows) == (False, ())


def test_without_a_flow_back_an_edit_has_no_arrows_either(monkeypatch):
    comparison = compared(panned(), with_a_moved_middle(4))
    _ = comparison.flow

    def too_large(*arguments):
        raise ImageError("does not fit")

    monkeypatch.setattr(Dis, "flow", too_large)
    found = edit_motion(comparison, 10)
    assert (found.trust, found.arrows.arrows) == (None, ())


@pytest.mark.parametrize(
    ("trust", "camera", "words"),
    [
        (None, None, "whether the flow saw it is not known, so it has no arrows"),
        (0.12, 3.0, "the flow saw 12 % of what happens, too little to be read as motion"),
        (0.8, None, "no camera's motion can be told from the subjects', nothing is taken away"),
        (0.8, 0.0, "the flow saw 80 % of what happens; the camera stands still"),
        (0.8, 3.21, "the flow saw 80 % of what happens; the camera moves by 3.2 px"),
    ],
)
def test_what_the_flow_saw_and_the_camera_did_is_told(trust, camera, words):
    pixels = np.zeros((4, 4, 3), np.uint8)
    assert told(Motion(pixels, Arrows((), camera, 100.0), trust)).endswith(words)
