"""What a training learns from: items with targets, none of them of the benchmark that will measure it."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motionedit_bench.benchmarks import Benchmark, open_benchmark
from motionedit_bench.benchmarks.hub import PAPERS
from motionedit_bench.errors import BenchmarkError, ImageError, UsageError
from motionedit_bench.parallel import in_order
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Item, digest
from motionedit_bench.training.copies import Known, Looks, looks_of

DEFAULT = "elaine1wan/MotionEdit-Train"
"""The paper's own training set."""

HELD_OUT = 48
"""Items that are looked at and never trained on, unless another number is asked for."""

NO_TARGET, UNUSABLE = "no target", "unusable"
OF_BENCHMARK, NEARLY = "of the benchmark", "nearly of the benchmark"
"""Why an item is left out."""


@dataclass(frozen=True)
class Check:
    """Whether a training set was held against a benchmark, or why it was not.

    Attributes:
        bench: the benchmark's name. fingerprint: its hash; ``None`` where it could not be opened.
        why_not: why not, in one line.
    """

    bench: str
    fingerprint: str | None = None
    why_not: str | None = None

    def told(self) -> dict[str, Any]:
        """As JSON values, for ``run.json`` and the LoRA's card."""
        return {
            "bench": self.bench,
            "checked": self.fingerprint is not None,
            "fingerprint": self.fingerprint,
            "why_not": self.why_not,
        }


@dataclass(frozen=True)
class TrainingSet:
    """Items to train on, and others to be looked at alone.

    Attributes:
        benchmark: the set as it was opened, with its fingerprint.
        items, held_out: two parts of it without a common item, each in the order of the set.
        left_out: how many items were left out, by reason. check: against which benchmark.
    """

    benchmark: Benchmark
    items: tuple[Item, ...]
    held_out: tuple[Item, ...]
    left_out: Mapping[str, int]
    check: Check

    def told(self) -> dict[str, Any]:
        """What ``run.json`` says of it; JSON values."""
        return {
            **self.benchmark.facts(),
            "train": len(self.items),
            "held_out": [item.id for item in self.held_out],
            "left_out": dict(self.left_out),
            "not_in": self.check.told(),
        }


def open_training_set(
    spec: str = DEFAULT, not_in: str | None = None, held_out: int = HELD_OUT
) -> TrainingSet:
    """A folder, a hub data set or an embedded one as a training set; see `open_benchmark`.

    Left out are items without a target, items of which a picture cannot be decoded, and items of which a
    picture, input or target, is one of the benchmark's ``not_in``: the same file, another one with the same
    pixels, or one that was scaled or compressed anew; see `copies`. A picture that was cropped is not
    recognised, nor is another frame of the same video. ``not_in`` is the paper's benchmark where it is
    ``None``; where that cannot be opened, a warning and the set's `Check` say so.

    Raises:
        BenchmarkError: the set, or a benchmark that was asked for, cannot be opened.
        UsageError: not enough items are left.
    """
    benchmark = open_benchmark(spec)
    known, check = _of_benchmark(not_in)
    why = dict(_left_out(benchmark.items, known))
    left_out = dict(Counter(why.values()))
    left = [item for item in benchmark.items if item.id not in why]
    kept = set(held_out_of([item.id for item in left], held_out))
    if left_out:
        warn(f"{benchmark.name}: left out " + ", ".join(f"{n} {what}" for what, n in left_out.items()))
    check_enough(spec, len(left), held_out)
    items = tuple(item for item in left if item.id not in kept)
    return TrainingSet(benchmark, items, tuple(item for item in left if item.id in kept), left_out, check)


def check_enough(spec: str, items: int, held_out: int) -> None:
    """Make sure that something is left to learn from.

    Raises:
        UsageError: nothing is.
    """
    if items <= held_out:
        raise UsageError(
            f"{spec} has {items} items to learn from, and {held_out} are to be held out: "
            "give a larger set, or hold out fewer"
        )


def held_out_of(ids: Iterable[str], count: int) -> list[str]:
    """Which items are held out: those whose ids have the lowest hashes.

    They do not depend on the order of the set, nor on the training's seed; where items join a set, most stay.
    """
    return sorted(ids, key=lambda one: digest(one.encode()))[:count]


def _of_benchmark(not_in: str | None) -> tuple[Known, Check]:
    """A benchmark's pictures, and what was held against what."""
    spec = PAPERS if not_in is None else not_in
    try:
        benchmark = open_benchmark(spec)
        found = _pictures_of(benchmark.items, f"reading {benchmark.name}")
        known = Known(picture for own in found for picture in own or ())
        return known, Check(benchmark.name, benchmark.fingerprint())
    except BenchmarkError as error:
        if not_in is not None:
            raise
        warn(f"not checked whether items of {spec} are among those to learn from: {error}")
        return Known(()), Check(spec, why_not=str(error))


def _left_out(items: Sequence[Item], known: Known) -> Iterable[tuple[str, str]]:
    """The ids of the items that are no use, each with the reason."""
    found = _pictures_of(items, "reading the training set")
    for item, own in zip(items, found, strict=True):
        if item.target is None:
            yield item.id, NO_TARGET
        elif own is None:
            yield item.id, UNUSABLE
        elif known.has(own):
            yield item.id, OF_BENCHMARK
        elif known.nearly_has(own):
            yield item.id, NEARLY


def _pictures_of(items: Sequence[Item], what: str) -> list[list[Looks] | None]:
    """What each item's pictures are known by; ``None`` where one cannot be decoded."""
    with Progress(what, len(items), failing="unusable") as progress:
        found = []
        for own in in_order(_looks, items, len(os.sched_getaffinity(0))):
            found.append(own)
            progress.advance(failed=own is None)
        return found


def _looks(item: Item) -> list[Looks] | None:
    try:
        return [looks_of(picture) for picture in (item.input, item.target) if picture]
    except (ImageError, OSError):
        return None
