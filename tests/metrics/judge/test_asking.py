"""What models are shown, and what they are not asked for."""

import io

import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.images import decode
from motionedit_bench.metrics.judge.shown import LONGEST_SIDE, Shown

PICTURE = Image.fromarray(photograph(1, 64, 48))


def encoded(image, form, **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def turned():
    exif = PICTURE.getexif()
    exif[0x0112] = 6
    return exif


@pytest.mark.parametrize(("form", "kind"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_small_files_are_shown_as_they_are(form, kind):
    content = encoded(PICTURE, form)
    shown = Shown.of(decode(content), content)
    assert (shown.content, shown.type, shown.size) == (content, kind, (64, 48))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_file_that_says_how_to_turn_it_is_shown_turned(form):
    content = encoded(PICTURE, form, exif=turned())
    shown = Shown.of(decode(content), content)
    assert shown.content != content
    assert shown.size == (48, 64)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(shown.content))), np.asarray(decode(content)))


@pytest.mark.parametrize(
    ("image", "form"), [(PICTURE, "WEBP"), (PICTURE.convert("L"), "PNG"), (PICTURE.convert("P"), "PNG")]
)
def test_what_servers_may_not_take_becomes_png(image, form):
    content = encoded(image, form)
    shown = Shown.of(decode(content), content)
    assert shown.type == "image/png"
    assert Image.open(io.BytesIO(shown.content)).mode == "RGB"


def test_large_pictures_are_made_smaller_and_known_by_their_pixels():
    large = PICTURE.resize((LONGEST_SIDE * 2, LONGEST_SIDE))
    shown = [Shown.of(large, encoded(large, "PNG", compress_level=level)) for level in (1, 9)]
    assert shown[0].size == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert shown[0].hash == shown[1].hash
