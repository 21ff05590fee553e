"""What one model left: its name, and the image of each item."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench import texts
from motionedit_bench.errors import ImageError, PredictionsError
from motionedit_bench.files import read_lines
from motionedit_bench.images import SUFFIXES, decode
from motionedit_bench.records import Picture, Prediction, Status

MANIFEST = "run.json"
RECORDS = "records.jsonl"
SCORES = "scores.jsonl"
COMPARISONS = "comparisons.jsonl"

SCORING = "scoring.json"
"""Beside ``scores.jsonl``: the benchmark, the items expected, and what the scores were made with."""

CHECKSUMS = "checksums.json"
"""What a submission has, and neither a run nor a scoring: all in its folder is its submitter's word."""

SEEDS = "seeds"
"""In a model's folder: the folders of its further seeds, each named by its seed, and as whole as its own."""

SEED = re.compile(r"-?\d{1,19}", re.ASCII)

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
    """A model is named by its folder as the user sees it: a link by the link's own name. The folder of a
    further seed is named by its model's.

    Raises:
        PredictionsError: the folder has no name, or one that cannot be seen or is not UTF-8.
    """
    if folder.parent.name == SEEDS and SEED.fullmatch(folder.name):
        return model_name(folder.parent.parent)
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


def seed_folders(folder: Path) -> list[Path]:
    """The folders of a model's further seeds, by seed.

    >>> seed_folders(Path("nowhere"))
    []
    """
    inside = folder / SEEDS
    found = (one for one in inside.iterdir() if one.is_dir()) if inside.is_dir() else ()
    return sorted((one for one in found if SEED.fullmatch(one.name)), key=lambda one: int(one.name))


def is_of_a_run(name: str) -> bool:
    """Whether a file's name is one of those that a run writes."""
    return name in (MANIFEST, RECORDS) or Path(name).suffix.lower() in SUFFIXES


class PicturesIn(Mapping[str, Sequence[Path]]):
    """The files with a picture's suffix that lie in a folder itself, by their names without it.

    What is held of a file is its name: so many may lie there as there are items.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._suffixes: dict[str, tuple[str, ...]] = {}
        alike: dict[tuple[str, ...], tuple[str, ...]] = {}
        for name in _files(folder):
            suffix = _suffix(name)
            if suffix.lower() in SUFFIXES:
                stem = name.removesuffix(suffix)
                found = (*self._suffixes.get(stem, ()), suffix)
                self._suffixes[stem] = alike.setdefault(found, found)

    def __getitem__(self, stem: str) -> Sequence[Path]:
        return [self._folder / f"{stem}{suffix}" for suffix in self._suffixes[stem]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._suffixes)

    def __len__(self) -> int:
        return len(self._suffixes)

    def __contains__(self, stem: object) -> bool:
        return stem in self._suffixes


def odd_files_in(folder: Path) -> dict[str, list[Path]]:
    """The other files, by their names without a suffix and by their whole names; not those of the harness."""
    found: dict[str, list[Path]] = defaultdict(list)
    for name in _files(folder):
        if _suffix(name).lower() not in SUFFIXES and name not in (MANIFEST, RECORDS, SCORES):
            for key in {name, name.removesuffix(_suffix(name))}:
                found[key].append(folder / name)
    return found


def _files(folder: Path) -> list[str]:
    """Names of the files in a folder itself, in order."""
    with os.scandir(folder) as entries:
        return sorted(one.name for one in entries if not one.name.startswith(".") and _is_file(one))


def _is_file(entry: os.DirEntry[str]) -> bool:
    return Path(entry.path).is_file() if entry.is_symlink() else entry.is_file()


def _suffix(name: str) -> str:
    """As `Path.suffix` has it, without a path."""
    place = name.rfind(".")
    return name[place:] if 0 < place < len(name) - 1 else ""


class ModelPredictions:
    """All images of one model's folder, by item id; read once, images lazily.

    A file belongs to the item whose id is its name without the suffix.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = model_name(folder)
        self.files = PicturesIn(folder)
        self._odd = odd_files_in(folder)
        self._gaps = _gaps(folder / RECORDS)

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
        if item_id in self._gaps:
            status, reason = self._gaps[item_id]
            return self._without(item_id, status, f"the run says: {reason}")
        beside = ", ".join(path.name for path in self._odd.get(item_id, ()))
        more = f", though {beside} is there" if beside else ""
        return self._without(item_id, "missing", f"no image for this item{more}")

    def _without(self, item_id: str, status: Status, reason: str) -> Prediction:
        return Prediction(self.model, item_id, None, status, reason)


def _gaps(records: Path) -> dict[str, tuple[Status, Any]]:
    """Of each item whose last record in a run's log says that it was not edited: status and reason."""
    found: dict[str, tuple[Status, Any]] = {}
    for record in read_lines(records):
        status, item_id = record.get("status"), record.get("item_id")
        if not isinstance(item_id, str):
            continue
        if status in ("failed", "refused"):
            found[item_id] = status, record.get("reason")
        else:
            found.pop(item_id, None)
    return found


def _problem(path: Path) -> str | None:
    try:
        decode(path.read_bytes())
    except ImageError as error:
        return str(error)
    except OSError as error:
        return f"cannot be read: {error.strerror or type(error).__name__}"
    return None
