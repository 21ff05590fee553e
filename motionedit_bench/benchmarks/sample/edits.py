"""Edits of known quality: what an item of an embedded benchmark asks for, done by a known part."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from motionedit_bench.benchmarks.sample.build import partly
from motionedit_bench.benchmarks.sample.holes import Subject, render
from motionedit_bench.benchmarks.sample.layers import Photo, Triplet, ellipse
from motionedit_bench.benchmarks.sample.light import Light, lit
from motionedit_bench.benchmarks.sample.motions import shift
from motionedit_bench.benchmarks.sample.scenes import STEREO
from motionedit_bench.images import decode, to_array
from motionedit_bench.records import Item

QUALITY: Mapping[str, int] = {
    "all of the motion": 3,
    "two thirds": 2,
    "a third": 1,
    "the input": 0,
    "the input resaved": 0,
    "the input with noise": 0,
    "the wrong way": -1,
    "another subject": -1,
}
"""Of two edits the one with the higher number did more of what was asked, or less of what was not."""

PARTS = {"all of the motion": 1.0, "two thirds": 2 / 3, "a third": 1 / 3, "the wrong way": -1.0}
"""Those in which everything goes a part of its way; less than 0 is the opposite way."""


def edits(item: Item, bench: str) -> dict[str, Callable[[], Triplet]]:
    """The edits of an item by what they are, each made when called: as the target of the input.

    All are in the light of the input. Those of `PARTS` are left out of the stereo pair, of which there are
    no parts.
    """
    photo = to_array(decode(item.input.read()))
    still = np.zeros((*photo.shape[:2], 2), np.float32)
    made: dict[str, Callable[[], Triplet]] = {
        "the input": lambda: Triplet(photo, photo, still),
        "the input resaved": lambda: Triplet(photo, lit(photo, Light(quality=85), 0), still),
        "the input with noise": lambda: Triplet(photo, lit(photo, Light(noise=10), 0), still),
        "another subject": lambda: _other_moved(photo, item),
    }

    def part(fraction: float) -> Callable[[], Triplet]:
        return lambda: partly(item.id, fraction, bench)

    if item.id != STEREO.id:
        made |= {name: part(fraction) for name, fraction in PARTS.items()}
    return {name: made[name] for name in QUALITY if name in made}


def _other_moved(photo: Photo, item: Item) -> Triplet:
    """The input in which a round patch as far as can be from what moves most goes across its direction."""
    if item.true_flow is None:
        raise ValueError(f"nothing is known of how {item.id} moves")
    flow = np.nan_to_num(item.true_flow())
    length = np.linalg.norm(flow, axis=-1)
    height, width = length.shape
    moving = length > length.max() / 2
    away = cv2.distanceTransform(np.pad(~moving, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(away.argmax(), away.shape)
    radius = min(0.8 * float(away.max()), 0.1 * float(np.hypot(height, width)))
    right, down = flow[moving].mean(axis=0)
    far = 2 * radius / max(float(np.hypot(right, down)), 1e-6)
    across, along = -far * float(down), far * float(right)
    patch = ellipse((float(column), float(row)), (radius, radius))
    filler = (-round(across), -round(along))
    return render(photo, (Subject(shift(across, along), patch, filler),))
