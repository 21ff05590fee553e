"""Twenty edits of known quality, which show a judge that is broken or has drifted.

Five items of the embedded `sample`, each with its subjects gone none, a third, two thirds, and all of
their way. Whatever a judge makes of motion, its Fidelity must rise from the first grade to the last.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from statistics import fmean

from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.images import decode, encode_png
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Case, Judge
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item, Picture
from motionedit_bench.scoring.hearing import hear

VERSION = 1
"""Raised whenever one of the twenty pictures changes."""

ITEMS = (
    "rocket-lifts-off",
    "coffee-slides-right",
    "shuttle-moves-behind-shoulder",
    "astronaut-joins-photographer",
    "coins-meet",
)
GRADES = {"identity": (0.0,), "partial": (1 / 3, 2 / 3), "target": (1.0,)}
"""Parts of the way, by grade, worst grade first."""
ENOUGH = 3
"""With fewer scores in a grade nothing can be told."""
SLIPS = 1
"""On so many items the target may fail to stand above the identity; dice fail on more."""


@dataclass(frozen=True)
class CanaryEdit:
    """One edit of known quality: how much of the way its subjects went, 0 to 1."""

    item: Item
    fraction: float
    picture: Picture

    @property
    def grade(self) -> str:
        return next(grade for grade, fractions in GRADES.items() if self.fraction in fractions)


@dataclass(frozen=True)
class CanaryResult:
    """Mean Fidelity by grade with scored of expected, and whether the order holds.

    ``sound`` is ``None`` where there are too few scores to tell. ``answered_by`` counts the models that the
    server says it used.
    """

    means: Mapping[str, float | None]
    scored: Mapping[str, int]
    expected: Mapping[str, int]
    sound: bool | None
    answered_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The result in one line."""
        told = ", ".join(
            f"{grade} {'-' if mean is None else f'{mean:.2f}'} ({self.scored[grade]}/{self.expected[grade]})"
            for grade, mean in reversed(list(self.means.items()))
        )
        verdict = {
            True: "the order holds",
            False: "THE ORDER DOES NOT HOLD: do not trust this judge's scores",
            None: "too few scores to tell whether this judge can be trusted",
        }[self.sound]
        return f"canary: Fidelity of {told}: {verdict}"


def canary_edits() -> tuple[CanaryEdit, ...]:
    """The twenty edits, item by item, from none of the way to all of it."""
    items = {item.id: item for item in open_benchmark("sample").select(ids=list(ITEMS))}
    return tuple(
        CanaryEdit(items[name], fraction, _picture(items[name], fraction))
        for name in ITEMS
        for fractions in GRADES.values()
        for fraction in fractions
    )


def _picture(item: Item, fraction: float) -> Picture:
    def read() -> bytes:
        if fraction == 0:
            return item.input.read()
        from motionedit_bench.benchmarks.sample import build  # as it takes long to import

        return encode_png(Image.fromarray(build.partly(item.id, fraction).target))

    return Picture(f"canary {item.id} {fraction:.2f}", read)


def verdict(scores: Iterable[tuple[CanaryEdit, float | None]]) -> CanaryResult:
    """What Fidelity of each edit says of a judge; ``None`` is an edit that it did not rate.

    It is sound if the means rise from grade to grade, and the target stands above the identity on
    every item but `SLIPS`.
    """
    found: dict[str, list[float | None]] = {grade: [] for grade in GRADES}
    ends: dict[str, dict[str, float]] = {}
    for edit, score in scores:
        found[edit.grade].append(score)
        if score is not None:
            ends.setdefault(edit.item.id, {})[edit.grade] = score
    rated = {grade: [score for score in some if score is not None] for grade, some in found.items()}
    means = {grade: fmean(some) if some else None for grade, some in rated.items()}
    sound = None
    if all(len(some) >= ENOUGH for some in rated.values()):
        lowest, middle, highest = (fmean(some) for some in rated.values())
        slips = sum(
            one["identity"] >= one["target"] for one in ends.values() if {"identity", "target"} <= one.keys()
        )
        sound = lowest < middle < highest and slips <= SLIPS
    counts = {grade: len(some) for grade, some in rated.items()}
    return CanaryResult(means, counts, {grade: len(some) for grade, some in found.items()}, sound)


def try_canary(judge: Judge, instruments: Instruments) -> CanaryResult:
    """Have a judge rate the edits of known quality, anew each time."""
    asked = judge.afresh()

    def fidelity(edit: CanaryEdit) -> tuple[CanaryEdit, float | None]:
        said, gap = hear(lambda: (asked.judge(canary_case(edit, instruments)),))
        progress.advance(failed=gap is not None)
        return edit, None if gap is not None else fmean(said[0].values("fidelity"))

    edits = canary_edits()
    at_once = judge.concurrency if judge.asks else 1
    with (
        Progress(f"canary of {judge.spec}", len(edits), failing="unrated") as progress,
        ThreadPoolExecutor(at_once) as pool,
    ):
        return replace(verdict(pool.map(fidelity, edits)), answered_by=asked.said())


def canary_case(edit: CanaryEdit, instruments: Instruments) -> Case:
    """One edit of known quality, as judges get it."""
    target = edit.item.target.read() if edit.item.target else None
    scene = Scene(decode(edit.item.input.read()), target, instruments)
    return Case(edit.item.instruction, Comparison(scene, decode(edit.picture.read())))
