"""Finds scored models and their names: folders that were scored here, or a board's submissions."""

from collections.abc import Sequence
from pathlib import Path

from motionedit_bench.errors import PredictionsError, UsageError
from motionedit_bench.folders import check_names, model_folders
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.format import CHECKSUMS, IMAGES, Checksums
from motionedit_bench.leaderboard.submission.history import HASH, SUBMISSIONS, current
from motionedit_bench.leaderboard.submission.reading import Hostile
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.predictions import MANIFEST, RECORDS, SCORING, PicturesIn, model_name
from motionedit_bench.progress import warn
from motionedit_bench.records import digest
from motionedit_bench.scoring.rows import read_scoring


def scored_folders(folder: Path) -> list[Path]:
    """The folders with scores: of one model, of a folder of models, or of a board's ``submissions/``.

    Models that are not scored are passed over, by name on standard error.

    Raises:
        PredictionsError: nothing is scored there, or a folder cannot name a model, or not it alone.
    """
    if is_board(folder):
        found = list(current(folder).values())
        if not found:
            raise PredictionsError(f"{folder / SUBMISSIONS} holds no submission that counts")
        return found
    inner = [path for path in _inner(folder) if (path / SCORING).exists()]
    if inner and not ((folder / SCORING).exists() and _is_whole(folder)):
        check_names(inner)
        for path in _inner(folder):
            if path not in inner and ((path / MANIFEST).exists() or PicturesIn(path)):
                warn(f"passed over {path.name}: it is not scored")
        return inner
    found = [path for path in model_folders(folder) if (path / SCORING).exists()]
    if not found:
        raise PredictionsError(f"nothing is scored in {folder}: run `mebench score {folder}` first")
    return found


def scored_name(folder: Path) -> str:
    """What a scored folder is called in tables: as its entry reads, or as a submission's on its board.

    What the model was called when it was scored does not matter: folders are renamed and copied.

    Raises:
        PredictionsError: the folder cannot name a model.
    """
    place = folder if folder.name else folder.resolve()
    if HASH.fullmatch(place.name) and place.parent.parent.name == SUBMISSIONS:
        return model_name(place.parent)
    return model_name(folder)


def scored_names(folders: Sequence[Path]) -> list[str]:
    """Names that tell scored folders apart: their own where they differ, else by the way to them.

    Raises:
        UsageError: a folder is given twice.
    """
    names = [scored_name(folder) for folder in folders]
    told = [
        name if names.count(name) == 1 else str(folder) for name, folder in zip(names, folders, strict=True)
    ]
    for name in told:
        if told.count(name) > 1:
            raise UsageError(f"{name} is given twice: a model cannot be told from itself")
    return told


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
    return {scored_name(path): path for path in model_folders(folder)}


def _inner(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _is_whole(folder: Path) -> bool:
    """Whether scores beside folders of models are of a model, and not of a stray picture once scored here."""
    if (folder / MANIFEST).exists() or (folder / RECORDS).exists():
        return True
    ids = {item["id"] for item in read_scoring(folder / SCORING)["items"]}
    return 2 * len(ids & PicturesIn(folder).keys()) > len(ids)


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
