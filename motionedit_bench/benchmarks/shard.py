"""A share of a benchmark's items, for jobs that know nothing of each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from motionedit_bench.errors import UsageError
from motionedit_bench.stores import Place, Url

T = TypeVar("T")

SHARDS = ".shards"
"""What the name of a folder ends in that holds the shards of another."""


@dataclass(frozen=True)
class Shard:
    """Number ``number`` of ``of`` shards, counted from 1.

    It has every ``of``-th item, so that none gets all of one category.

    >>> Shard(2, 3).pick("abcdefgh")
    'beh'
    """

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """The shard that ``I/N`` says.

        Raises:
            UsageError: it is not of that form, or I is not in 1..N.
        """
        match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text, re.ASCII)
        shard = cls(int(match[1]), int(match[2])) if match else None
        if shard is None or not 1 <= shard.number <= shard.of:
            raise UsageError(f"--shard takes I/N with I in 1..N, such as 1/3, but got {text!r}")
        return shard

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def pick(self, items: Sequence[T]) -> Sequence[T]:
        """The shard's share of them, in their order."""
        return items[self.number - 1 :: self.of]

    def place(self, out: Place) -> Path:
        """The folder of this shard's models, beside ``out``, where all shards are to be merged.

        Raises:
            UsageError: that is not a folder here.

        >>> Shard(2, 3).place(Path("preds/mine")).as_posix()
        'preds/mine.shards/2-of-3'
        """
        return shards_of(self.here(out)) / f"{self.number}-of-{self.of}"

    def here(self, out: Place) -> Path:
        """That folder, if it is one.

        Raises:
            UsageError: it is in a store.
        """
        if isinstance(out, Url):
            raise UsageError(
                f"--shard {self} goes with folders, and {out} is in a store: merge first, then copy"
            )
        return out


def shards_of(out: Path) -> Path:
    """The folder of all shards of ``out``.

    Raises:
        UsageError: nothing can be beside ``out``.
    """
    named = out if out.name not in ("", "..") else out.resolve()
    if not named.name:
        raise UsageError(f"there is no place for shards beside {out}: give a folder in it")
    return named.with_name(named.name + SHARDS)


def places(out: Path) -> dict[Shard, Path]:
    """The folders of the shards of ``out`` that are there, in order."""
    found = {}
    folder = shards_of(out)
    for path in folder.iterdir() if folder.is_dir() else ():
        match = re.fullmatch(r"([1-9]\d{0,8})-of-([1-9]\d{0,8})", path.name, re.ASCII)
        if match and path.is_dir():
            found[Shard(int(match[1]), int(match[2]))] = path
    return {shard: found[shard] for shard in sorted(found, key=lambda one: (one.of, one.number))}
