"""How a picture is shown to a model."""

import io
from dataclasses import dataclass

from PIL import Image

from motionedit_bench.images import colours, encode_png
from motionedit_bench.records import digest

LONGEST_SIDE = 1024
"""Pictures are shown to models at most this large, pixels; larger ones are brought to it."""

AS_IT_IS = {"PNG": "image/png", "JPEG": "image/jpeg"}
"""The formats that every server takes."""


@dataclass(frozen=True)
class Shown:
    """A picture as a model is shown it: encoded, its type (``image/png``), its size, and a hash of it.

    A PNG or JPEG file that is not too large and whose colours are not converted is shown as it is;
    anything else becomes a PNG, whose hash is of its pixels.
    """

    content: bytes
    type: str
    size: tuple[int, int]
    hash: str

    @classmethod
    def of(cls, image: Image.Image, encoded: bytes | None = None) -> "Shown":
        if encoded is not None and max(image.size) <= LONGEST_SIDE:
            with Image.open(io.BytesIO(encoded)) as file:
                plain = file.format in AS_IT_IS and file.mode == "RGB" and not _has_exif(file, encoded)
                if plain and colours(encoded).version is None:
                    return cls(encoded, AS_IT_IS[str(file.format)], image.size, digest(encoded))
        smaller = fitted(image)
        pixels = digest(f"{smaller.size}".encode() + smaller.tobytes())
        return cls(encode_png(smaller), AS_IT_IS["PNG"], smaller.size, pixels)


def _has_exif(file: Image.Image, encoded: bytes) -> bool:
    """Whether a file may say that it is to be turned; Pillow would have to decode all of a PNG to tell."""
    if file.format == "PNG":
        return b"eXIf" in encoded or b"Raw profile type exif" in encoded
    return bool(file.getexif())


def fitted(image: Image.Image) -> Image.Image:
    """A picture of which no side is longer than `LONGEST_SIDE`; the very same where none is."""
    longest = max(image.size)
    if longest <= LONGEST_SIDE:
        return image
    width, height = (max(1, round(side * LONGEST_SIDE / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)
