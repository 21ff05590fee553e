"""How like two pictures are beyond their bytes: small grey pictures, laid over each other.

Encoding, size and a shift of a pixel or two leave such a picture nearly as it was. What counts is the
difference as a share of how far the other picture is from the item's input: two edits of one input are
always like each other, but as like as that only where one was made from the other.
"""

import io
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE = 64
"""Pixels of the small picture's sides."""
MARGIN = 4
"""Pixels at its border that are not compared: a shift brings something else there."""
FURTHEST = 2
"""Pixels of an image by which it is shifted, either way, to be laid over another."""
NEAR = 0.2
"""A difference of less than this share of the change is none that a model makes. Among the edits of six
models of twelve items, of which some are trained from others, the least is 0.39, and the least difference
from a target 0.50; copies of targets that were encoded again, reduced to half or shifted have up to 0.07."""
THROUGHOUT = 0.4
"""A model whose edits have less than this, in the median of its items, has made them from the other's. Of the
same six models the least median is 0.70; copies with a mark in a corner, or enlarged, have up to 0.10."""
FEWEST = 3
"""Items from which on that can be said."""
ZOOM = 0.025
"""By this share of its sides an image is made smaller, to be laid over one that was enlarged or cut."""
MARKED = 0.03
"""The share of a picture in which somebody may have set a mark."""
CHANGED = 0.5
"""Grey levels by which a picture must differ from the input, for anything to be said about it."""

Small = npt.NDArray[np.uint8]


def small(image: Image.Image) -> Small:
    """The small picture of an image, (SIDE, SIDE), uint8."""
    return _reduced(image.convert("L"), 0, 0)


def shifted(image: Image.Image) -> Small:
    """The small pictures of an image shifted and zoomed in every way, (ways, SIDE, SIDE), uint8."""
    grey = image.convert("L")
    steps = range(-FURTHEST, FURTHEST + 1)
    moved = [_reduced(grey, right, down) for right, down in product(steps, steps)]
    coarse = (-FURTHEST, 0, FURTHEST)
    zoomed = [_reduced(grey, *way) for way in product(coarse, coarse, (-ZOOM, ZOOM))]
    return np.stack([*moved, *zoomed])


def _reduced(grey: Image.Image, right: int, down: int, zoom: float = 0.0) -> Small:
    aside, above = round(grey.width * zoom / 2), round(grey.height * zoom / 2)
    box = (right + aside, down + above, grey.width + right - aside, grey.height + down - above)
    moved = grey.crop(box)
    return np.asarray(moved.resize((SIDE, SIDE), Image.Resampling.BOX))


def difference(edit: Small, other: Small, original: Small, marked: float = 0.0) -> float | None:
    """How far an edit is from another one, as a share of how far that is from the input.

    The edit is `shifted`, and the nearest way counts; ``other`` and ``original``, the input of both, are
    `small`. The share ``marked`` of the pixels, where they differ most, is passed over. ``None`` where the
    other one has hardly changed the input.
    """
    changed = float(_distances(other[None], original, marked)[0])
    return float(_distances(edit, other, marked).min()) / changed if changed >= CHANGED else None


def is_near_throughout(differences: Sequence[float]) -> bool:
    """Whether so many differences of one model's edits from another's are those of copies, on the whole."""
    return len(differences) >= FEWEST and median(differences) <= THROUGHOUT


def _distances(pictures: Small, other: Small, marked: float) -> npt.NDArray[np.float64]:
    """The root of the mean squared difference of each picture from the other, grey levels."""
    inner = slice(MARGIN, -MARGIN)
    squares = (pictures[:, inner, inner].astype(np.float64) - other[inner, inner]) ** 2
    ordered = np.sort(squares.reshape(len(pictures), -1), axis=1)
    counted = ordered[:, : round(ordered.shape[1] * (1 - marked))]
    return np.asarray(np.sqrt(counted.mean(axis=1)))


def pack_small(pictures: Mapping[str, Small]) -> bytes:
    """The small pictures of items, as the content of an ``.npz`` file."""
    buffer = io.BytesIO()
    stack = np.stack(list(pictures.values())) if pictures else np.empty((0, SIDE, SIDE), np.uint8)
    np.savez_compressed(buffer, items=np.array(list(pictures), dtype=np.str_), pictures=stack)
    return buffer.getvalue()


def read_small(path: Path) -> dict[str, Small]:
    """What `pack_small` packed."""
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
        return dict(zip(held["items"].tolist(), held["pictures"], strict=True))
