"""Scenes made of one photograph: what moves is cut out of it, and what it leaves bare is filled in."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import splu

from motionedit_bench.benchmarks.sample.layers import (
    EDGE,
    Layer,
    Mask,
    Outline,
    Photo,
    Pixels,
    Triplet,
    compose,
    coverage,
)
from motionedit_bench.benchmarks.sample.motions import Motion, grid

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


def render(
    photo: Photo, subjects: tuple[Subject, ...], front: Outline | None = None, guests: Photo | None = None
) -> Triplet:
    """The triplet of a scene.

    Later subjects lie over earlier ones, and what ``front`` encloses lies over all of them. The
    subjects come from the photo itself, or from ``guests``, another picture of its size.
    """
    size = (photo.shape[0], photo.shape[1])
    pixels, background = grid(*size), photo.astype(np.float64)
    texture = background.copy() if guests is None else guests.astype(np.float64)
    over = np.zeros(size) if front is None else coverage(front, size)
    layers = [
        Layer(
            size,
            texture,
            coverage(subject.outline, size, subject.soft),
            subject.outline,
            subject.soft,
            bend=subject.motion,
        )
        for subject in subjects
    ]
    if guests is None:
        for subject, layer in zip(subjects, layers, strict=True):
            (_, cover), (_, arrived) = layer.standing, layer.arrived
            stirred = np.abs(subject.motion(pixels) - pixels).max(axis=-1) > STILL
            bared = _grown(cover > 0) & stirred & (arrived < 0.99)
            kept = ~bared & (cover < 0.5) & (over == 0)
            _fill(background, texture, kept, bared, subject.donor)
    before_all = Layer(size, photo.astype(np.float64), over, drawn=True)
    return compose((Layer(size, background), *layers, before_all))


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
