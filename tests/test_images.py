import io
import struct
import zlib

import numpy as np
import pytest
from helpers.pictures import photograph, png
from PIL import Image

from motionedit_bench.errors import ImageError
from motionedit_bench.images import decode, encode_png, is_stretched, resize, resize_plain, to_array

PIXELS = photograph(0, 64, 48)


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than its few bytes hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def test_the_content_decides_not_the_name_and_png_keeps_every_pixel():
    assert (to_array(decode(png(PIXELS))) == PIXELS).all()
    assert (to_array(decode(encode_png(Image.fromarray(PIXELS)))) == PIXELS).all()
    assert decode(png(PIXELS, "WEBP", lossless=True)).size == (64, 48)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"not an image at all", "not an image of the formats"),
        (png(PIXELS, "TGA"), "not an image of the formats PNG, JPEG, WEBP, AVIF, BMP, GIF, TIFF"),
        (png(PIXELS)[: len(png(PIXELS)) // 2], "cannot be decoded"),
        (png(PIXELS, "JPEG")[:-300], "cannot be decoded"),
        (png(PIXELS)[:20], "not an image|cannot be decoded"),
        (huge_png(60_000, 60_000), "pixels"),
        (huge_png(12_000, 9_000), "12000x9000 pixels, more than the 100000000 allowed"),
        (huge_png(640, 480), "cannot be decoded"),
    ],
)
def test_what_is_no_picture_says_why(content, reason):
    with pytest.raises(ImageError, match=reason):
        decode(content)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_is_refused(form):
    frames = [Image.fromarray(photograph(k, 32, 32)) for k in range(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format=form, save_all=True, append_images=frames[1:])
    with pytest.raises(ImageError, match="animated \\(3 frames\\)"):
        decode(buffer.getvalue())


def test_sixteen_bits_are_scaled_not_clipped():
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)
    found = to_array(decode(png(Image.fromarray(ramp))))
    assert (found[..., 0] == np.arange(256).reshape(16, 16)).all()
    assert (found[..., 0] == found[..., 2]).all()


def test_alpha_lies_over_white_and_palettes_and_cmyk_become_rgb():
    rgba = np.dstack([PIXELS, np.zeros((48, 64), np.uint8)])
    rgba[:10, :, 3] = 255
    found = to_array(decode(png(rgba)))
    assert (found[:10] == PIXELS[:10]).all()
    assert (found[10:] == 255).all()
    palette = Image.fromarray(PIXELS).quantize(16)
    assert (to_array(decode(png(palette))) == np.asarray(palette.convert("RGB"))).all()
    cmyk = Image.fromarray(PIXELS).convert("CMYK")
    found = to_array(decode(png(cmyk, "JPEG", quality=95))).astype(int)
    assert np.abs(found - PIXELS).mean() < 12


def test_transparent_palette_lies_over_white():
    palette = Image.fromarray(np.zeros((8, 8), np.uint8), mode="P")
    palette.putpalette([10, 20, 30])
    assert (to_array(decode(png(palette, transparency=0))) == 255).all()


def test_exif_rotation_is_applied():
    image = Image.fromarray(PIXELS)
    exif = image.getexif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    found = decode(png(image, "PNG", exif=exif))
    assert (to_array(found) == np.rot90(PIXELS, -1)).all()


def test_resizing():
    image = Image.fromarray(PIXELS)
    assert resize(image, 64, 48) is image
    assert resize(image, 32, 24).size == (32, 24)
    assert resize_plain(PIXELS, 64, 48).dtype == np.float32
    assert (resize_plain(PIXELS, 64, 48) == PIXELS).all()
    doubled = resize_plain(np.array([[[0.0] * 3, [4.0] * 3]]), 4, 1)
    assert doubled[0, :, 0].tolist() == [0.0, 1.0, 3.0, 4.0]  # half-pixel centres
    halved = resize_plain(np.arange(8.0).reshape(1, 8, 1).repeat(3, 2), 2, 1)
    assert halved[0, :, 0].tolist() == [1.5, 5.5]  # no antialiasing: two neighbours, not four


def test_stretched_is_symmetric_and_starts_at_two_percent():
    assert not is_stretched((1000, 500), (1019, 500))
    assert is_stretched((1000, 500), (1021, 500))
    assert is_stretched((1021, 500), (1000, 500))
