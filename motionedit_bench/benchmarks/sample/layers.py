"""How a scene of the embedded benchmark becomes an input, a target and their exact flow.

A subject is cut out of a photograph along its outline, the place where it stood is filled in, and
the subject is laid back twice: where it was (the input) and where its motion takes it (the target).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import splu

from motionedit_bench.benchmarks.sample.motions import Motion, Pair, Points, grid, inverse

Photo = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Outline = tuple[Pair, ...]

EDGE = 0.8
"""Outlines are softened by a Gaussian of this many pixels (sigma)."""

STILL = 0.3
"""Where a subject moves by fewer pixels than this, nothing behind it comes into view."""


@dataclass(frozen=True)
class Subject:
    """One thing that moves.

    ``outline`` is a closed polygon in pixels (``None``: the whole picture), softened by a Gaussian
    of ``soft`` pixels. ``donor`` is the offset from the place where the subject stood to the
    stretch of photograph whose texture fills it; without one, the surroundings continue smoothly.
    """

    motion: Motion
    outline: Outline | None = None
    donor: tuple[int, int] | None = None
    soft: float = EDGE


@dataclass(frozen=True)
class Triplet:
    """Input and target (H, W, 3), RGB, uint8, and the flow (H, W, 2), float32, (dx, dy) pixels."""

    input: Photo
    target: Photo
    flow: npt.NDArray[np.float32]


def ellipse(centre: Pair, radii: Pair) -> Outline:
    """An upright ellipse as an outline of 72 points."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    xs, ys = centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)
    return tuple(zip(xs.tolist(), ys.tolist(), strict=True))


def render(
    photo: Photo, subjects: tuple[Subject, ...], front: Outline | None = None, guests: Photo | None = None
) -> Triplet:
    """The triplet of a scene.

    Later subjects lie over earlier ones, and what ``front`` encloses lies over all of them. The
    subjects come from the photo itself, or from ``guests``, another picture of its size. The flow
    of a pixel is the motion of what the input shows there, also where the target hides it.
    """
    size = photo.shape[:2]
    pixels, background = grid(*size), photo.astype(np.float64)
    texture = background.copy() if guests is None else guests.astype(np.float64)
    over = np.zeros(size) if front is None else _coverage(front, size)
    covers = [_coverage(subject.outline, size, subject.soft) for subject in subjects]
    moves = [_moved(texture, subject, cover) for subject, cover in zip(subjects, covers, strict=True)]

    if guests is None:
        for subject, cover, (_, arrived) in zip(subjects, covers, moves, strict=True):
            stirred = np.abs(subject.motion(pixels) - pixels).max(axis=-1) > STILL
            bared = _grown(cover > 0) & stirred & (arrived < 0.99)
            kept = ~bared & (cover < 0.5) & (over == 0)
            _fill(background, texture, kept, bared, subject.donor)
    before, after, flow = background, background.copy(), np.zeros((*size, 2))
    for subject, cover, (look, arrived) in zip(subjects, covers, moves, strict=True):
        _lay(before, texture, cover)
        _lay(after, look, arrived)
        inside = (cover > 0.5) & (over <= 0.5)
        flow[inside] = subject.motion(pixels[inside]) - pixels[inside]
    _lay(after, photo, over)
    return Triplet(_to_bytes(before), _to_bytes(after), flow.astype(np.float32))


def _coverage(outline: Outline | None, size: tuple[int, ...], soft: float = EDGE) -> Pixels:
    """How much of each pixel lies inside an outline, 0 to 1, with a soft edge."""
    if outline is None:
        return np.ones(size)
    fraction = 4  # bits of a pixel that corners are rounded to
    corners = np.rint(np.array(outline) * 2**fraction).astype(np.int32)
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [corners], 255, lineType=cv2.LINE_AA, shift=fraction)
    reach = 2 * int(np.ceil(2.5 * soft)) + 1
    blurred = cv2.GaussianBlur(mask / 255.0, (reach, reach), soft, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float64)


