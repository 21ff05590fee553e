"""What one model left: its name, and the image of each item."""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from motionedit_bench import texts
from motionedit_bench.errors import ImageError, PredictionsError
from motionedit_bench.files import read_lines
from motionedit_bench.images import SUFFIXES, decode
from motionedit_bench.records import Picture, Prediction, Status

MANIFEST = "run.json"
RECORDS = "records.jsonl"
SCORES = "scores.jsonl"

USUAL = (".png", ".jpg", ".jpeg", ".webp")
"""Files with these suffixes are taken for pictures unread; with others, those that can be decoded."""

UNREAD = (
    *(".heic", ".heif", ".jxl", ".jp2", ".svg", ".apng", ".ico"),
    *(".ppm", ".pnm", ".pgm", ".tga", ".psd", ".exr", ".hdr", ".dng"),
)
"""Suffixes of pictures of a kind that cannot be decoded, unless the name is wrong."""

BESIDE = (".json", ".jsonl", ".yaml", ".yml", ".txt", ".md", ".csv", ".log", ".npy", ".npz", ".pt")
"""Suffixes of what lies beside a picture and tells of it."""


def model_name(folder: Path) -> str:
    """A model is named by its folder as the user sees it: a link by the link's own name.

    Raises:
        PredictionsError: the folder has no name, or one that cannot be seen or is not UTF-8.
    """
    found = folder.name
    if found in ("", ".."):
        found = (_here() if folder == Path() else folder.resolve()).name
    try:
        return texts.name(found)
    except ValueError as error:
        raise PredictionsError(
            f"the folder {str(folder)!a} cannot name a model, for its name {error}: rename it"
        ) from error


def _here() -> Path:
    """The working folder by the way that the user went, where the shell tells it."""
    told = Path(os.environ.get("PWD", ""))
    return told if told.is_absolute() and told.is_dir() and told.samefile(Path()) else Path.cwd()


def is_of_a_run(name: str) -> bool:
    """Whether a file's name is one of those that a run writes."""
    return name in (MANIFEST, RECORDS) or Path(name).suffix.lower() in SUFFIXES


def pictures_in(folder: Path) -> dict[str, list[Path]]:
    """The files with a picture's suffix that lie in a folder itself, by their names without it."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in _files(folder):
        if path.suffix.lower() in SUFFIXES:
            found[path.name[: -len(path.suffix)]].append(path)
    return found


def odd_files_in(folder: Path) -> dict[str, list[Path]]:
    """The other files, by their names without a suffix and by their whole names; not those of the harness."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in _files(folder):
        if path.suffix.lower() not in SUFFIXES and path.name not in (MANIFEST, RECORDS, SCORES):
            for key in {path.name, path.stem}:
                found[key].append(path)
    return found


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith("."))


class ModelPredictions:
    """All images of one model's folder, by item id; read once, images lazily.

    A file belongs to the item whose id is its name without the suffix.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = model_name(folder)
        self.files = pictures_in(folder)
        self._odd = odd_files_in(folder)
        self._attempts = {record.get("item_id"): record for record in read_lines(folder / RECORDS)}

    def of(self, item_id: str) -> Prediction:
        """The prediction for an item: its file, or the status and reason why there is none.

        A file with another suffix than a picture's usual ones counts if it can be decoded, and is named
        in the reason if not.
        """
        paths = self.files.get(item_id) or self._candidates(item_id)
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            return self._without(item_id, "corrupt", f"two files for one id: {names}; keep one")
        if not paths:
            return self._gap(item_id)
        (path,) = paths
        if path.suffix.lower() not in USUAL and (problem := _problem(path)):
            return self._without(item_id, "corrupt", f"{path.name}: {problem}")
        return Prediction(self.model, item_id, Picture(str(path), path.read_bytes))

    def _candidates(self, item_id: str) -> list[Path]:
        return [path for path in self._odd.get(item_id, ()) if path.suffix.lower() not in BESIDE]

    def _gap(self, item_id: str) -> Prediction:
        attempt = self._attempts.get(item_id, {})
        if attempt.get("status") in ("failed", "refused"):
            status: Status = "refused" if attempt["status"] == "refused" else "failed"
            return self._without(item_id, status, f"the run says: {attempt.get('reason')}")
        beside = ", ".join(path.name for path in self._odd.get(item_id, ()))
        more = f", though {beside} is there" if beside else ""
        return self._without(item_id, "missing", f"no image for this item{more}")

    def _without(self, item_id: str, status: Status, reason: str) -> Prediction:
        return Prediction(self.model, item_id, None, status, reason)


def _problem(path: Path) -> str | None:
    try:
        decode(path.read_bytes())
    except ImageError as error:
        return str(error)
    except OSError as error:
        return f"cannot be read: {error.strerror or type(error).__name__}"
    return None
