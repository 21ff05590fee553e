"""Finds scored models: folders that were scored here, or the submissions that count on a board."""

from pathlib import Path

from motionedit_bench.errors import PredictionsError
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.format import CHECKSUMS, IMAGES, Checksums
from motionedit_bench.leaderboard.submission.history import SUBMISSIONS, current
from motionedit_bench.leaderboard.submission.reading import Hostile
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.predictions import model_folders, model_name
from motionedit_bench.records import digest
from motionedit_bench.scoring.rows import SCORING


def scored_folders(folder: Path) -> list[Path]:
    """The folders with scores: of one model, of a folder of models, or of a board's ``submissions/``.

    Raises:
        PredictionsError: nothing is scored there.
    """
    if is_board(folder):
        found = list(current(folder).values())
        if not found:
            raise PredictionsError(f"{folder / SUBMISSIONS} holds no submission that counts")
        return found
    found = [path for path in model_folders(folder) if (path / SCORING).exists()]
    if not found:
        raise PredictionsError(f"nothing is scored in {folder}: run `mebench score {folder}` first")
    return found


def picture_folders(folder: Path, items: int) -> dict[str, Path]:
    """Where each model's edits are, by model.

    A board has those that were submitted with images, of submissions that it has checked and accepted, and
    that are still as they were: no other's pictures are opened, and no links are followed. ``items`` are the
    benchmark's, which bound what is read of a submission.
    """
    if is_board(folder):
        found = {}
        for model, path in current(folder).items():
            record = checked(folder, model, path.name)
            images = path / IMAGES
            if record is not None and record.accepted and images.is_dir() and _is_intact(path, items):
                found[model] = images
        return found
    return {model_name(path): path for path in model_folders(folder)}


def is_board(folder: Path) -> bool:
    """Whether the folder is a board: one with ``submissions/``."""
    return (folder / SUBMISSIONS).is_dir()


def _is_intact(submission: Path, items: int) -> bool:
    """Whether a submission holds plain files alone, and those that its checksums and its hash are of."""
    try:
        with open_contents(submission, Bounds(items)) as contents:
            sums = contents.read(CHECKSUMS)
            named = Checksums.model_validate_json(sums).files
            names = contents.sizes.keys() - {CHECKSUMS}
            same = all(digest(contents.read(name)) == named.get(name) for name in names)
            return same and digest(sums) == submission.name
    except (Hostile, KeyError, OSError, ValueError):
        return False
