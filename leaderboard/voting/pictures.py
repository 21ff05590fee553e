"""The pictures of a page for voting: all encoded alike, under names that say nothing."""

import io
import random
import re
import secrets
from pathlib import Path

from PIL import Image

from motionedit_bench.files import make_folder, write_whole

FOLDER = "pictures"
NAME = re.compile("[0-9a-f]{16}")
"""What a picture is called."""
SIDE = 1024
"""Pixels of the longer side at most: sharper than a phone or half a screen shows it."""
QUALITY = 90
PIECES = 6
"""So many pieces a side is a picture cut into for a check."""


class Pictures:
    """A folder of pictures ``<name>.webp``; each has a name drawn at random, see `NAME`."""

    def __init__(self, root: Path) -> None:
        self._folder = make_folder(root / FOLDER)

    def put(self, image: Image.Image) -> str:
        """Keep a picture, without anything that came with it, and return its name."""
        name = secrets.token_hex(8)
        image = image.copy()
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
        buffer = io.BytesIO()
        image.save(buffer, format="WEBP", quality=QUALITY, method=2)
        write_whole(self._folder / f"{name}.webp", buffer.getvalue(), durable=False)
        return name


def shuffled(image: Image.Image) -> Image.Image:
    """The picture cut into pieces that stand in another order: nobody who looks takes it for an edit.

    ``PIECES`` a side; what does not divide is cut off at the right and the bottom.
    """
    width, height = (max(1, length // PIECES) for length in image.size)
    columns, rows = image.width // width, image.height // height
    places = [(x * width, y * height) for y in range(rows) for x in range(columns)]
    found = Image.new("RGB", (columns * width, rows * height))
    for place, (x, y) in zip(places, random.Random(0).sample(places, len(places)), strict=True):
        found.paste(image.crop((x, y, x + width, y + height)), place)
    return found
