"""Copies are known again, whatever was done to them; and other pictures are not taken for them."""

import numpy as np
import pytest
from helpers.pictures import photograph, png
from PIL import Image

from motionedit_bench.records import Picture
from motionedit_bench.training.copies import Known, looks_of


def looks(content):
    return looks_of(Picture("x", lambda: content))


def scene(left):
    """A bright house before a sky and a meadow."""
    pixels = np.zeros((240, 320, 3), np.uint8)
    pixels[:150] = np.linspace(90, 220, 150)[:, None, None]
    pixels[150:] = (40, 120, 30)
    pixels[90:180, left : left + 60] = (230, 180, 90)
    return Image.fromarray(pixels)


@pytest.fixture
def original():
    return scene(100)


def test_pixels_have_one_hash_in_every_lossless_format_and_shape_counts():
    pixels = photograph(0, 40, 32)
    forms = [
        png(pixels),
        png(pixels, "BMP"),
        png(pixels, "WEBP", lossless=True),
        png(pixels, compress_level=9),
    ]
    hashes = [looks(one).hashes for one in forms]
    assert len({pixel for _, pixel in hashes}) == 1
    assert len({file for file, _ in hashes}) == 4
    assert looks(png(pixels.reshape(40, 32, 3))).hashes[1] != hashes[0][1]


@pytest.mark.parametrize(
    "changed",
    [
        lambda image: png(image, "JPEG", quality=30),
        lambda image: png(image, "WEBP", quality=30),
        lambda image: png(image.resize((image.width // 4, image.height // 4), Image.Resampling.LANCZOS)),
        lambda image: png(image.resize((image.width * 2, image.height * 2), Image.Resampling.NEAREST)),
        lambda image: png(image.resize((256, 256)), "JPEG", quality=80),
    ],
)
def test_a_copy_that_was_scaled_or_compressed_is_nearly_there(original, changed):
    known = Known([looks(png(original))])
    copy = [looks(changed(original))]
    assert (known.has(copy), known.nearly_has(copy)) == (False, True)


def test_what_moved_or_is_a_part_is_another_picture(original):
    known = Known([looks(png(original))])
    width, height = original.size
    part = original.crop((width // 50, height // 50, width - width // 50, height - height // 50))
    others = [looks(png(scene(120))), looks(png(part)), looks(png(photograph(0)))]
    assert not known.has(others)
    assert not known.nearly_has(others)


def test_plain_pictures_are_told_by_their_pixels_alone():
    white, paler = (np.full((40, 32, 3), level, np.uint8) for level in (255, 254))
    known = Known([looks(png(white))])
    assert known.has([looks(png(white, "BMP"))])
    assert not known.nearly_has([looks(png(paler))])


def test_among_none_nothing_is_known(original):
    none = Known(())
    assert not none.has([looks(png(original))])
    assert not none.nearly_has([looks(png(original))])
