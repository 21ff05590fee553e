"""What a benchmark is, whatever it was read from."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from motionedit_bench.benchmarks.shard import Shard
from motionedit_bench.errors import BenchmarkError, UsageError, one_line, unknown_name
from motionedit_bench.records import Item, Picture, canonical, digest_of

METADATA = "metadata.jsonl"
"""The file that makes a folder a benchmark."""

ID_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,128}")


def check_id(value: object, where: str) -> str:
    """The id, if it can name a file on every system and cannot leave its folder.

    Raises:
        BenchmarkError: it is no string, has other characters than ``A-Z a-z 0-9 . _ -``, is
            longer than 128, or consists of dots alone.
    """
    if not isinstance(value, str) or not ID_PATTERN.fullmatch(value) or not value.strip("."):
        raise BenchmarkError(
            f"{where}: id must be a string of 1 to 128 of the characters A-Z a-z 0-9 . _ - "
            f"(and not dots alone), but got {one_line(repr(value), most=160)}"
        )
    return value


@dataclass(frozen=True)
class Benchmark:
    """A named, ordered set of items with unique ids, which differ in more than their case: each names a file.

    ``spec`` is what ``--bench`` takes to open the same benchmark again; ``revision`` pins a hub data
    set to a commit (``None`` elsewhere); ``default_flow`` is the estimator that its scores use
    unless another is asked for; ``columns`` say which column of a data set each field was read from
    (``None`` where there are none).

    Attributes:
        whole: where this is a shard, the benchmark that it is of; fingerprint and facts are the whole's.
        share: what manifests say of the shard: its number and of how many, the ids of its items, and
            ``selection``, a hash of the ids of all that the shards share, in their order.
    """

    name: str
    spec: str
    items: Sequence[Item]
    default_flow: str = "far"
    revision: str | None = None
    columns: Mapping[str, str] | None = None
    whole: "Benchmark | None" = None
    share: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not self.items:
            raise BenchmarkError(f"benchmark {self.name} has no items")
        seen: set[str] = set()
        for item in self.items:
            if item.id.lower() in seen:
                raise BenchmarkError(
                    f"benchmark {self.name}: id {item.id!r} occurs twice, on some disks at least"
                )
            seen.add(item.id.lower())

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(item.id for item in self.items)

    def fingerprint(self, progress: Callable[[], None] = lambda: None) -> str:
        """SHA-256 over ids, instructions and image bytes; the order of the items does not matter.

        Reads every image once, and remembers what comes of it. ``progress`` is called per item. A
        shard has the fingerprint of the whole benchmark.
        """
        if self.whole is not None:
            return self.whole.fingerprint(progress)
        if "_fingerprint" not in self.__dict__:
            self.__dict__["_fingerprint"] = self._hashed(progress)
        return str(self.__dict__["_fingerprint"])

    def _hashed(self, progress: Callable[[], None]) -> str:
        """`digest_of` a list with an entry an item, in the order of ids, that is never there as a whole."""
        ids = [item.id for item in self.items]
        hashed = hashlib.sha256(b"[")
        for count, place in enumerate(sorted(range(len(ids)), key=ids.__getitem__)):
            item = self.items[place]
            target = _digest(item.target) if item.target else None
            entry = [item.id, item.instruction, _digest(item.input), target]
            hashed.update((b"," if count else b"") + canonical(entry))
            progress()
        hashed.update(b"]")
        return hashed.hexdigest()

    def facts(self) -> dict[str, Any]:
        """What manifests say of it; JSON values."""
        if self.whole is not None:
            return self.whole.facts()
        columns = {} if self.columns is None else {"columns": dict(self.columns)}
        return {
            "spec": self.spec,
            "name": self.name,
            "revision": self.revision,
            "fingerprint": self.fingerprint(),
            "items": len(self.items),
            **columns,
        }

    def part(self, shard: Shard, limit: int | None = None, ids: Iterable[str] | None = None) -> "Benchmark":
        """The shard of this benchmark, or of a selection from it.

        Raises:
            UsageError: there are fewer items than shards; see also `select`.
        """
        chosen = self.select(limit, ids)
        if shard.of > len(chosen):
            raise UsageError(f"--shard {shard}: {len(chosen)} items make at most {len(chosen)} shards")
        items = shard.pick(chosen)
        share = {
            "number": shard.number,
            "of": shard.of,
            "items": [item.id for item in items],
            "selection": digest_of([item.id for item in chosen]),
        }
        return replace(self, items=items, whole=self, share=share)

    def select(self, limit: int | None = None, ids: Iterable[str] | None = None) -> Sequence[Item]:
        """The items of those ids (all without ``ids``), in the benchmark's order, at most ``limit``.

        Raises:
            UsageError: an id that is not in the benchmark, or a limit below 1.
        """
        if limit is not None and limit < 1:
            raise UsageError(f"--limit must be at least 1, but got {limit}")
        chosen = self.items
        if ids is not None:
            wanted = set(ids)
            for name in sorted(wanted - self.ids):
                raise unknown_name("item", name, self.ids)
            chosen = tuple(item for item in chosen if item.id in wanted)
        return chosen[:limit]


def _digest(picture: Picture) -> str:
    try:
        return picture.digest
    except OSError as error:
        raise BenchmarkError(f"cannot read {picture.name}: {error.strerror or error}") from error
