"""Finds scored models: folders that were scored here, or the submissions that count on a board."""

from pathlib import Path

from motionedit_bench.errors import PredictionsError
from motionedit_bench.leaderboard.submission.history import SUBMISSIONS, current
from motionedit_bench.predictions import model_folders, model_name
from motionedit_bench.scoring.rows import SCORING


def scored_folders(folder: Path) -> list[Path]:
    """The folders with scores: of one model, of a folder of models, or of a board's ``submissions/``.

    Raises:
        PredictionsError: nothing is scored there.
    """
    if _is_board(folder):
        found = list(current(folder).values())
        if not found:
            raise PredictionsError(f"{folder / SUBMISSIONS} holds no submission that counts")
        return found
    found = [path for path in model_folders(folder) if (path / SCORING).exists()]
    if not found:
        raise PredictionsError(f"nothing is scored in {folder}: run `mebench score {folder}` first")
    return found


def picture_folders(folder: Path) -> dict[str, Path]:
    """Where each model's edits are, by model; a board has those that were submitted with images."""
    if _is_board(folder):
        found = {model: path / "images" for model, path in current(folder).items()}
        return {model: path for model, path in found.items() if path.is_dir()}
    return {model_name(path): path for path in model_folders(folder)}


def _is_board(folder: Path) -> bool:
    return (folder / SUBMISSIONS).is_dir()
