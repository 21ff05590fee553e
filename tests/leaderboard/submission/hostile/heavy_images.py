"""Pictures that take much time or memory, and are small."""

import struct
import zlib
from collections.abc import Callable

from helpers.pictures import png
from PIL import Image

from .attempt import Attempt, Family
from .raw_images import (
    SIGNATURE,
    blank,
    chunk,
    chunks_of,
    grey,
    header,
    jpeg,
    png_of,
    repeated_scan,
    segment,
    webp,
    with_chunks,
    with_segments,
    zeros,
)

SCANS = Family("JPEGs with many scans")
LARGE = Family("very large pictures")
CHUNKS = Family("PNGs with much between their pixels")
BROKEN = Family("pictures that are broken")
SEGMENTS = Family("JPEGs and WebPs that wear a reader out")

SIDE = 9984


def every(make: Callable[[Image.Image], bytes], suffix: str = ".png"):
    """Such a picture for every item, made once, at scores that were never theirs."""

    def build(attempt: Attempt) -> None:
        content = make(attempt.world.input("item-0"))
        attempt.pictures(lambda _: content, suffix)

    return build


SCANS.add("three hundred, 100 megapixels", every(lambda _: repeated_scan(grey(SIDE, SIDE), 300), ".jpg"))
SCANS.add(
    "three thousand, of four megapixels", every(lambda _: repeated_scan(grey(2000, 2000), 3000), ".jpg")
)
SCANS.add("three hundred, with a PNG's name", every(lambda _: repeated_scan(grey(4000, 4000), 300)))
SCANS.add("a hundred thousand, of a small one", every(lambda own: repeated_scan(own, 100_000), ".jpg"))
SCANS.add("three hundred, behind a comment", every(lambda _: behind_comment(), ".jpg"))
SCANS.add(
    "three hundred in colour", every(lambda _: repeated_scan(Image.new("RGB", (3000, 3000)), 300), ".jpg")
)


def behind_comment() -> bytes:
    """A false start of a scan, inside a comment, and a false end."""
    return with_segments(repeated_scan(grey(4000, 4000), 300), segment(0xFE, b"\xff\xd9\xff\xda" * 9))


LARGE.add("100 megapixels of 16 bits", every(lambda _: blank(SIDE, SIDE, 16)))
LARGE.add("100 megapixels of 16 bits in colour with alpha", every(lambda _: blank(SIDE, SIDE, 16, 6)))
LARGE.add("100 megapixels, interlaced", every(lambda _: blank(SIDE, SIDE, 8, 2, 1)))
LARGE.add("100 megapixels of one bit", every(lambda _: blank(SIDE, SIDE, 1)))
LARGE.add(
    "two billion pixels", every(lambda _: png_of([header(46_000, 46_000), (b"IDAT", zeros(1_000_000))]))
)
LARGE.add("a header of no width", every(lambda _: png_of([header(0, 100), (b"IDAT", zlib.compress(b""))])))
LARGE.add("the widest header", every(lambda _: png_of([header(2**31 - 1, 1), (b"IDAT", zeros(1_000_000))])))
LARGE.add("100 megapixels as WebP", every(lambda _: webp(Image.new("RGB", (9000, 9000)), quality=1), ".webp"))
LARGE.add("100 megapixels as JPEG", every(lambda _: jpeg(grey(SIDE, SIDE)), ".jpg"))
LARGE.add("one line of 100 megapixels", every(lambda _: blank(99_000_000, 1)))


def between(make: Callable[[], list[tuple[bytes, bytes]]]):
    return every(lambda own: with_chunks(own, *make()))


CHUNKS.add("a profile of a gigabyte", between(lambda: [(b"iCCP", b"x\0\0" + zeros(1_000_000_000))]))
CHUNKS.add("a text of a gigabyte", between(lambda: [(b"zTXt", b"x\0\0" + zeros(1_000_000_000))]))
CHUNKS.add(
    "an international text of a gigabyte", between(lambda: [(b"iTXt", b"x\0\1\0\0\0" + zeros(1_000_000_000))])
)
CHUNKS.add(
    "fifty texts below every limit",
    between(lambda: [(b"zTXt", b"x%d\0\0" % n + zeros(1_000_000)) for n in range(60)]),
)
CHUNKS.add("a million small texts", between(lambda: [(b"tEXt", b"x\0y")] * 1_000_000))
CHUNKS.add("a million empty chunks", between(lambda: [(b"abCd", b"")] * 1_000_000))
CHUNKS.add(
    "a tag block of ten megabytes", between(lambda: [(b"eXIf", b"II*\0\x08\0\0\0" + b"\xff" * 10_000_000)])
)
CHUNKS.add(
    "more pixels than there is room for",
    every(lambda _: png_of([header(160, 120), (b"IDAT", zeros(1_000_000_000))])),
)
CHUNKS.add("pixels in a million chunks", every(lambda own: in_pieces(own)))


