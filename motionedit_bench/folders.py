"""Finds the folders of models in the folder that a user names, and says what it passes over."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.benchmarks.shard import Shard
from motionedit_bench.errors import PredictionsError
from motionedit_bench.images import SUFFIXES
from motionedit_bench.made_on import benchmark_of
from motionedit_bench.predictions import (
    MANIFEST,
    RECORDS,
    SCORES,
    UNREAD,
    PicturesIn,
    model_name,
    odd_files_in,
)
from motionedit_bench.progress import warn
from motionedit_bench.stores import Place

SHOWN = 2
"""So many names are told where there are too many to tell."""


def open_models(preds: Path, bench: str | None = None) -> tuple[Benchmark, list[Path]]:
    """The benchmark asked for, else the one remembered, and the folders with edits of its items.

    Folders that are passed over are named on standard error.

    Raises:
        PredictionsError: there are none, or no picture is named like an item; nothing was written.
        UsageError, BenchmarkError: see `benchmark_of`.
    """
    benchmark = benchmark_of(model_folders(preds), bench)
    return benchmark, model_folders(preds, benchmark.ids)


def shard_places(preds: Place, shard: Shard, out: Place | None = None) -> tuple[Place, Path]:
    """Where a shard of a scoring finds its edits, and the folder that its scores go to.

    The edits are those that the same shard of a run left, where one did; else those in ``preds``.
    """
    own = shard.place(preds)
    ran = any(own.glob(f"*/{RECORDS}"))
    return own if ran else preds, shard.place(out or preds)


def model_folders(folder: Path, ids: Collection[str] | None = None) -> list[Path]:
    """One model's own folder, or all model folders in a folder of such, sorted by name.

    A folder is a model's if a run left its files there, or if it holds pictures: with ``ids``, one of these
    items' at least; without, scores alone will do. Beside folders of models, loose pictures make a model
    only if they cover more than half of what the fullest of these covers; without ``ids``, where one cannot
    tell what they are of, only if no run or scoring made these. With ``ids``, what is passed over is named
    on standard error.

    Raises:
        PredictionsError: there is no such folder, nothing of that kind in it, or a folder with a name
            that cannot stand in a table.
    """
    if not folder.is_dir():
        is_not = f"{folder} is a file" if folder.exists() else f"no predictions folder {folder}"
        raise PredictionsError(f"{is_not}: give a folder of images, or of models' folders")
    own = Inside.of(folder, ids)
    if own.closed:
        raise PredictionsError(f"{folder} cannot be read: {own.closed}")
    inner = [Inside.of(path, ids) for path in sorted(_folders(folder))]
    models = [one for one in inner if one.is_model]
    fullest = max((one.named for one in models), default=0)
    made = ids is None and not own.scored and any(one.run or one.scored for one in models)
    if own.is_model and (not models or own.run or (2 * own.named > fullest and not made)):
        found = [folder]
        passed = [f"{one.path.name}: {folder} is a model's folder by itself" for one in models]
    else:
        found = [one.path for one in models]
        passed = [f"{one.path.name}: {one.told}" for one in inner if not one.is_model]
        if found and own.pictures:
            passed.append(f"{_some(own.pictures)} in {folder}: the models are the folders in it")
    if not found:
        raise PredictionsError(_nothing(folder, [own, *inner], ids))
    check_names(found)
    for one in passed if ids is not None else ():
        warn(f"passed over {one}")
    return found


@dataclass(frozen=True)
class Inside:
    """What lies in a folder.

    Attributes:
        pictures: names of the files that look like pictures. named: how many items they are of; where
            the items are not known, how many there are. run: whether a run left its files here.
        scored: whether scores alone make a model of it. closed: why it cannot be looked into.
    """

    path: Path
    pictures: tuple[str, ...]
    named: int
    run: bool
    scored: bool
    closed: str | None = None

    @classmethod
    def of(cls, folder: Path, ids: Collection[str] | None) -> "Inside":
        try:
            usual, others = PicturesIn(folder), odd_files_in(folder)
        except OSError as error:
            return cls(folder, (), 0, False, False, error.strerror or type(error).__name__)
        odd = {
            name: paths
            for name, paths in others.items()
            if any(path.suffix.lower() in ("", *UNREAD) for path in paths)
        }
        pictures = {path.name for paths in usual.values() for path in paths}
        pictures |= {path.name for paths in odd.values() for path in paths if path.suffix.lower() in UNREAD}
        named = len(pictures) if ids is None else len((usual.keys() | odd.keys()) & set(ids))
        run = any((folder / name).is_file() for name in (MANIFEST, RECORDS))
        scored = ids is None and (folder / SCORES).is_file()
        return cls(folder, tuple(sorted(pictures)), named, run, scored)

    @property
    def is_model(self) -> bool:
        return bool(self.named) or self.run or self.scored

    @property
    def told(self) -> str:
        """Why it is no model's folder."""
        if self.closed:
            return f"it cannot be read: {self.closed}"
        deeper = ", ".join(f"{name}/ with {count}" for name, count in _deeper(self.path))
        found = ", ".join(filter(None, (_some(self.pictures), deeper)))
        return "no images of items in it" + (f" (found {found})" if found else "")


def _folders(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _deeper(folder: Path) -> Iterator[tuple[str, int]]:
    """The folders in a folder that hold pictures, and how many."""
    for path in sorted(_folders(folder)):
        if count := len(Inside.of(path, None).pictures):
            yield path.name, count


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:SHOWN], *([f".. ({len(names)})"] if len(names) > SHOWN else [])])


def _nothing(folder: Path, looked: Sequence[Inside], ids: Collection[str] | None) -> str:
    """Why a folder holds no predictions, in one line."""
    pictures = [name for one in looked for name in one.pictures]
    if ids is not None and pictures:
        expected = ", ".join([*(f"{name}.png" for name in sorted(ids)[:SHOWN]), ".."])
        found = ", ".join([*pictures[:SHOWN], *([".."] if len(pictures) > SHOWN else [])])
        count = "1 image" if len(pictures) == 1 else f"{len(pictures)} images"
        return (
            f"{folder}: {count}, none named like an item "
            f"(found {found}, expected {expected}): rename them, or say which benchmark with --bench"
        )
    deeper = [
        f"{one.path.name}/{name}/ with {count}"
        for one in looked[1:]
        if not one.closed
        for name, count in _deeper(one.path)
    ]
    return (
        f"{folder} holds no predictions: expected {folder}/<item id>{SUFFIXES[0]} "
        f"or {folder}/<model>/<item id>{SUFFIXES[0]}" + (f"; found {', '.join(deeper)}" if deeper else "")
    )


def check_names(found: Sequence[Path]) -> None:
    """Make sure that every folder can name a model, and that no two read the same."""
    seen: dict[str, str] = {}
    for path in found:
        name = model_name(path)
        if name in seen.values():
            whole = path.parent.parent
            raise PredictionsError(f"{path.parent} holds seeds of {name}: give that model's folder, {whole}")
        twin = seen.setdefault(unicodedata.normalize("NFC", name), name)
        if twin != name:
            raise PredictionsError(
                f"two folders in {path.parent} read {name!r} and differ in how that is encoded "
                f"({twin!a}, {name!a}): rename one"
            )
