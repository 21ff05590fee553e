"""Pictures that ask for more than they look like are refused by their header, or decoded in bounds."""

import io
import re
import struct
import subprocess
import sys
import time
import zlib

import numpy as np
import pytest
from helpers.pictures import photograph, png
from PIL import Image

from motionedit_bench.encoded import MAX_CHUNKS, MAX_SCANS, MAX_SEGMENTS, check_passed, count_scans
from motionedit_bench.errors import ImageError
from motionedit_bench.images import colours, decode, to_array

PIXELS = photograph(0, 64, 48)


def refusal(content: bytes) -> str:
    """Why a picture is refused; nothing where it is decoded."""
    try:
        return "" if decode(content).size == (64, 48) else "another size"
    except ImageError as error:
        return str(error)


def again(content: bytes, times: int) -> bytes:
    """A JPEG whose last scan is there so many times more."""
    end, last = content.rindex(b"\xff\xd9"), content.rindex(b"\xff\xda")
    return content[:end] + content[last:end] * times + content[end:]


def sized(content: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header says another size."""
    place = re.search(rb"\xff[\xc0\xc2]\x00\x11\x08|\xff[\xc0\xc2]\x00\x0b\x08", content).end()
    return content[:place] + struct.pack(">HH", height, width) + content[place + 4 :]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunks(*more: bytes) -> bytes:
    content = png(PIXELS)
    place = content.index(b"IDAT") - 4
    return content[:place] + b"".join(more) + content[place:]


@pytest.mark.parametrize("progressive", [True, False])
@pytest.mark.parametrize("pixels", [PIXELS, PIXELS[..., 0]])
def test_a_jpeg_of_many_scans_is_refused_before_any_is_decoded(progressive, pixels):
    content = again(png(pixels, "JPEG", progressive=progressive), 300)
    with pytest.raises(ImageError, match=f"more than {MAX_SCANS} scans; save it anew"):
        decode(content)
    with pytest.raises(ImageError, match="scans"):
        colours(content)


def test_scans_that_pass_over_too_many_pixels_are_refused():
    content = again(png(PIXELS[..., 0], "JPEG", progressive=True), 30)
    assert decode(content).size == (64, 48)
    with pytest.raises(ImageError, match="scans over 81000000 pixels"):
        decode(sized(content, 9000, 9000))


@pytest.mark.parametrize("options", [{"progressive": True}, {}, {"progressive": True, "subsampling": 0}])
def test_what_encoders_make_is_far_from_the_limits(options):
    content = png(PIXELS, "JPEG", **options)
    assert 1 <= count_scans(content) <= 10
    check_passed(count_scans(content), 100_000_000)
    assert (to_array(decode(content)) == np.asarray(Image.open(io.BytesIO(content)))).all()


def test_what_looks_like_a_scan_within_a_segment_is_none():
    content = png(PIXELS, "JPEG", comment=b"\xff\xda\x00\x02" * 1000)
    assert decode(content).size == (64, 48)
    exif = Image.Exif()
    exif[0x010E] = "\xff\xda" * 3000
    assert decode(png(PIXELS, "JPEG", exif=exif)).size == (64, 48)


def test_scans_behind_filling_and_restarts_are_counted():
    content = png(PIXELS, "JPEG", progressive=True, restart_marker_blocks=1)
    assert decode(content).size == (64, 48)
    end, last = content.rindex(b"\xff\xd9"), content.rindex(b"\xff\xda")
    hidden = b"\xff\xff\xff" + content[last:end] + b"\xff\xd0\xff\xd1\xff\x00"
    with pytest.raises(ImageError, match="scans"):
        decode(content[:end] + hidden * 200 + content[end:])


@pytest.mark.parametrize(
    "flood", [b"\xff\xd0", b"\xff\x00", b"\xff", b"\x00", b"\xff\xfe\x00\x02", b"\xff\x01"]
)
def test_a_jpeg_flooded_with_markers_ends_soon(flood):
    content = png(PIXELS, "JPEG")
    end = content.rindex(b"\xff\xd9")
    began = time.process_time()
    reason = refusal(content[:end] + flood * (2_000_000 // len(flood)) + content[end:])
    assert (f"more than {MAX_SEGMENTS} segments" in reason) == (flood[:2] == b"\xff\xfe")
    assert time.process_time() - began < 20


@pytest.mark.parametrize("marker", [0xC1, 0xC3, 0xC9, 0xCA])
def test_a_jpeg_of_another_coding_is_decoded_or_refused(marker):
    content = png(PIXELS, "JPEG")
    place = content.index(b"\xff\xc0") + 1
    assert "\n" not in refusal(content[:place] + bytes((marker,)) + content[place + 1 :])


def test_a_png_of_many_chunks_is_refused():
    content = with_chunks(chunk(b"tEXt", b"a\0b") * (MAX_CHUNKS + 1))
    with pytest.raises(ImageError, match=f"more than {MAX_CHUNKS} chunks"):
        decode(content)
    assert decode(with_chunks(chunk(b"tEXt", b"a\0b") * 1000)).size == (64, 48)


BOMB = zlib.compress(bytes(200_000_000), 9)


@pytest.mark.parametrize(
    "body",
    [
        (b"zTXt", b"name\0\0" + BOMB),
        (b"iTXt", b"name\0\1\0\0\0" + BOMB),
        (b"iCCP", b"name\0\0" + BOMB),
        (b"iTXt", b"name\0\0\0\0\0" + bytes(90_000_000)),
    ],
)
def test_a_png_with_a_bomb_beside_its_pixels_is_refused(body):
    began = time.process_time()
    assert re.search("too large|Too much memory", refusal(with_chunks(chunk(*body))))
    assert time.process_time() - began < 20


def test_pixels_that_unpack_to_more_than_the_header_says_are_cut():
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", BOMB) + chunk(b"IEND", b"")
    assert (to_array(decode(content)) == 0).all()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF", "BMP", "GIF", "TIFF"])
def test_a_callers_own_limit_of_pixels_holds(form):
    content = png(PIXELS, form)
    assert decode(content, most=64 * 48).size == (64, 48)
    with pytest.raises(ImageError, match="64x48 pixels, more than the 3000 allowed"):
        decode(content, most=3000)


MEASURED = """
import io, resource, sys
import numpy as np
from PIL import Image
from motionedit_bench.images import decode
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
decode(content)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.always("RGBA")
@pytest.mark.parametrize("mode", ["I;16", "RGBA", "LA", "RGB"])
def test_a_hundred_megapixels_take_less_than_three_times_the_result(mode):
    side = 9984
    if mode == "I;16":
        image = Image.fromarray(np.full((side, side), 30_000, np.uint16))
    else:
        image = Image.new(mode, (side, side))
    content = png(image)
    done = subprocess.run([sys.executable, "-c", MEASURED], input=content, capture_output=True, check=True)
    assert int(done.stdout) < 3 * 3 * side * side / 2**20
