"""Which pictures are copies of known ones: the same file or pixels, or scaled or compressed anew.

Such a copy has other pixels and looks the same from afar: shrunk to 16 x 16, no number of it differs from the
original's by more than a little. What moved within a picture shows there, unless it is small and pale.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from motionedit_bench.images import decode, to_array
from motionedit_bench.records import Picture, digest, digest_of

SIDE = 16
"""Rows and columns of a picture from afar."""

NEAR = 6
"""By how much a copy's numbers differ there, of 255, at most."""

PLAIN = 32
"""Pictures whose numbers span less than this from afar all look alike: their copies are not told."""

Afar = npt.NDArray[np.int16]
"""A picture from afar, (16 * 16 * 3,), 0..255."""


@dataclass(frozen=True)
class Looks:
    """What a picture is known by.

    Attributes:
        hashes: SHA-256 of the file, and of size and pixels: whatever keeps the pixels keeps the second.
        afar: it from afar; ``None`` where it is too plain.
    """

    hashes: tuple[str, str]
    afar: Afar | None


def looks_of(picture: Picture) -> Looks:
    """What a picture is known by.

    Raises:
        ImageError: it cannot be decoded.
    """
    image = decode(picture.read())
    pixels = digest_of([list(image.size), digest(image.tobytes())])
    return Looks((picture.digest, pixels), _afar(image))


def _afar(image: Image.Image) -> Afar | None:
    small = to_array(image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)).astype(np.int16).reshape(-1)
    return small if np.ptp(small) >= PLAIN else None


class Known:
    """Pictures by which others are told to be copies of them."""

    def __init__(self, pictures: Iterable[Looks]) -> None:
        known = list(pictures)
        self._hashes = frozenset(one for picture in known for one in picture.hashes)
        afar = [picture.afar for picture in known if picture.afar is not None]
        self._afar = np.array(afar, np.int16).reshape(len(afar), 3 * SIDE * SIDE)
        self._means = self._afar.mean(axis=1)

    def has(self, pictures: Sequence[Looks]) -> bool:
        """Whether one of these is there, with the same file or the same pixels."""
        return any(one in self._hashes for picture in pictures for one in picture.hashes)

    def nearly_has(self, pictures: Sequence[Looks]) -> bool:
        """Whether one of these looks like one that is there."""
        return any(self._near(picture.afar) for picture in pictures if picture.afar is not None)

    def _near(self, afar: Afar) -> bool:
        candidates = self._afar[np.abs(self._means - afar.mean()) <= NEAR]
        return bool((np.abs(candidates - afar) <= NEAR).all(axis=1).any())
