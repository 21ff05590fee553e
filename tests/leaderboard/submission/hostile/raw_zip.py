"""Writes archives byte by byte, so that every field of one can lie."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

STORED, DEFLATED = 0, 8


def deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


@dataclass(frozen=True)
class Entry:
    """One file of an archive; what is not given is as it should be.

    Attributes:
        packed: what lies in the archive, if not the content compressed by ``method``.
        local_name: the name before the content; ``name`` is that in the list at the end.
        offset: where the list says that it lies.
    """

    name: bytes
    content: bytes
    method: int = DEFLATED
    packed: bytes | None = None
    flags: int = 0
    crc: int | None = None
    packed_size: int | None = None
    size: int | None = None
    extra: bytes = b""
    central_extra: bytes = b""
    local_name: bytes | None = None
    local_size: int | None = None
    mode: int = 0o100644
    system: int = 3
    offset: int | None = None
    descriptor: bytes = b""

    @property
    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return self.content if self.method == STORED else deflate(self.content)

    def _numbers(self, size: int) -> bytes:
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        packed = len(self.body) if self.packed_size is None else self.packed_size
        return struct.pack("<III", crc, packed & 0xFFFFFFFF, size & 0xFFFFFFFF)

    @property
    def _size(self) -> int:
        return len(self.content) if self.size is None else self.size

    def local(self) -> bytes:
        name = self.name if self.local_name is None else self.local_name
        size = self._size if self.local_size is None else self.local_size
        head = struct.pack("<4sHHHHH", b"PK\3\4", 20, self.flags, self.method, 0, 33)
        lengths = struct.pack("<HH", len(name), len(self.extra))
        return head + self._numbers(size) + lengths + name + self.extra + self.body + self.descriptor

    def central(self, offset: int) -> bytes:
        head = struct.pack("<4sBBHHHHH", b"PK\1\2", 20, self.system, 20, self.flags, self.method, 0, 33)
        lengths = struct.pack("<HHHHHI", len(self.name), len(self.central_extra), 0, 0, 0, self.mode << 16)
        place = struct.pack("<I", offset if self.offset is None else self.offset)
        return head + self._numbers(self._size) + lengths + place + self.name + self.central_extra


@dataclass(frozen=True)
class Raw:
    """An archive; ``before`` and ``after`` are bytes around it, ``shift`` is what its places are off by."""

    entries: Sequence[Entry]
    before: bytes = b""
    between: bytes = b""
    after: bytes = b""
    comment: bytes = b""
    comment_size: int | None = None
    count: int | None = None
    list_size: int | None = None
    list_place: int | None = None
    count_from_start: bool = True
    end_before: bytes = b""
    hidden: Sequence[Entry] = field(default_factory=tuple)

    def bytes(self) -> bytes:
        body, listed = self.before, b""
        base = 0 if self.count_from_start else len(self.before)
        for entry in self.entries:
            listed += entry.central(len(body) - base)
            body += entry.local()
        body += b"".join(entry.local() for entry in self.hidden) + self.between
        place = len(body) - base if self.list_place is None else self.list_place
        count = len(self.entries) if self.count is None else self.count
        size = len(listed) if self.list_size is None else self.list_size
        length = len(self.comment) if self.comment_size is None else self.comment_size
        end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, size, place, length)
        return body + listed + self.end_before + end + self.comment + self.after


def changed(entries: Sequence[Entry], name: bytes, **fields: object) -> list[Entry]:
    """The same entries, one of them with other fields."""
    assert any(entry.name == name for entry in entries)
    return [replace(entry, **fields) if entry.name == name else entry for entry in entries]  # type: ignore[arg-type]


def unicode_path(name: bytes, other: bytes) -> bytes:
    """The extra field 0x7075, by which some unpackers take another name."""
    content = struct.pack("<BI", 1, zlib.crc32(name)) + other
    return struct.pack("<HH", 0x7075, len(content)) + content


def zip64_extra(*numbers: int) -> bytes:
    content = struct.pack(f"<{len(numbers)}Q", *numbers)
    return struct.pack("<HH", 1, len(content)) + content


def zip64_end(size: int, place: int, count: int, at: int) -> bytes:
    """The end record of large archives, and the one that tells where it lies."""
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, place)
    return record + struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
