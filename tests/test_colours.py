"""Pictures with colour profiles against other arithmetic; the profiles are made here."""

import io
import re
import struct
import zlib

import numpy as np
import pytest
from helpers.pictures import photograph, png
from helpers.profiles import (
    ADOBE,
    ADOBE_GAMMA,
    P3,
    SRGB,
    SRGB_CURVE,
    cmyk_profile,
    encoded_for,
    grey_profile,
    rgb_profile,
    to_linear,
)
from PIL import Image, ImageCms

from motionedit_bench.colours import MAX_PROFILE
from motionedit_bench.images import colours, decode, to_array

PIXELS = np.clip(photograph(0, 64, 48), 40, 215)  # without colours that other spaces lack or crowd
PROFILES = {
    "adobe": (ADOBE, ADOBE_GAMMA, rgb_profile(ADOBE, ADOBE_GAMMA, "Adobe RGB (1998)")),
    "p3": (P3, None, rgb_profile(P3, SRGB_CURVE, "Display P3")),
}


def with_chunk(content: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk, before its pixels."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    place = content.index(b"IDAT") - 4
    return content[:place] + chunk + content[place:]


def off(content: bytes, pixels: np.ndarray = PIXELS) -> float:
    """How far a decoded picture is from one, at most, of 255."""
    return np.abs(to_array(decode(content)).astype(float) - pixels).max()


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize(
    ("form", "options", "limit"),
    [
        ("PNG", {}, 0.5),
        ("WEBP", {"lossless": True}, 0.5),
        ("TIFF", {}, 0.5),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}, 1.5),
        ("JPEG", {"quality": 100, "subsampling": 0}, 1.5),
    ],
)
def test_a_picture_with_a_profile_is_the_picture_that_it_stands_for(name, form, options, limit):
    primaries, gamma, profile = PROFILES[name]
    there = np.rint(encoded_for(PIXELS, primaries, gamma)).astype(np.uint8)
    assert np.abs(there.astype(int) - PIXELS).max().max() > 15
    content = png(there, form, icc_profile=profile, **options)
    assert np.abs(to_array(decode(content)).astype(float) - PIXELS).mean() < limit
    assert "converted to sRGB from" in colours(content).note
    assert colours(content).version == "srgb-1"
    assert not colours(content).trouble