def _moved(texture: Pixels, subject: Subject, cover: Pixels) -> tuple[Pixels, Pixels]:
    """What the subject looks like after its motion, and how much of each pixel it covers then."""
    window = _window(subject, *cover.shape)
    origin = inverse(subject.motion, grid(*cover.shape)[window])
    look, arrived = np.zeros_like(texture), np.zeros_like(cover)
    look[window] = np.clip(_sample(texture, origin, order=3), 0, 255)
    arrived[window] = _sample(cover, origin, order=1)
    return look, arrived


def _window(subject: Subject, height: int, width: int) -> tuple[slice, slice]:
    """The part of the picture that holds the subject after its motion, soft edge included."""
    if subject.outline is None:
        return slice(0, height), slice(0, width)
    moved = subject.motion(np.array(subject.outline, np.float64))
    margin = 3 * subject.soft + 5
    left, top = np.floor(moved.min(axis=0) - margin).astype(int).clip(0)
    right, bottom = np.ceil(moved.max(axis=0) + margin).astype(int).clip(0)
    return slice(top, bottom + 1), slice(left, right + 1)


def _sample(values: Pixels, at: Points, order: int) -> Pixels:
    """Values (H, W) or (H, W, C) read at points by splines of that order; the rim continues outward."""
    if values.ndim == 3:
        return np.stack([_sample(channel, at, order) for channel in np.moveaxis(values, -1, 0)], axis=-1)
    return np.asarray(map_coordinates(values, (at[..., 1], at[..., 0]), order=order, mode="nearest"))


def _lay(below: Pixels, above: Pixels | Photo, cover: Pixels) -> None:
    below += cover[..., None] * (above - below)


def _grown(mask: Mask) -> Mask:
    """The mask and all within 2 pixels of it."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc) > 0)


def _fill(picture: Pixels, texture: Pixels, kept: Mask, bared: Mask, donor: tuple[int, int] | None) -> None:
    """Fill the bared pixels: the donor's texture, brought to the tone and light of the kept ones.

    What is added to the donor is the harmonic function that makes up the difference on the rim
    (Perez, Gangnet and Blake, Poisson image editing, 2003).
    """
    if not bared.any():
        return
    base = np.zeros_like(picture)
    if donor is not None:
        height, width = bared.shape
        rows = np.clip(np.arange(height) + donor[1], 0, height - 1)
        columns = np.clip(np.arange(width) + donor[0], 0, width - 1)
        base = texture[rows][:, columns]
    picture[bared] = np.clip(base[bared] + _harmonic(picture - base, kept, bared), 0, 255)


def _harmonic(values: Pixels, kept: Mask, bared: Mask) -> Pixels:
    """The harmonic function on the bared pixels that continues the values (H, W, C) of the kept ones.

    Returns (bared pixels, C). Pixels neither bared nor kept do not conduct. A faint pull towards
    its own value makes a pixel keep it where no kept one can be reached.
    """
    height, width = bared.shape
    rows, columns = np.nonzero(bared)
    here = np.arange(len(rows))
    number = np.zeros(bared.shape, int)
    number[bared] = here
    pull = 1e-9
    degree, known = np.full(len(rows), pull), pull * values[bared]
    first, second = [here], [here]
    for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        row, column = (rows + down).clip(0, height - 1), (columns + right).clip(0, width - 1)
        fixed, free = kept[row, column], bared[row, column]
        known[fixed] += values[row[fixed], column[fixed]]
        degree += fixed.astype(float) + free
        first.append(here[free])
        second.append(number[row[free], column[free]])
    links = sum(map(len, first)) - len(here)
    entries = np.concatenate([degree, np.full(links, -1.0)])
    places = np.concatenate(first), np.concatenate(second)
    laplacian = coo_array((entries, places), shape=(len(here), len(here)))
    return np.asarray(splu(csc_array(laplacian)).solve(known))


def _to_bytes(values: Pixels) -> Photo:
    return np.rint(values).astype(np.uint8)
