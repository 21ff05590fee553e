"""Merges shards on the disk: everything is put together beside them, then moved into its place."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.benchmarks.shard import Shard, places, shards_of
from motionedit_bench.errors import PredictionsError, StorageError
from motionedit_bench.files import TEMPORARY, json_bytes, make_folder, write_whole
from motionedit_bench.locks import alone
from motionedit_bench.merging.runs import merged_run
from motionedit_bench.merging.scores import check_rows, merged_rows, merged_scoring
from motionedit_bench.merging.shares import shares
from motionedit_bench.predictions import MANIFEST, RECORDS, SCORES, SCORING, SEEDS, USUAL, seed_folders
from motionedit_bench.progress import Progress
from motionedit_bench.running.manifest import SAME

OF_RUN = (*(place for place in SAME if place != "share"), "provenance.revision", "provenance.batch")
OF_SCORING = ("format", "model", "bench.fingerprint", "items", "errata")
"""What all shards of a run, and of a scoring, have in common."""

LAST = (RECORDS, MANIFEST, SCORES, SCORING)
"""Files that are moved behind all others, in this order: what makes a run, or scores, comes at the end."""


@dataclass(frozen=True)
class Merged:
    """One model whose shards were merged into ``folder``; ``new`` says whether that changed anything.

    Attributes:
        items: of the run. failed: those without an edit. rows: of scores, those that count.
    """

    folder: Path
    shards: int
    items: int = 0
    failed: int = 0
    rows: int = 0
    new: bool = True


def merge(out: Path) -> list[Merged]:
    """Merge the shards in ``OUT.shards`` into ``out``, model by model; they stay where they are.

    Where the folder is there already, only what it lacks is added, and what it has must be the same.

    Raises:
        PredictionsError: there are none, they do not make a whole, or ``out`` holds something else;
            nothing of that model was written.
        StorageError: it cannot be written.
    """
    found = _models(out)
    if not found:
        raise PredictionsError(
            f"no shards of {out}: expected {shards_of(out)}/I-of-N/<model>, made with --shard I/N"
        )
    with alone(shards_of(out), "merging"):
        shutil.rmtree(shards_of(out) / f".merging{TEMPORARY}", ignore_errors=True)  # of one that was killed
        return [_merge(folder, parts, shards_of(out)) for folder, parts in found.items()]


def _models(out: Path) -> dict[Path, dict[Shard, Path]]:
    """What is to be merged into which folder: ``out`` itself where it is named like the only model. A
    model's further seeds are merged each by itself."""
    models: dict[str, dict[Shard, Path]] = {}
    for shard, place in places(out).items():
        for path in sorted(place.iterdir()):
            if path.is_dir() and not path.name.startswith("."):
                models.setdefault(path.name, {})[shard] = path
    own = shards_of(out).name == f"{next(iter(models), '')}.shards" and len(models) == 1
    found: dict[Path, dict[Shard, Path]] = {}
    for name, parts in models.items():
        folder = out if own else out / name
        found[folder] = parts
        for shard, path in parts.items():
            for seed in seed_folders(path):
                found.setdefault(folder / SEEDS / seed.name, {})[shard] = seed
    return found


def _merge(folder: Path, parts: Mapping[Shard, Path], beside: Path) -> Merged:
    ran, scored = shares(parts, MANIFEST, OF_RUN), shares(parts, SCORING, OF_SCORING)
    if not ran and not scored:
        raise PredictionsError(
            f"the shards of {folder} hold neither {MANIFEST} nor {SCORING}: run them first"
        )
    rows = check_rows(scored) if scored else 0
    staging = make_folder(beside / f".merging{TEMPORARY}" / folder.name)
    try:
        run = merged_run(ran) if ran else None
        if run:
            with Progress(f"merging {folder.name}", len(run.images)) as progress:
                for image in run.images:
                    write_whole(staging / image.name, image.read())
                    progress.advance()
            _write_lines(staging / RECORDS, run.records)
            write_whole(staging / MANIFEST, json_bytes(run.manifest, indent=1))
        if scored:
            _write_lines(staging / SCORES, merged_rows(scored))
            write_whole(staging / SCORING, json_bytes(merged_scoring(scored), indent=1))
        new = _move(staging, folder)
    finally:
        shutil.rmtree(staging.parent, ignore_errors=True)
    items = len(run.images) + run.failed if run else 0
    return Merged(folder, len(ran or scored), items, run.failed if run else 0, rows, new)


def _move(staging: Path, folder: Path) -> bool:
    """Move what was put together to its place; whether anything of it was not there yet."""
    try:
        if not folder.exists():
            make_folder(folder.parent)
            os.rename(staging, folder)
            return True
        _check_pictures(staging, folder)
        made = sorted(
            staging.iterdir(), key=lambda path: (path.name in LAST and 1 + LAST.index(path.name), path)
        )
        for path in made:
            if (folder / path.name).exists() and _content(folder / path.name) != _content(path):
                raise PredictionsError(
                    f"{folder} is there already, and its {path.name} is not the shards': move it away"
                )
        new = [path for path in made if not (folder / path.name).exists()]
        for path in new:
            os.rename(path, folder / path.name)
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror or error}") from error
    return bool(new)


def _check_pictures(staging: Path, folder: Path) -> None:
    """Make sure that a folder to which a run is moved holds no pictures but the run's."""
    if (staging / MANIFEST).exists():
        there = {path.name for path in folder.iterdir() if path.suffix.lower() in USUAL}
        if others := sorted(there - {path.name for path in staging.iterdir()}):
            raise PredictionsError(
                f"{folder} is there already, and its {others[0]} is not the shards': move it away"
            )


def _content(path: Path) -> object:
    """A file's bytes; a manifest without its sessions, for a later one may stand in the merged folder."""
    content = path.read_bytes()
    if path.name not in (MANIFEST, SCORING):
        return content
    try:
        return {name: value for name, value in json.loads(content).items() if name != "sessions"}
    except (ValueError, AttributeError):
        return content


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    try:
        with open(path, "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
