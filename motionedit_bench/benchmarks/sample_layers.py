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

from motionedit_bench.benchmarks.sample_motions import Motion, Pair, Points, grid, inverse

Pixels = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Outline = tuple[Pair, ...]

UNLIKE = 40.0
"""A pixel on the rim of a hole that differs from the donor by more grey levels is another thing."""


@dataclass(frozen=True)
class Subject:
    """One thing that moves.

    ``outline`` is a closed polygon in pixels (``None``: the whole picture); ``soft`` the width in
    pixels (sigma) of its edge; ``donor`` the offset from the place where the subject stood to a
    stretch of photograph whose texture fills it.
    """

    motion: Motion
    outline: Outline | None = None
    donor: tuple[int, int] | None = None
    soft: float = 0.8


@dataclass(frozen=True)
class Triplet:
    """Input and target (H, W, 3), RGB, uint8, and the flow (H, W, 2), float32, (dx, dy) pixels."""

    input: npt.NDArray[np.uint8]
    target: npt.NDArray[np.uint8]
    flow: npt.NDArray[np.float32]


def ellipse(centre: Pair, radii: Pair, degrees: float = 0.0) -> Outline:
    """An ellipse as an outline of 72 points, turned clockwise by ``degrees``."""
    angle, turned = np.linspace(0, 2 * np.pi, 72, endpoint=False), np.radians(degrees)
    x, y = radii[0] * np.cos(angle), radii[1] * np.sin(angle)
    xs = centre[0] + x * np.cos(turned) - y * np.sin(turned)
    ys = centre[1] + x * np.sin(turned) + y * np.cos(turned)
    return tuple(zip(xs.tolist(), ys.tolist(), strict=True))


def render(photo: npt.NDArray[np.uint8], subjects: tuple[Subject, ...], front: Outline | None = None) -> Triplet:
    """The triplet of a scene.

    Later subjects lie over earlier ones, and whatever ``front`` encloses lies over all of them.
    The flow of a pixel is the motion of what it shows in the input, also where the target hides it.
    """
    size = photo.shape[:2]
    texture = photo.astype(np.float64)
    covers = [_coverage(subject.outline, size, subject.soft) for subject in subjects]
    moves = [_moved(texture, subject, cover) for subject, cover in zip(subjects, covers, strict=True)]

    before = texture.copy()
    for subject, cover, (_, arrived) in zip(subjects, covers, moves, strict=True):
        hole = _grown(cover > 0, 2)
        _fill(before, texture, hole, hole & (arrived < 1), subject.donor)
    after, flow = before.copy(), np.zeros((*size, 2))
    for subject, cover, (look, arrived) in zip(subjects, covers, moves, strict=True):
        _lay(before, texture, cover)
        _lay(after, look, arrived)
        inside = np.argwhere(cover > 0.5)[:, ::-1].astype(np.float64)
        flow[cover > 0.5] = subject.motion(inside) - inside
    if front is not None:
        _lay(after, texture, _coverage(front, size))
    return Triplet(_to_bytes(before), _to_bytes(after), flow.astype(np.float32))


def _moved(texture: Pixels, subject: Subject, cover: Pixels) -> tuple[Pixels, Pixels]:
    """What the subject looks like after its motion, and how much of each pixel it covers then."""
    height, width = cover.shape
    window = _reach(subject, height, width)
    origin = inverse(subject.motion, grid(height, width)[window])
    look, arrived = np.zeros_like(texture), np.zeros_like(cover)
    look[window] = np.clip(_sample(texture, origin, order=3), 0, 255)
    arrived[window] = _sample(cover, origin, order=1)
    return look, arrived


def _reach(subject: Subject, height: int, width: int) -> tuple[slice, slice]:
    """The part of the picture that holds the subject after its motion, soft edge included."""
    if subject.outline is None:
        return slice(0, height), slice(0, width)
    moved = subject.motion(np.array(subject.outline, np.float64))
    margin = 3 * subject.soft + 5
    left, top = np.floor(moved.min(axis=0) - margin).astype(int).clip(0)
    right, bottom = np.ceil(moved.max(axis=0) + margin).astype(int)
    return slice(top, bottom + 1), slice(left, right + 1)


