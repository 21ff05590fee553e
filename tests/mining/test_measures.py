"""Measures: a camera is told from a subject, and bars from a picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from helpers.videos import HEIGHT, WIDTH, halved, mover, pan, still, texture, write_video

from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.mining.camera import STILL, displacement, fit
from motionedit_bench.mining.looks import without_bars
from motionedit_bench.mining.measures import Window, measure, measure_pairs
from motionedit_bench.mining.pictures import coloured
from motionedit_bench.mining.records import Measures, Pair
from motionedit_bench.mining.settings import MeasureSettings

DIAGONAL = float(np.hypot(HEIGHT, WIDTH))


def seen(frames: Sequence[np.ndarray]) -> Measures:
    """The measures of frames, every third of which is looked at, as at 8 of 24 a second."""
    grey = [frame.mean(axis=2).astype(np.uint8) for frame in (frames[0], frames[-1])]
    return measure(Window([*frames[:-1:3], frames[-1]], *grey), Dis())


def test_a_pan_is_found_as_a_pan(tmp_path: Path) -> None:
    path = write_video(tmp_path / "pan.mp4", pan(2, 77))
    pair = Pair("pan", "0" * 64, 0, 2 / 24, 74 / 24)
    found = measure_pairs(path, [pair], MeasureSettings(), Dis())[0]
    assert found.shift == pytest.approx((-72, 0), abs=1)
    assert found.camera == pytest.approx(72 / DIAGONAL, abs=1 / DIAGONAL)
    assert found.subject < 0.002
    assert found.moved < 0.02


def test_a_pan_behind_a_subject_that_moves() -> None:
    found = seen(mover(3, 49, background=pan(3, 49)))
    assert found.shift == pytest.approx((-48, 0), abs=1)
    assert found.moved > 0.05
    assert found.subject > 0.002


def test_a_subject_before_a_camera_at_rest() -> None:
    found = seen(mover(1, 49))
    assert found.camera < 0.003
    side = HEIGHT * 2 // 5
    assert found.subject == pytest.approx(24 / DIAGONAL * side**2 / (HEIGHT * WIDTH), rel=0.5)
    assert found.moved == pytest.approx(side**2 / (HEIGHT * WIDTH), rel=0.4)
    assert found.direction[0] > 5 * abs(found.direction[1])
    assert found.fb > 0.85
    assert found.inliers > 0.7


def test_nothing_moves() -> None:
    found = seen(still(4, 25))
    assert (found.camera, found.subject, found.moved, found.fb, found.inliers) == (0, 0, 0, 1, 1)
    assert found.phash[0] == found.phash[1]
    assert found.sharpness[0] == found.sharpness[1] > 0
    assert found.light[0] == pytest.approx(0.5, abs=0.05)


def test_bars_are_no_camera_at_rest() -> None:
    framed = [frame.copy() for frame in pan(2, 49)]
    for frame in framed:
        frame[:40] = frame[-40:] = 0
    found = seen(framed)
    assert found.box == (0, 40, WIDTH, HEIGHT - 40)
    assert found.shift == pytest.approx((-48, 0), abs=1)
    assert found.light[0] == pytest.approx(0.5, abs=0.05)


def test_a_similarity_is_found_in_its_flow() -> None:
    turned = np.array([[0.99, -0.03, 4.0], [0.03, 0.99, -2.0], [0, 0, 1]])
    flow = displacement(turned, HEIGHT, WIDTH).astype(np.float32)
    flow[:60, :60] += 20  # what moves by itself
    found = fit(flow)
    assert found.matrix == pytest.approx(turned, abs=1e-3)
    assert found.inliers == pytest.approx(1 - 60 * 60 / (HEIGHT * WIDTH), abs=0.03)


def test_no_fit_is_no_agreement() -> None:
    nowhere = np.full((HEIGHT, WIDTH, 2), np.nan, np.float32)
    assert fit(nowhere).inliers == 0
    assert (fit(nowhere).matrix == STILL).all()


def test_frames_of_no_common_place_have_no_subject() -> None:
    found = seen(halved(pan(5, 100, step=2.0)))
    assert found.camera > 0.9
    assert (found.subject, found.moved, found.fb) == (0, 0, 0)


@pytest.mark.parametrize(
    ("dark", "box"),
    [
        ((slice(0, 30), slice(None)), (0, 30, WIDTH, HEIGHT)),
        ((slice(None), slice(290, None)), (0, 0, 290, HEIGHT)),
        ((slice(0, 150), slice(None)), (0, 0, WIDTH, HEIGHT)),  # so much is a dark picture
        ((slice(None), slice(None)), (0, 0, WIDTH, HEIGHT)),
    ],
)
def test_bars(dark: tuple[slice, slice], box: tuple[int, int, int, int]) -> None:
    grey = np.clip(texture(6).mean(axis=2), 60, 255).astype(np.uint8)
    barred = grey.copy()
    barred[dark] = 3
    assert without_bars(barred, barred) == box
    assert without_bars(barred, grey) == (0, 0, WIDTH, HEIGHT)  # in one frame only: it is no bar


def test_a_flow_in_colours() -> None:
    flow = np.zeros((2, 2, 2), np.float32)
    flow[0, 1] = (5, 0)
    flow[1, 0] = (0, 20)
    painted = coloured(flow, 10)
    assert painted[0, 0].tolist() == painted[1, 1].tolist() == [255, 255, 255]
    assert painted[0, 1].tolist() == pytest.approx([255, 128, 128], abs=1)
    assert painted[1, 0].tolist() == pytest.approx([128, 255, 0], abs=1)  # longer than full is full
