"""Whether a metric keeps what a metric promises, tried on small edits of all kinds."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from motionedit_bench.conformance.kit import Broken, Finding, Skipped, Step, try_all
from motionedit_bench.errors import NotApplicable, WeightsUnavailable
from motionedit_bench.metrics.base import Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.facts import Facts
from motionedit_bench.metrics.instruments import Instruments

WIDTH, HEIGHT = 96, 64
FLOW = "dis"
"""The flow by which metrics of motion are tried; it needs no weights."""
SLACK = 1e-9

Pixels = npt.NDArray[np.uint8]


def check(name: str, kind: type[Metric], facts: Facts, device: str = "auto") -> list[Finding]:
    """Load the metric that joins by that name, try each promise of `Metric`, and say what came of it.

    Where it does not load, or cannot measure even a plain edit, the later checks are skipped.
    """
    return try_all(_Trial(name, kind, facts, Instruments(FLOW, device=device)).steps(), needed=3)


class _Trial:
    """The checks of one metric, in order; they compare with what it said of the plain edit first."""

    def __init__(self, name: str, kind: type[Metric], facts: Facts, instruments: Instruments) -> None:
        self.name = name
        self.kind = kind
        self.facts = facts
        self.instruments = instruments

    def steps(self) -> list[Step]:
        first, target = _speckled(), _speckled(moved=6)
        half, other = _speckled(moved=3), _speckled(seed=1)
        grey = np.repeat(first.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
        flat = np.full_like(first, 127)
        edits = {
            "the edit is the target": (first, target, target),
            "the edit is the input": (first, target, first),
            "the edit is another picture": (first, target, other),
            "the edit is grey": (first, target, grey),
            "the edit is flat": (first, target, flat),
            "the edit is larger": (first, target, np.repeat(np.repeat(half, 2, axis=0), 2, axis=1)),
            "the edit is stretched": (first, target, half[:, : WIDTH // 2]),
            "the target does not move": (first, first, half),
            "nothing moves": (first, first, first),
            "everything is flat": (flat, flat, flat),
            "there is no target": (first, None, half),
        }
        self.plain: Callable[[], Comparison] = partial(self.comparison, first, target, half)
        return [
            ("is what its name says", self.named),
            ("loads", self.loads),
            ("measures a plain edit", self.measures),
            ("terms are JSON values", self.terms),
            ("same edit, same value", self.same_twice),
            ("changes no picture and no flow", self.pure),
            *((what, partial(self.measures_or_says_why, *pictures)) for what, pictures in edits.items()),
            ("same value after all that", self.same_twice),
        ]

    def comparison(self, first: Pixels, target: Pixels | None, edited: Pixels) -> Comparison:
        wanted = None if target is None else Image.fromarray(target)
        return Comparison(Scene(Image.fromarray(first), wanted, self.instruments), Image.fromarray(edited))

    def named(self) -> None:
        if not (isinstance(self.kind, type) and issubclass(self.kind, Metric)):
            raise Broken(f"{self.kind} is no subclass of motionedit_bench.metrics.Metric")
        if getattr(self.kind, "name", None) != self.name:
            raise Broken(f"its `name` is {getattr(self.kind, 'name', None)!r}, but it joins as {self.name!r}")

    def loads(self) -> None:
        try:
            self.metric = self.kind(self.instruments)
        except WeightsUnavailable as error:
            raise Skipped(str(error)) from error
        variant = {**self.kind.choice(self.instruments), **self.metric.implementation}
        wrong = [name for name, value in variant.items() if not isinstance(value, str)]
        if wrong:
            raise Broken(f"choice and implementation must be texts, but {wrong[0]!r} is not")

    def measures(self) -> None:
        try:
            self.first = self.measure(self.plain())
        except NotApplicable as error:  # what it measures is not in these pictures
            raise Skipped(str(error)) from error

    def measure(self, comparison: Comparison) -> Measurement:
        found = self.metric.measure(comparison)
        if not isinstance(found, Measurement):
            raise Broken(f"measure returned {type(found).__name__}, not a Measurement")
        low, high = self.facts.bounds
        if not low - SLACK <= found.value <= high + SLACK:
            raise Broken(f"the value is {found.value}, outside the bounds of its facts, {low:g} to {high:g}")
        return found

    def measures_or_says_why(self, first: Pixels, target: Pixels | None, edited: Pixels) -> None:
        try:
            self.measure(self.comparison(first, target, edited))
        except NotApplicable as error:
            if not str(error):
                raise Broken("NotApplicable is raised without a reason") from error

    def terms(self) -> None:
        try:
            again = json.loads(json.dumps(self.first.detail, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise Broken(f"not JSON values: {error}") from error
        if again != self.first.detail:
            raise Broken("not JSON values: written and read again, they differ (text keys, lists, no tuples)")
        variant = {*self.kind.choice(self.instruments), *self.metric.implementation}
        shared = variant & self.first.detail.keys()
        if shared:
            raise Broken(f"the term {min(shared)!r} is named as part of the variant is")

    def same_twice(self) -> None:
        again = self.measure(self.plain())
        if (again.value, _written(again.detail)) != (self.first.value, _written(self.first.detail)):
            raise Broken(f"the same edit got {self.first.value}, then {again.value}, or other terms")

    def pure(self) -> None:
        comparison = self.plain()
        scene = comparison.scene
        arrays: dict[str, npt.NDArray[Any]] = {
            "input": scene.input,
            "target": scene.target,
            "edited": comparison.edited,
            "flow": comparison.flow,
            "target_flow": scene.target_flow,
        }
        before = {name: array.copy() for name, array in arrays.items()}
        pictures = {"input": scene.input_image, "target": scene.target_image, "edit": comparison.edited_image}
        shown = {name: image.tobytes() for name, image in pictures.items()}
        self.measure(comparison)
        changed = [name for name, array in arrays.items() if not np.array_equal(array, before[name])]
        changed += [f"{name}'s picture" for name, image in pictures.items() if image.tobytes() != shown[name]]
        if changed:
            raise Broken(f"it changes what other metrics look at: {', '.join(changed)}")


def _written(detail: Mapping[str, Any]) -> str:
    """Terms as text; what are no JSON values as they show themselves."""
    return json.dumps(detail, default=repr)


def _speckled(moved: int = 0, seed: int = 0) -> Pixels:
    """A speckled slope on which a speckled disc lies so many pixels to the right."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    pixels = np.stack([255 * x / WIDTH, 255 * y / HEIGHT, np.full(x.shape, 90.0)], axis=-1)
    pixels += rng.normal(0, 8, pixels.shape)
    disc = np.clip(rng.normal((230, 40, 60), 25, (HEIGHT, WIDTH, 3)), 0, 255)
    centre, radius = (HEIGHT / 2, WIDTH / 3), HEIGHT / 4
    there = np.hypot(x - moved - centre[1], y - centre[0]) < radius
    pixels[there] = np.roll(disc, moved, axis=1)[there]
    return pixels.clip(0, 255).astype(np.uint8)
