"""Films whose shots, cuts and motions are known."""

from pathlib import Path

import pytest
from helpers.videos import mover, pan, still, write_video


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four shots of 72 frames: a subject that moves, a pan, a pan with a subject that moves, nothing."""
    frames = mover(1) + pan(2) + mover(3, background=pan(3)) + still(4)
    return write_video(tmp_path_factory.mktemp("own") / "own.mp4", frames)
