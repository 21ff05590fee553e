"""The only place that decodes, resizes or changes the value range of images.

Everywhere else an image is a Pillow image of mode RGB or an array of shape (H, W, 3), RGB, uint8,
0..255. What a file holds is decided by its content, never by its name.
"""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import (  # the plugins register their formats
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    ImageOps,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from motionedit_bench.colours import Colours, colours_of, to_srgb
from motionedit_bench.encoded import check_passed, chunks, count_scans
from motionedit_bench.errors import ImageError, one_line

logging.getLogger("PIL").addHandler(logging.NullHandler())  # else it prints what it makes of damaged files

Array = npt.NDArray[Any]

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "BMP", "GIF", "TIFF")
"""Pillow's names of the formats that are read, each as one still picture."""

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif"),
    *(".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff"),
)
"""How names of files in these formats end, in lower case."""

MAX_PIXELS = 100_000_000
"""Larger pictures are refused before their pixels are decoded (100 megapixels)."""

STRETCHED = 0.02
"""Aspect ratios further apart than this (2 %) count as stretched."""

_BAND = 1 << 22
"""Pixels that are converted at a time, so that hardly more than what came and the result are held."""


def decode(content: bytes, most: int = MAX_PIXELS) -> Image.Image:
    """Encoded bytes to a still RGB image.

    Colours are brought to sRGB by the file's profile, see `motionedit_bench.colours`; EXIF rotation is
    applied; 16-bit greys are scaled to 8 bits (divided by 257 and rounded); palettes, greys and CMYK are
    converted; whatever is transparent is laid over white.

    Raises:
        ImageError: the bytes are empty, truncated, of another format, animated, of more than ``most``
            pixels, or ask for more work than their size warrants (see `motionedit_bench.encoded`).
    """
    with _refusing(most):
        image, colours = _open(content, most)
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        return _plain(image, colours)


def colours(content: bytes) -> Colours:
    """What `decode` does to the colours of a file, told by its header alone.

    Raises:
        ImageError: the header already says that it cannot be decoded.
    """
    with _refusing(MAX_PIXELS):
        return _open(content, MAX_PIXELS)[1]


@contextmanager
def _refusing(most: int) -> Iterator[None]:
    """Whatever Pillow makes of foreign bytes becomes an `ImageError`; what it warns of is passed over."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"more than the {most} pixels allowed") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"not an image of the formats {', '.join(FORMATS)}") from error
    except Exception as error:  # its plugins raise a dozen kinds
        raise ImageError(f"cannot be decoded: {one_line(error) or type(error).__name__}") from error


def _open(content: bytes, most: int) -> tuple[Image.Image, Colours]:
    """A file whose header promises one still picture of sane size, and what its colours are."""
    if not content:
        raise ImageError("the file is empty (0 bytes)")
    scans = count_scans(content)
    cicp = None
    for kind, body in chunks(content):
        cicp = body if kind == b"cICP" else cicp
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    width, height = image.size
    if width * height > most:
        raise ImageError(f"{width}x{height} pixels, more than the {most} allowed")
    if getattr(image, "is_animated", False) and image.format != "MPO":
        counted = image.format not in ("GIF", "TIFF")  # whose frames are found one by one
        count = image.n_frames if counted else "several"  # type: ignore[attr-defined]
        raise ImageError(f"animated ({count} frames); a still image is needed")
    check_passed(scans, width * height)
    if any(tile[0] == "libtiff" for tile in image.tile):  # which is lax with damage, and prints
        told = image.info.get("compression", "an unknown method")
        raise ImageError(f"a TIFF compressed by {told}: save it anew without compression, or as PNG")
    return image, colours_of(image, cicp)


def _is_deep(image: Image.Image) -> bool:
    """Whether it is of 16-bit greys.

    Raises:
        ImageError: its numbers are real or of 32 bits, so that nobody knows what stands for white.
    """
    deep = image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG")
    if image.mode in ("I", "F") and not deep:
        raise ImageError(f"its numbers ({image.mode}) have no agreed range; save it with 8 or 16 bits")
    return deep


def _plain(image: Image.Image, colours: Colours) -> Image.Image:
    """The picture as 8-bit sRGB without transparency, made in bands."""
    deep = _is_deep(image)
    width, height = image.size
    whole = Image.new("RGB", image.size)
    rows = max(1, _BAND // width)
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height)))
        band = to_srgb(_at_8_bits(band) if deep else band, colours)
        whole.paste(_over_white(band).convert("RGB"), (0, top))
    return whole


def _at_8_bits(image: Image.Image) -> Image.Image:
    """Greys of 16 bits divided by 257 and rounded."""
    grey = np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
    return Image.fromarray((grey // 257 + (grey % 257 > 128)).astype(np.uint8))


def _over_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def to_array(image: Image.Image) -> npt.NDArray[np.uint8]:
    """A Pillow image as an array (H, W, 3), RGB, uint8."""
    return np.asarray(image.convert("RGB"))


def encode_png(image: Image.Image) -> bytes:
    """PNG bytes of an RGB image; equal pixels give equal bytes within one version of Pillow.

    At the fastest compression: a fifth of the default's time, and files a tenth larger.
    """
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def resize(image: Image.Image, width: int, height: int) -> Image.Image:
    """To that size by Pillow's BICUBIC on 8-bit RGB; the very same image where the size fits."""
    if image.size == (width, height):
        return image
    return image.resize((width, height), Image.Resampling.BICUBIC)


def resize_plain(image: Array, width: int, height: int) -> npt.NDArray[np.float32]:
    """To that size as the released scorer does it: bilinear, half-pixel centres, no antialiasing.

    Takes (H, W, 3) in 0..255 of any type; returns float32 in the same range, unrounded.
    """
    import cv2

    floats = np.ascontiguousarray(image, dtype=np.float32)
    if floats.shape[:2] == (height, width):
        return floats
    resized = cv2.resize(floats, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.float32)


def is_stretched(size: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two (width, height) differ in aspect ratio by more than `STRETCHED`.

    >>> is_stretched((1280, 720), (1024, 576)), is_stretched((1280, 720), (1024, 1024))
    (False, True)
    """
    ratio = (size[0] * other[1]) / (size[1] * other[0])
    return max(ratio, 1 / ratio) - 1 > STRETCHED
