"""Reads a submission that is a zip archive: the list of files is looked through before any byte of theirs."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.reading import Contents, Folder, Hostile, shown

MAX_RATIO = 200
"""A file that unpacks to more than so many times its size is taken for a bomb (score rows reach about 40)."""
ENTRY = 500
"""Bytes of one file in an archive's list, which is read at once."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
HEADER, END = 30, 22
"""Bytes before the name of a file in an archive, and of the record at its very end."""
BEGUN = b"PK\x03\x04"
"""How a file in an archive begins."""
SECOND_NAME = 0x7075
"""The further field of a file by which some readers call it."""
STREAMED = 8
"""The flag of a file whose sizes are told behind it."""

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(NotImplementedError, ValueError, RuntimeError, OverflowError),
)
"""What reading an archive raises that is none."""


class Archive(Contents):
    """A submission as a zip archive."""

    def _look_through(self) -> None:
        if not stat.S_ISREG(self.path.stat().st_mode):
            raise Hostile("no plain file")
        file = self._held.enter_context(self.path.open("rb"))
        end = file.seek(0, 2)
        file.seek(max(0, end - 70_000))
        count, start = _look_at_the_end(file.read(), self.bounds)
        try:
            self._zip = self._held.enter_context(zipfile.ZipFile(file))
        except DAMAGED as error:
            raise Hostile(f"not a zip archive that can be read: {type(error).__name__}") from error
        for entry in self._zip.infolist():
            _look_at(entry)
            self._admit(entry.filename, entry.file_size)
        if len(self._zip.infolist()) != count:
            raise Hostile(f"the archive's list has {len(self._zip.infolist())} files, not {count}")
        if self._zip.start_dir != start:
            raise Hostile("the archive's list begins elsewhere than the archive's end says")
        _read_in_one_way(file, self._zip.infolist(), self._zip.start_dir)

    def _read(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as file:
                return file.read(self.sizes[name] + 1)
        except DAMAGED as error:
            raise Hostile(f"{name} is damaged ({type(error).__name__})") from error


def _look_at_the_end(tail: bytes, bounds: Bounds) -> tuple[int, int]:
    """Look at the last bytes of the file, before the list of files is read; how many files that has, and
    where it is said to begin."""
    if len(tail) < END or not tail[-END:].startswith(b"PK\x05\x06"):
        raise Hostile("not a zip archive, or one with something behind its end")
    alone, count, size, start, commented = struct.unpack_from("<8xHHIIH", tail, len(tail) - END)
    large = count > bounds.files or size > bounds.files * ENTRY
    if large or tail[-END - 20 : -END].startswith(b"PK\x06\x07"):
        raise Hostile(f"the archive's list of files is too long for {bounds.items} items")
    if commented or alone != count:
        raise Hostile("the archive's end is not that of one archive")
    return int(count), int(start)


def _look_at(entry: zipfile.ZipInfo) -> None:
    name = shown(entry.orig_filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not entry.filename or entry.is_dir() or kind not in (0, stat.S_IFREG) or entry.flag_bits & 1:
        raise Hostile(f"{name} is a folder, a link, no plain file, or encrypted")
    if entry.compress_type not in METHODS:
        raise Hostile(f"{name} is packed by method {entry.compress_type}: only stored and deflate are read")
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Hostile(f"{name} unpacks to more than {MAX_RATIO} times its size")
    if entry.orig_filename != entry.filename:
        raise Hostile(f"{name} is written in an odd way")


def _read_in_one_way(file: BinaryIO, entries: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Hold that files lie one behind the other from the first byte on, each as the list has it.

    What lies between them, under another name or in a second list is what another reader unpacks.
    """
    place = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        name = shown(entry.filename)
        if entry.header_offset != place:
            raise Hostile(f"{name} lies in another file of the archive, or behind bytes of none")
        file.seek(place)
        head = file.read(HEADER)
        if len(head) < HEADER or not head.startswith(BEGUN):
            raise Hostile(f"no file begins where the archive's list has {name}")
        flags, method, *sizes, named, more = struct.unpack("<4x2xHH4xIIIHH", head)
        if file.read(named) != entry.filename.encode() or (flags, method) != (
            entry.flag_bits,
            entry.compress_type,
        ):
            raise Hostile(f"{name} is another file where it lies than in the archive's list")
        if SECOND_NAME in (*_fields(entry.extra), *_fields(file.read(more))):
            raise Hostile(f"{name} has a second name")
        told = [entry.CRC, entry.compress_size, entry.file_size]
        place += HEADER + named + more + entry.compress_size
        if flags & STREAMED:
            file.seek(place)
            place += _described(file.read(16), told)
        elif sizes != told:
            raise Hostile(f"{name} has another size where it lies than in the archive's list")
    if place != end:
        raise Hostile("the archive holds bytes of no file before its list of files")


def _described(behind: bytes, told: Sequence[int]) -> int:
    """The length of what tells the sizes behind a file that was written as it came."""
    wanted = struct.pack("<III", *told)
    for start in (b"PK\x07\x08", b""):
        if behind.startswith(start + wanted):
            return len(start + wanted)
    raise Hostile("the archive has a file of another size behind it than in its list")


def _fields(extra: bytes) -> Iterator[int]:
    """The numbers of the further fields of a file."""
    while len(extra) >= 4:
        number, size = struct.unpack_from("<HH", extra)
        yield number
        extra = extra[4 + size :]


def open_contents(path: Path, bounds: Bounds) -> Contents:
    """A submission's files, of a folder or a zip archive.

    Raises:
        Hostile: see `Contents`.
    """
    try:
        return Folder(path, bounds) if path.is_dir() else Archive(path, bounds)
    except OSError as error:
        raise Hostile(f"cannot be read: {error.strerror or type(error).__name__}") from error
