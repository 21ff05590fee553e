"""The study of faces: what it shows to the cascade is what it says."""

import runpy
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from motionedit_bench.benchmarks.sample.photos import read

SCRIPT = Path(__file__).resolve().parents[2] / "studies" / "mining_faces.py"


@pytest.fixture(scope="module")
def study() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(SCRIPT)))


def test_a_face_is_as_large_as_it_says_and_in_the_middle(study: SimpleNamespace) -> None:
    face = np.load(BytesIO(read("lfw_subset.npy")))[1]
    shown = study.framed(face, 0.5)
    assert shown.shape == (study.SIDE, study.SIDE, 3)
    middle = shown[64:192, 64:192, 0]
    assert np.abs(middle[::2, ::2].mean() / 255 - face.mean()) < 0.02
    assert (shown[63, 64:192] == shown[64, 64:192]).all()  # its mirror image goes on
    assert study.is_seen_in_middle(shown)


def test_the_astronaut_is_turned_about_her_face(study: SimpleNamespace) -> None:
    upright, turned = study.astronaut(0.3, 0), study.astronaut(0.3, 180)
    assert np.abs(upright[96:160, 96:160].astype(int) - turned[::-1, ::-1][95:159, 95:159]).mean() < 8
