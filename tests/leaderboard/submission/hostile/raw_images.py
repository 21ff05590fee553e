"""Writes pictures chunk by chunk, so that they can hold what no encoder writes."""

import io
import struct
import zlib
from collections.abc import Iterable

from helpers.pictures import png
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]


def chunk(kind: bytes, data: bytes, crc: int | None = None) -> bytes:
    check = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def header(width: int, height: int, depth: int = 8, colour: int = 2, interlaced: int = 0) -> Chunk:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)


def png_of(chunks: Iterable[Chunk]) -> bytes:
    """A PNG of these chunks and an end."""
    return SIGNATURE + b"".join(chunk(*one) for one in chunks) + chunk(b"IEND", b"")


def chunks_of(content: bytes) -> list[Chunk]:
    """All chunks of a PNG but its end."""
    found, place = [], len(SIGNATURE)
    while place < len(content):
        (size,) = struct.unpack_from(">I", content, place)
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        if kind != b"IEND":
            found.append((kind, data))
        place += size + 12
    return found


def with_chunks(image: Image.Image, *more: Chunk, **options: object) -> bytes:
    """A picture's PNG with chunks between its header and its pixels."""
    first, *rest = chunks_of(png(image, **options))
    return png_of([first, *more, *rest])


def zeros(size: int) -> bytes:
    """So many zeros, as zlib packs them, without ever having them all."""
    packer, block = zlib.compressobj(9), b"\0" * 1_000_000
    return b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()


def blank(width: int, height: int, depth: int = 8, colour: int = 0, interlaced: int = 0) -> bytes:
    """A black picture, however large, of zeros that are never in memory together."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    size = height * (1 + (width * depth * samples + 7) // 8)
    packer, block = zlib.compressobj(9), b"\0" * 1_000_000
    data = b"".join(packer.compress(block) for _ in range(size // len(block)))
    data += packer.compress(b"\0" * (size % len(block) + height * 8 * interlaced)) + packer.flush()
    return png_of([header(width, height, depth, colour, interlaced), (b"IDAT", data)])


def jpeg(image: Image.Image, **options: object) -> bytes:
    return png(image, "JPEG", **({"quality": 95, "subsampling": 0} | options))


def repeated_scan(image: Image.Image, times: int) -> bytes:
    """A progressive JPEG whose last scan comes so many times."""
    content = jpeg(image, progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + scan * times + b"\xff\xd9"


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segments(content: bytes, *more: bytes) -> bytes:
    """A JPEG with segments after its start."""
    return content[:2] + b"".join(more) + content[2:]


def grey(width: int, height: int) -> Image.Image:
    return Image.new("L", (width, height), 128)


def webp(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", **options)
    return buffer.getvalue()
