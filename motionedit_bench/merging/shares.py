"""What the shards of one model left: all of them, of one selection of items, each with its manifest."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks.base import check_id
from motionedit_bench.benchmarks.shard import Shard
from motionedit_bench.errors import BenchmarkError, PredictionsError, one_line
from motionedit_bench.files import read_json, read_places
from motionedit_bench.predictions import SEEDS
from motionedit_bench.records import digest_of


@dataclass(frozen=True)
class Share:
    """What one shard left of one model; ``about`` is its ``run.json`` or ``scoring.json``."""

    shard: Shard
    folder: Path
    about: dict[str, Any]

    def __str__(self) -> str:
        return f"shard {self.shard}"

    @property
    def items(self) -> list[str]:
        """The ids of its items, in the benchmark's order."""
        found: list[str] = self.about["share"]["items"]
        return found

    def refuse(self, why: str) -> PredictionsError:
        """The error for a share that is not whole."""
        return PredictionsError(f"{self} {why} ({self.folder}): give its command again")

    def lines(self, name: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """The lines of a log, as bytes and as objects.

        Raises:
            PredictionsError: the last line is torn. StorageError: another one is damaged.
        """
        path = self.folder / name
        if not path.is_file():
            raise self.refuse(f"left no {name}")
        with open(path, "rb") as file:
            if path.stat().st_size and file.seek(-1, 2) and file.read() != b"\n":
                raise self.refuse(f"ended in the middle of a line of {name}")
            for place, record in read_places(path):
                file.seek(place)
                yield file.readline(), record


def shares(folders: Mapping[Shard, Path], manifest: str, same: Sequence[str]) -> list[Share]:
    """The shares of one model that have such a manifest, by number; none where no shard has one.

    Raises:
        PredictionsError: they are of different numbers of shards, one is missing or has not the manifest
            of its place, or they differ at one of the places that have to be the ``same``.
    """
    there = {shard: folder for shard, folder in folders.items() if (folder / manifest).is_file()}
    if not there:
        return []
    first, log = _place(next(iter(there.values())), manifest)
    counts = sorted({shard.of for shard in there})
    if len(counts) > 1:
        told = " and of ".join(map(str, counts))
        raise PredictionsError(f"{first} holds {log} of shards of {told}: remove those of one kind")
    missing = [shard for number in range(counts[0]) if (shard := Shard(number + 1, counts[0])) not in there]
    if missing:
        told = ", ".join(map(str, missing[:5])) + (f" and {len(missing) - 5} more" if missing[5:] else "")
        raise PredictionsError(f"{first} lacks {log} of shard {told}: run them, then merge again")
    found = [_read(shard, there[shard], manifest) for shard in sorted(there, key=lambda one: one.number)]
    for place in (*same, "share.selection"):
        for one in found[1:]:
            _check_same(found[0], one, place)
    if digest_of(order(found)) != found[0].about["share"]["selection"]:
        raise PredictionsError(f"{first}: the shards' items are not all of one selection: run them anew")
    return found


def _place(folder: Path, log: str) -> tuple[Path, str]:
    """The folder of all shards that this one lies in, and the name of a file in it, for a seed with its way.

    >>> _place(Path("preds/m.shards/1-of-2/m/seeds/43"), "run.json")[1]
    'seeds/43/run.json'
    """
    if folder.parent.name != SEEDS:
        return folder.parent.parent, log
    return folder.parents[3], f"{SEEDS}/{folder.name}/{log}"


def order(found: Sequence[Share]) -> list[str]:
    """The ids of all items, in the benchmark's order."""
    most = max(len(one.items) for one in found)
    return [one.items[row] for row in range(most) for one in found if row < len(one.items)]


def sessions(found: Sequence[Share]) -> list[dict[str, Any]]:
    """The sessions of all shares, each with the shard that it was of."""
    return [{**session, "shard": str(one.shard)} for one in found for session in one.about["sessions"]]


def _read(shard: Shard, folder: Path, manifest: str) -> Share:
    path = folder / manifest
    try:
        share = Share(shard, folder, read_json(path.read_bytes()))
        told = Shard(share.about["share"]["number"], share.about["share"]["of"])
        _check_kinds(share.about)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, BenchmarkError) as error:
        raise PredictionsError(f"{path} is not the manifest of a shard ({error!r}): remove it") from error
    if told != shard:
        raise PredictionsError(f"{path} is of shard {told}: put it where it belongs, or run {share} again")
    return share


def _check_kinds(about: Mapping[str, Any]) -> None:
    """Make sure of what merging reads in a manifest beside what has to be the same in all.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: it is of another kind. BenchmarkError: an item's
            id cannot name a file.
    """
    items, sessions = about["share"]["items"], about["sessions"]
    if not items or not sessions:
        raise ValueError("it names no items, or no session")
    for item in items:
        check_id(item, "share")
    if not all(isinstance(one, dict) for one in sessions):
        raise TypeError("its sessions are no objects")
    if not all(isinstance(one, str) for one in about.get("devices", [])):
        raise TypeError("its devices are no names")
    if not all(isinstance(one, int | float) for one in about.get("cost", {}).values()):
        raise TypeError("its cost is no numbers")


def _check_same(first: Share, other: Share, place: str) -> None:
    one, two = first.about, other.about
    for key in place.split("."):
        one, two = (told.get(key, {}) if isinstance(told, dict) else {} for told in (one, two))
    if one != two:
        told = ", ".join(one_line(json.dumps(value), 80) for value in (one, two))
        raise PredictionsError(
            f"shards {first.shard} and {other.shard} differ in {place} ({told}): "
            "make them with the same command and versions"
        )
