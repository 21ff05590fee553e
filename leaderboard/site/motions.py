"""What the gallery shows of motion: drawn once, with the numbers that stand beside the pictures."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from motionedit_bench.errors import NotApplicable
from motionedit_bench.leaderboard.site.pictures import Shown, Store, keep, key_of
from motionedit_bench.leaderboard.view import motion
from motionedit_bench.leaderboard.view.arrows import Arrow, Arrows, enlargement
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.flow.colour import wheel

DRAWING = "arrows-1"
"""Raised whenever the same flow would be drawn otherwise."""
WHEEL, SCALE = 240, (360, 24)
"""Sides of the keys to motion and to error, pixels."""


@dataclass(frozen=True)
class ShownMotion:
    """A motion as the page needs it; see `view.motion.Motion`.

    Attributes:
        full: the length that has full colour, pixels of the input.
        size: width and height of the input, pixels, in which the arrows are.
        outlined: whether the error has a line around what moves in the target; ``None`` for the target.
    """

    colours: Shown
    full: float
    size: tuple[int, int]
    trust: float | None
    seen: bool
    camera: float | None
    arrows: tuple[Arrow, ...]
    error: Shown | None = None
    outlined: bool | None = None


class Motions:
    """The motions of one item: found as an earlier build left them, else drawn.

    ``source`` says what the target's motion depends on; the scene is asked for only where it must be drawn.
    """

    def __init__(self, store: Store, source: list[str], scene: Callable[[], Scene]) -> None:
        self._store = store
        self._source = source
        self._scene = scene

    def target(self) -> ShownMotion:
        """The target's.

        Raises:
            NotApplicable: the item is too small for the flow.
        """

        def draw() -> tuple[list[motion.Pixels], dict[str, Any]]:
            scene = self._scene()
            full = motion.longest(scene.target_flow) or 1.0
            found = motion.target_motion(scene, full)
            return [found.colours], _facts(found, full)

        return self._kept(["motion of the target"], self._source, draw)

    def edit(self, identity: str, compare: Callable[[Scene], Comparison]) -> ShownMotion | None:
        """That of the edit with this identity; ``None`` where the item is too small for the flow."""

        def draw() -> tuple[list[motion.Pixels], dict[str, Any]]:
            comparison = compare(self._scene())
            full = motion.full_motion(comparison)
            found = motion.edit_motion(comparison, full)
            error, outlined = motion.error_of_motion(comparison, full)
            return [found.colours, error], _facts(found, full) | {"outlined": outlined}

        try:
            return self._kept(["motion of the edit", "error"], [*self._source, identity], draw)
        except NotApplicable:  # told once, for the target
            return None

    def _kept(
        self,
        titles: list[str],
        source: list[str],
        draw: Callable[[], tuple[list[motion.Pixels], dict[str, Any]]],
    ) -> ShownMotion:
        store = self._store
        keys = [key_of([DRAWING, title, *source], store.flow) for title in titles]
        found, facts = [one for one in map(store.find, keys) if one], store.recall(keys[0])
        if facts is None or len(found) < len(keys):
            pictures, facts = draw()
            found = [
                store.put(key, Image.fromarray(pixels), store.flow)
                for key, pixels in zip(keys, pictures, strict=True)
            ]
            store.note(keys[0], facts)
        return ShownMotion(found[0], **facts, error=found[1] if len(found) > 1 else None)


def _facts(found: motion.Motion, full: float) -> dict[str, Any]:
    height, width = found.colours.shape[:2]
    return {
        "full": round(full, 2),
        "size": (width, height),
        "trust": None if found.trust is None else round(found.trust, 3),
        "seen": found.seen,
        "camera": None if found.arrows.camera is None else round(found.arrows.camera, 1),
        "arrows": found.arrows.arrows,
    }


def times_as_long(motions: Iterable[ShownMotion | None]) -> int:
    """How many times as long as the motion the arrows of one item are drawn; see `enlargement`."""
    return enlargement(
        Arrows(tuple(each.arrows), each.camera, math.hypot(*each.size)) for each in motions if each
    )


def legend(store: Store) -> dict[str, Shown]:
    """The keys to the colours: the wheel of motion, and the scale of error from none on the left to full."""
    length = SCALE[0]
    return {
        "wheel": keep(store, [DRAWING, "wheel"], WHEEL, lambda: Image.fromarray(wheel(WHEEL))),
        "scale": keep(store, [DRAWING, "scale"], length, lambda: Image.fromarray(motion.scale(*SCALE))),
    }
