"""What the numbers of a picture stand for: its colour profile (ICC), and the way to sRGB.

A profile that is sRGB's own changes nothing, to the last bit. Colours of any other are converted by
Little CMS, relative colorimetric with black point compensation: what both spaces hold stays the same
colour, what sRGB lacks becomes its nearest. Of a PNG's other words on colour, gAMA, cHRM and cICP, none
is followed, as hardly any reader of pictures does; where they contradict sRGB, that is told.
"""

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

VERSION = "srgb-1"
"""Of the conversion: raised whenever the same file would be converted to other pixels."""

MAX_PROFILE = 4 << 20
"""Bytes; larger profiles are not looked into. Those of presses have a tenth to half of it."""

ROUNDING = 1
"""A profile that moves no colour by more than this, of 255, is sRGB's own."""

_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Pillow's mode for each kind of profile."""

_SRGB_GAMMA = 1 / 2.2
_SRGB_CHROMATICITY = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_SRGB_CODES = (1, 13)
"""Primaries and curve of sRGB as a cICP chunk has them."""


@dataclass(frozen=True)
class Colours:
    """What becomes of a picture's colours.

    Attributes:
        note: in words; ``None`` where the picture is sRGB or says nothing.
        trouble: whether the note is of something that could not be followed.
        transform: the way to sRGB from ``mode``; ``None`` where pixels are taken as they are.
    """

    note: str | None = None
    trouble: bool = False
    transform: Any = None
    mode: str = "RGB"

    @property
    def version(self) -> str | None:
        """Of the conversion, where there is one."""
        return VERSION if self.transform is not None else None


def colours_of(image: Image.Image, cicp: bytes | None = None) -> Colours:
    """What is to become of the colours of a file just opened, whose pixels need not be decoded yet.

    ``cicp`` is the chunk of that name, if it has one.
    """
    if "icc_profile" not in image.info:
        return _of_words(image.info, cicp)
    profile = image.info["icc_profile"]
    if not profile:
        return _unusable("damaged")
    if len(profile) > MAX_PROFILE:
        return _unusable(f"{len(profile)} bytes, more than the {MAX_PROFILE} that are read")
    return _of_profile(bytes(profile), _mode_of(image))


def to_srgb(image: Image.Image, colours: Colours) -> Image.Image:
    """The picture as sRGB, with its transparency; the very same where nothing is to be converted."""
    if colours.transform is None:
        return image
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    plain = image if image.mode == colours.mode else image.convert("RGBA").convert(colours.mode)
    converted: Image.Image = colours.transform.apply(plain)
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _mode_of(image: Image.Image) -> str:
    """The mode in which colours of a picture are converted."""
    if image.mode in ("1", "L", "LA", "La") or image.mode.startswith("I"):
        return "L"
    return "CMYK" if image.mode == "CMYK" else "RGB"


@lru_cache(maxsize=16)
def _of_profile(profile: bytes, mode: str) -> Colours:
    """The same for a profile, read once for the many pictures that have it."""
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = _name_of(opened)
        space = opened.profile.xcolor_space.strip()
        if _SPACES.get(space) != mode:
            kind = {"L": "grey"}.get(mode, mode)
            return _unusable(f"{name}, for {_plain(space)}, while the picture is {kind}")
        transform = ImageCms.buildTransform(
            opened,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if mode != "CMYK" and _changes_nothing(transform, mode):
            return Colours()
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:  # as its readers raise them
        return _unusable(_plain(str(error)) or type(error).__name__)
    return Colours(f"converted to sRGB from {name}", transform=transform, mode=mode)


def _name_of(profile: ImageCms.ImageCmsProfile) -> str:
    try:
        name = _plain(profile.profile.profile_description or "")
    except ValueError:  # bytes that are no characters
        name = ""
    return name or "a profile without a name"


def _unusable(why: str) -> Colours:
    return Colours(f"its colour profile cannot be used ({why}): taken as sRGB", trouble=True)


def _changes_nothing(transform: Any, mode: str) -> bool:
    levels = np.arange(0, 256, 1 if mode == "L" else 15, dtype=np.uint8)
    if mode == "L":
        before = np.repeat(levels[None, :, None], 3, axis=2)
        probe = Image.fromarray(levels[None])
    else:
        before = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(1, -1, 3)
        probe = Image.fromarray(before)
    after = np.asarray(transform.apply(probe))
    return bool(np.abs(after.astype(int) - before.astype(int)).max() <= ROUNDING)


def _of_words(info: dict[Any, Any], cicp: bytes | None) -> Colours:
    """The same for a PNG without a profile."""
    if cicp is not None:
        if tuple(cicp[:2]) == _SRGB_CODES:
            return Colours()
        return Colours(f"its cICP chunk ({cicp[:4].hex(' ')}) is not followed: taken as sRGB", trouble=True)
    if "srgb" in info:
        return Colours()
    odd = []
    gamma = info.get("gamma")
    if gamma is not None and abs(gamma - _SRGB_GAMMA) > 0.01:
        odd.append(f"gAMA of {gamma:.4g}")
    chromaticity = info.get("chromaticity")
    if chromaticity is not None and not np.allclose(chromaticity, _SRGB_CHROMATICITY, atol=0.005):
        odd.append("cHRM")
    if not odd:
        return Colours()
    return Colours(f"its {' and '.join(odd)} chunk is not followed: taken as sRGB", trouble=True)


def _plain(text: str) -> str:
    """A profile's own words, as they may stand in a record: short, and of plain characters."""
    return re.sub(r"[^A-Za-z0-9 .,_()+-]+", "?", " ".join(text.split()))[:60]
