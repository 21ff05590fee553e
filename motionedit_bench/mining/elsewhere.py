"""Pairs that another benchmark has nearly: what a model is trained on must not test it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import BenchmarkError, ImageError
from motionedit_bench.images import decode, to_array
from motionedit_bench.mining.journals import StageJournal, key_of
from motionedit_bench.mining.looks import phash, ways
from motionedit_bench.mining.records import Decision, Measured
from motionedit_bench.progress import Progress
from motionedit_bench.provenance import package_version
from motionedit_bench.records import Item


@dataclass(frozen=True)
class Elsewhere:
    """The pictures of another benchmark, by their perceptual hashes.

    Attributes:
        name: of the benchmark. fingerprint: of its items.
        items: the item that each hash is of. hashes: 64 bits each, uint64 of the same length; several a
            picture, see `looks.ways`.
    """

    name: str
    fingerprint: str
    items: Sequence[str]
    hashes: npt.NDArray[np.uint64]

    def facts(self) -> dict[str, Any]:
        """What ``mine.json`` says of it."""
        return {"not_in": {"benchmark": self.name, "fingerprint": self.fingerprint}}

    def decide(self, kept: Sequence[Measured], differ: int) -> list[Decision]:
        """Drop each pair of which a picture differs by fewer than ``differ`` bits from one that is there.

        Input and target are both held against all inputs and targets, as they are, without black bars, and
        mirrored: the decision names the nearest item.
        """
        return [self._decide(one, differ) for one in kept]

    def _decide(self, one: Measured, differ: int) -> Decision:
        own = np.array([int(side, 16) for side in one.measures.phash], np.uint64)
        distance = np.bitwise_count(self.hashes[None] ^ own[:, None]).min(axis=0)
        place = int(distance.argmin())
        if distance[place] >= differ:
            return Decision(one.pair.id, True)
        other = f"{self.name}: {self.items[place]}"
        return Decision(one.pair.id, False, "elsewhere", float(distance[place]), differ, other)


def elsewhere(bench: Path, other: Benchmark) -> Elsewhere:
    """Hash the pictures of another benchmark; ``bench/mine/elsewhere.jsonl`` keeps the hashes.

    Raises:
        BenchmarkError: a picture of it cannot be read.
        StorageError: the journal cannot be written.
    """
    items: list[str] = []
    hashes: list[int] = []
    with (
        StageJournal(bench, "elsewhere") as journal,
        Progress(f"hashing {other.name}", len(other.items)) as progress,
    ):
        for item in other.items:
            found = _kept(journal, item)
            items += [item.id] * len(found)
            hashes += [int(one, 16) for one in found]
            progress.advance()
    return Elsewhere(other.name, other.fingerprint(), items, np.array(hashes, np.uint64))


def _kept(journal: StageJournal, item: Item) -> list[str]:
    pictures = [item.input, *([item.target] if item.target else [])]
    try:
        key = key_of("elsewhere", 2, [one.digest for one in pictures], package_version("imagehash"))
        row = journal.get(key)
        if row is None:
            found = [phash(way) for one in pictures for way in ways(to_array(decode(one.read())))]
            row = journal.add(key, {"item": item.id, "phash": found})
    except (ImageError, OSError) as error:
        raise BenchmarkError(f"item {item.id} cannot be compared with: {error}") from error
    return [str(one) for one in row["phash"]]
