"""The only place that decodes, resizes or changes the value range of images.

Everywhere else an image is a Pillow image of mode RGB or an array of shape (H, W, 3), RGB, uint8,
0..255. What a file holds is decided by its content, never by its name.
"""

import io
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import (  # the plugins register their formats
    Image,
    ImageOps,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from motionedit_bench.errors import ImageError

Array = npt.NDArray[Any]

FORMATS = ("PNG", "JPEG", "WEBP")

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif"),
    *(".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff"),
)
"""How names of files in these formats end, in lower case."""

MAX_PIXELS = 100_000_000
"""Larger pictures are refused before their pixels are decoded (100 megapixels)."""

STRETCHED = 0.02
"""Aspect ratios further apart than this (2 %) count as stretched."""


def decode(content: bytes, most: int = MAX_PIXELS) -> Image.Image:
    """Encoded bytes to a still RGB image.

    EXIF rotation is applied; 16-bit greys are scaled to 8 bits (divided by 257 and rounded);
    palettes, greys and CMYK are converted; whatever is transparent is laid over white.

    Raises:
        ImageError: the bytes are empty, truncated, of another format, animated, or of more than
            ``most`` pixels.
    """
    if not content:
        raise ImageError("the file is empty (0 bytes)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
        width, height = image.size
        if width * height > most:
            raise ImageError(f"{width}x{height} pixels, more than the {most} allowed")
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            raise ImageError(f"animated ({image.n_frames} frames); a still image is needed")  # type: ignore[attr-defined]
        image.load()
        return _to_rgb(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise ImageError(f"more than the {most} pixels allowed") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"not an image of the formats {', '.join(FORMATS)}") from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise ImageError(f"cannot be decoded: {error or type(error).__name__}") from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        grey = np.asarray(image).astype(np.float64) / 257.0
        image = Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


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