@pytest.mark.parametrize(
    "profile",
    [
        rgb_profile(SRGB, SRGB_CURVE, "some sRGB"),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_profile_of_srgb_changes_no_pixel_and_no_version(profile, form):
    for pixels in (PIXELS, np.dstack([PIXELS, PIXELS[..., 0]])[..., : 3 if form == "JPEG" else 4]):
        content, plain = png(pixels, form, icc_profile=profile), png(pixels, form)
        assert (to_array(decode(content)) == to_array(decode(plain))).all()
        assert (colours(content).version, colours(content).note) == (None, None)


def test_nearly_srgb_is_not_srgb():
    content = png(PIXELS, icc_profile=rgb_profile(SRGB, 2.2, "gamma 2.2"))
    assert colours(content).version == "srgb-1"
    assert 0 < off(content) < 12


def test_greys_are_converted_by_a_grey_profile_at_8_and_16_bits():
    levels = np.arange(256, dtype=np.uint8)[None]
    light = (levels / 255.0) ** 1.8
    wanted = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    profile = grey_profile(1.8)
    for content in (
        png(levels, icc_profile=profile),
        png(Image.fromarray(levels.astype(np.uint16) * 257), icc_profile=profile),
        png(Image.fromarray(levels).convert("LA"), icc_profile=profile),
    ):
        assert np.abs(to_array(decode(content))[..., 1] - wanted).max() <= 2
    assert to_linear(np.array(0.5)) == pytest.approx(0.2140, abs=1e-4)


def test_inks_are_converted_by_a_press_profile():
    inks = Image.new("CMYK", (16, 16), (0, 0, 0, 0))
    inks.paste((255, 0, 0, 0), (0, 0, 8, 16))
    with_profile = to_array(decode(png(inks, "JPEG", quality=95, icc_profile=cmyk_profile())))
    assert with_profile[8, 2].max() <= 4  # by that press cyan is black; without it, it is blue-green
    assert with_profile[8, 13].min() >= 250
    assert to_array(decode(png(inks, "JPEG", quality=95)))[8, 2].max() > 200


def test_transparency_lies_over_white_after_the_conversion():
    primaries, gamma, profile = PROFILES["adobe"]
    there = np.rint(encoded_for(PIXELS, primaries, gamma)).astype(np.uint8)
    alpha = np.full((48, 64), 255, np.uint8)
    alpha[:10] = 0
    found = to_array(decode(png(np.dstack([there, alpha]), icc_profile=profile))).astype(int)
    assert (found[:10] == 255).all()
    assert np.abs(found[10:] - PIXELS[10:]).mean() < 0.5
    palette = Image.fromarray(there).quantize(32)
    wanted = np.asarray(ImageCms.profileToProfile(palette.convert("RGB"), *_pair(profile)))
    found = to_array(decode(png(palette, icc_profile=profile)))
    assert np.abs(found.astype(int) - wanted).max() <= 3


def _pair(profile: bytes) -> tuple[ImageCms.ImageCmsProfile, ImageCms.ImageCmsProfile]:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")


def test_a_turned_picture_with_a_profile_is_both_turned_and_converted():
    primaries, gamma, profile = PROFILES["p3"]
    image = Image.fromarray(np.rint(encoded_for(PIXELS, primaries, gamma)).astype(np.uint8))
    exif = image.getexif()
    exif[0x0112] = 6
    assert off(png(image, exif=exif, icc_profile=profile), np.rot90(PIXELS, -1)) <= 4


def iccp(body: bytes) -> bytes:
    return with_chunk(png(PIXELS), b"iCCP", body)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (png(PIXELS, icc_profile=b"no profile at all"), "cannot be used"),
        (png(PIXELS, icc_profile=rgb_profile(ADOBE, 2.2, "x")[:200]), "cannot be used"),
        (png(PIXELS, "JPEG", icc_profile=rgb_profile(ADOBE, 2.2, "x")[:-100]), "cannot be used"),
        (png(PIXELS, icc_profile=grey_profile(1.8, "Dot gain")), "Dot gain, for GRAY, while .* RGB"),
        (png(PIXELS, icc_profile=cmyk_profile()), "Press, for CMYK, while the picture is RGB"),
        (png(PIXELS[..., 0], icc_profile=rgb_profile(P3, 2.2, "Display P3")), "for RGB, while .* grey"),
        (png(PIXELS, "JPEG", icc_profile=b"x" * (MAX_PROFILE + 1)), "bytes, more than"),
        (iccp(b"name\0\0this is not deflated"), "damaged"),
        (with_chunk(png(PIXELS), b"gAMA", struct.pack(">I", 100_000)), "gAMA of 1 chunk is not followed"),
        (
            with_chunk(
                png(PIXELS),
                b"cHRM",
                struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000),
            ),
            "cHRM chunk is not followed",
        ),
        (with_chunk(png(PIXELS), b"cICP", bytes((9, 16, 0, 1))), r"cICP chunk \(09 10 00 01\)"),
    ],
)
def test_what_cannot_be_followed_is_told_and_pixels_stay(content, note):
    found = colours(content)
    assert found.trouble
    assert found.version is None
    assert re.search(note, found.note), found.note
    assert off(content, to_array(Image.open(io.BytesIO(content)))) == 0


@pytest.mark.parametrize(
    "content",
    [
        png(PIXELS),
        with_chunk(png(PIXELS), b"gAMA", struct.pack(">I", 45455)),
        with_chunk(png(PIXELS), b"sRGB", b"\0"),
        with_chunk(with_chunk(png(PIXELS), b"sRGB", b"\0"), b"gAMA", struct.pack(">I", 100_000)),
        with_chunk(png(PIXELS), b"cICP", bytes((1, 13, 0, 1))),
    ],
)
def test_what_says_srgb_in_other_words_is_taken_without_ado(content):
    assert colours(content).note is None
    assert off(content) == 0


def test_a_profiles_name_is_told_in_plain_characters():
    for name in ("<b>my](profile</b>" + "x" * 300, "profil d'écran \u202e"):
        content = png(PIXELS, icc_profile=rgb_profile(ADOBE, 2.2, name))
        assert colours(content).version == "srgb-1"
        assert not set("<>]é\u202e\n") & set(colours(content).note)
        assert len(colours(content).note) < 100