def in_pieces(image: Image.Image) -> bytes:
    first, *rest = chunks_of(png(image))
    data = b"".join(data for kind, data in rest if kind == b"IDAT")
    pieces = [(b"IDAT", data[n : n + 1]) for n in range(len(data))]
    return png_of([first, *pieces, *[(b"IDAT", b"")] * 500_000])


def with_crc(image: Image.Image) -> bytes:
    parts = chunks_of(png(image))
    return SIGNATURE + b"".join(chunk(kind, data, crc=0) for kind, data in parts) + chunk(b"IEND", b"")


BROKEN.add("cut in half", every(lambda own: (content := png(own))[: len(content) // 2]))
BROKEN.add("wrong check values", every(with_crc))
BROKEN.add("no pixels", every(lambda _: png_of([header(160, 120)])))
BROKEN.add(
    "a palette that is not there",
    every(lambda _: png_of([header(160, 120, 8, 3), (b"IDAT", zeros(1_000_000))])),
)
BROKEN.add(
    "a depth that is none", every(lambda _: png_of([header(160, 120, 7, 2), (b"IDAT", zeros(1_000_000))]))
)
BROKEN.add("two headers", every(lambda own: png_of([header(1, 1), *chunks_of(png(own))])))
BROKEN.add(
    "a chunk of two gigabytes, as it says",
    every(lambda _: SIGNATURE + struct.pack(">I", 2**31 - 1) + b"IHDR"),
)
BROKEN.add("a JPEG cut in half", every(lambda own: (content := jpeg(own))[: len(content) // 2], ".jpg"))
BROKEN.add("an SVG", every(lambda _: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'))
BROKEN.add(
    "PostScript",
    every(lambda _: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n"),
)
BROKEN.add("nothing", every(lambda _: b""))
BROKEN.add("a page", every(lambda _: b"<!doctype html><script>alert(1)</script>"))

SEGMENTS.add("a picture larger than its pixels", every(lambda own: larger(jpeg(own)), ".jpg"))
SEGMENTS.add(
    "ten thousand tables",
    every(lambda own: with_segments(jpeg(own), *[segment(0xFE, b"x" * 999)] * 10_000), ".jpg"),
)
SEGMENTS.add("ten thousand profiles", every(lambda own: with_segments(jpeg(own), *profiles()), ".jpg"))
SEGMENTS.add(
    "a million fill bytes", every(lambda own: jpeg(own)[:2] + b"\xff" * 5_000_000 + jpeg(own)[2:], ".jpg")
)
SEGMENTS.add(
    "an extended profile of gigabytes", every(lambda own: with_segments(jpeg(own), *photoshop()), ".jpg")
)
SEGMENTS.add("a million other pictures", every(lambda own: with_segments(jpeg(own), many_pictures()), ".jpg"))
SEGMENTS.add("a WebP whose sizes lie", every(lambda own: lying(webp(own)), ".webp"))
SEGMENTS.add("a WebP of chunks that nobody knows", every(lambda own: unknown_chunks(own), ".webp"))


def larger(content: bytes) -> bytes:
    """The size in the header set to 65,500 x 1,500."""
    place = content.index(b"\xff\xc0") + 5
    return content[:place] + struct.pack(">HH", 1500, 65_500) + content[place + 4 :]


def profiles() -> list[bytes]:
    return [segment(0xE2, b"ICC_PROFILE\0" + bytes([n % 255 + 1, 255]) + b"\0" * 5000) for n in range(10_000)]


def photoshop() -> list[bytes]:
    return [segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", 2**31 - 1))] * 1000


def many_pictures() -> bytes:
    """An index of pictures that says there are a million."""
    entry = struct.pack(">HHII", 0xB001, 4, 1, 1_000_000)
    return segment(0xE2, b"MPF\0MM\0*\0\0\0\x08" + struct.pack(">H", 1) + entry + b"\0\0\0\0")


def lying(content: bytes) -> bytes:
    return (
        content[:4] + struct.pack("<I", 2**32 - 10) + content[8:16] + struct.pack("<I", 2**31) + content[20:]
    )


def unknown_chunks(image: Image.Image) -> bytes:
    content = webp(image) + b"abcd\0\0\0\0" * 1_000_000
    return content[:4] + struct.pack("<I", len(content) - 8) + content[8:]
