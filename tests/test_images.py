import io
import struct
import zlib

import numpy as np
import pytest
from helpers.pictures import photograph, png
from PIL import Image

from motionedit_bench.errors import ImageError
from motionedit_bench.images import (
    FORMATS,
    SUFFIXES,
    decode,
    encode_png,
    is_stretched,
    resize,
    resize_plain,
    to_array,
)

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


EXACT = {
    "BMP": {},
    "TIFF": {},
    "GIF": {},
    "AVIF": {"quality": 100},
    "WEBP": {"lossless": True},
}


@pytest.mark.parametrize("form", EXACT)
def test_other_still_pictures_are_read(form):
    image = Image.fromarray(PIXELS).quantize(200).convert("RGB") if form == "GIF" else Image.fromarray(PIXELS)
    content = png(image, form, **EXACT[form])
    found = to_array(decode(content)).astype(int)
    assert np.abs(found - np.asarray(image)).mean() < (0.01 if form in ("BMP", "TIFF", "GIF") else 4)
    assert (to_array(decode(content)) == found).all()


@pytest.mark.parametrize("form", ["GIF", "TIFF", "AVIF"])
def test_several_pictures_in_one_file_are_refused(form):
    frames = [Image.fromarray(photograph(k, 32, 32)) for k in range(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format=form, save_all=True, append_images=frames[1:])
    with pytest.raises(ImageError, match=r"animated \((3|several) frames\); a still image"):
        decode(buffer.getvalue())


@pytest.mark.parametrize("compression", ["tiff_lzw", "jpeg", "tiff_adobe_deflate"])
def test_a_compressed_tiff_is_named_as_one(compression):
    with pytest.raises(ImageError, match=f"a TIFF compressed by {compression}: save it anew"):
        decode(png(PIXELS, "TIFF", compression=compression))


def test_numbers_without_a_range_are_refused():
    for kind in (np.float32, np.int32):
        with pytest.raises(ImageError, match="no agreed range; save it with 8 or 16 bits"):
            decode(png(Image.fromarray(np.full((8, 8), 0.5 if kind is np.float32 else 7, kind)), "TIFF"))


def test_every_level_of_16_bits_is_rounded_to_the_nearest_of_8():
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    for form in ("PNG", "TIFF"):
        found = to_array(decode(png(Image.fromarray(levels), form)))[..., 0]
        assert (found == np.rint(levels / 257.0)).all()


def test_a_picture_of_many_bands_is_the_same_as_of_one(monkeypatch):
    rgba = np.dstack([PIXELS, PIXELS[..., 0]])
    for content in (png(rgba), png(Image.fromarray(PIXELS).convert("LA")), png(PIXELS)):
        whole = to_array(decode(content))
        with monkeypatch.context() as small:
            small.setattr("motionedit_bench.images._BAND", 500)
            assert (to_array(decode(content)) == whole).all()


def test_a_turned_tiff_is_turned_once():
    content = png(Image.fromarray(PIXELS), "TIFF", tiffinfo={274: 6})
    assert (to_array(decode(content)) == np.rot90(PIXELS, -1)).all()


def test_suffixes_are_those_of_the_formats():
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
    known = Image.registered_extensions()
    assert {known[suffix] for suffix in SUFFIXES} == set(FORMATS)
