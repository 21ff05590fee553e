"""What an encoded picture asks of whoever decodes it, told by its markers and chunks alone."""

import re
import struct
from collections.abc import Iterator

from motionedit_bench.errors import ImageError

MAX_SCANS = 100
"""Scans of a JPEG: encoders make about ten. Each is a pass over all of the picture."""

MAX_PASSED = 2_000_000_000
"""Pixels that a JPEG's scans may pass over in all: twenty scans of the largest picture."""

MAX_SEGMENTS = 10_000
"""Segments of a JPEG, scans among them: the largest profile takes 256."""

MAX_CHUNKS = 100_000
"""Chunks of a PNG: the largest picture, in pieces of 8 KiB, has a third of it."""

_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7\x01]")
"""The next marker that is no stuffed byte, no restart and no other that stands alone."""

_START_OF_SCAN, _END = 0xDA, (0xD9, 0xD8)
_JPEG = b"\xff\xd8"
_PNG = b"\x89PNG\r\n\x1a\n"


def count_scans(content: bytes) -> int:
    """The scans of a JPEG; none of another file.

    Raises:
        ImageError: it has more than `MAX_SCANS` scans, or than `MAX_SEGMENTS` segments.
    """
    scans = 0
    for number, marker in enumerate(_jpeg_markers(content), start=1):
        scans += marker == _START_OF_SCAN
        if scans > MAX_SCANS:
            raise ImageError(f"a JPEG of more than {MAX_SCANS} scans; save it anew with fewer")
        if number > MAX_SEGMENTS:
            raise ImageError(f"a JPEG of more than {MAX_SEGMENTS} segments; save it anew without comments")
    return scans


def check_passed(scans: int, pixels: int) -> None:
    """Let scans of a picture pass that are decoded in bounded time.

    Raises:
        ImageError: they pass over more than `MAX_PASSED` pixels.
    """
    if scans * pixels > MAX_PASSED:
        raise ImageError(
            f"a JPEG of {scans} scans over {pixels} pixels: more than the {MAX_PASSED} that are passed over "
            "in all; save it anew as a baseline JPEG"
        )


def _jpeg_markers(content: bytes) -> Iterator[int]:
    """The markers up to the first picture's end, as a decoder meets them."""
    place = len(_JPEG)
    while content.startswith(_JPEG) and (found := _MARKER.search(content, place)):
        marker = content[found.end() - 1]
        if marker in _END:
            return
        yield marker
        length = content[found.end() : found.end() + 2]
        place = found.end() + int.from_bytes(length)


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and body of a PNG's chunks, as far as they are whole; nothing of another file.

    Raises:
        ImageError: it has more than `MAX_CHUNKS`.
    """
    place = len(_PNG)
    if not content.startswith(_PNG):
        return
    count = 0
    while place + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        count += 1
        if count > MAX_CHUNKS:
            raise ImageError(f"a PNG of more than {MAX_CHUNKS} chunks; save it anew")
        yield kind, content[place + 8 : place + 8 + length] if kind == b"cICP" else b""
        place += 12 + length