def _coverage(outline: Outline | None, size: tuple[int, ...], soft: float = 0.8) -> Pixels:
    """How much of each pixel lies inside an outline, 0 to 1, with a soft edge."""
    if outline is None:
        return np.ones(size)
    fraction = 4  # bits of a pixel that polygon corners are rounded to
    corners = np.rint(np.array(outline) * 2**fraction).astype(np.int32)
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [corners], 255, lineType=cv2.LINE_AA, shift=fraction)
    reach = 2 * int(np.ceil(2.5 * soft)) + 1
    blurred = cv2.GaussianBlur(mask / 255.0, (reach, reach), soft, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float64)


def _sample(values: Pixels, at: Points, order: int) -> Pixels:
    """Values (H, W) or (H, W, C) read at points by splines of that order; the rim continues outward."""
    where = at[..., 1], at[..., 0]
    if values.ndim == 2:
        return np.asarray(map_coordinates(values, where, order=order, mode="nearest"))
    return np.stack([_sample(channel, at, order) for channel in np.moveaxis(values, -1, 0)], axis=-1)


def _lay(below: Pixels, above: Pixels, cover: Pixels) -> None:
    below += cover[..., None] * (above - below)


def _grown(mask: Mask, by: int) -> Mask:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc) > 0)


def _fill(
    picture: Pixels, texture: Pixels, hole: Mask, wanted: Mask, donor: tuple[int, int] | None
) -> None:
    """Close the wanted part of a hole: the donor's texture, brought to the rim's tone and light.

    What is added to the donor is the harmonic function that makes up the difference on the rim of
    the hole (a membrane; Perez, Gangnet and Blake, Poisson image editing, 2003). Where the rim is
    unlike the donor it shows some other thing and does not count.
    """
    height, width = hole.shape
    if donor is None:
        base, rim = np.zeros_like(picture), ~hole
    else:
        rows = np.clip(np.arange(height) + donor[1], 0, height - 1)
        columns = np.clip(np.arange(width) + donor[0], 0, width - 1)
        base = texture[rows][:, columns]
        rim = ~hole & (np.abs(picture - base).max(axis=-1) < UNLIKE)
    if wanted.any():
        picture[wanted] = np.clip(base[wanted] + _membrane(picture - base, rim, wanted), 0, 255)


def _membrane(values: Pixels, rim: Mask, wanted: Mask) -> Pixels:
    """The harmonic continuation of values (H, W, C) on the rim; (wanted pixels, C).

    Pixels neither wanted nor on the rim conduct nothing; without any rim the answer is 0.
    """
    height, width = wanted.shape
    number = np.full(wanted.shape, -1)
    number[wanted] = np.arange(wanted.sum())
    rows, columns = np.nonzero(wanted)
    here = np.arange(len(rows))
    degree, known = np.full(len(rows), 1e-9), np.zeros((len(rows), values.shape[2]))
    links = []
    for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        row, column = rows + down, columns + right
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        row, column = row.clip(0, height - 1), column.clip(0, width - 1)
        fixed, free = inside & rim[row, column], inside & wanted[row, column]
        known[fixed] += values[row[fixed], column[fixed]]
        degree += fixed.astype(float) + free
        links.append((here[free], number[row[free], column[free]]))
    first = np.concatenate([here, *(a for a, _ in links)])
    second = np.concatenate([here, *(b for _, b in links)])
    weight = np.concatenate([degree, *(np.full(len(a), -1.0) for a, _ in links)])
    laplacian = coo_array((weight, (first, second)), shape=(len(rows), len(rows)))
    return np.asarray(splu(csc_array(laplacian)).solve(known))


def _to_bytes(values: Pixels) -> npt.NDArray[np.uint8]:
    return np.rint(values).astype(np.uint8)
