"""A board with figures of every standing."""

import shutil
from pathlib import Path

import pytest
from helpers.mixed_board import make_board
from helpers.shared import once


@pytest.fixture(scope="session")
def whole_board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, and to be read alone."""
    return once(tmp_path_factory, "mixed", make_board) / "board"


@pytest.fixture
def board(whole_board: Path, tmp_path: Path) -> Path:
    """A copy of it to be spoilt, of the same benchmark."""
    return Path(shutil.copytree(whole_board, tmp_path / "board"))
