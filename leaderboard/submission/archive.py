"""Reads a submission that is a zip archive: the list of files is looked through before any byte of theirs."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.reading import Contents, Folder, Hostile, shown

MAX_RATIO = 200
"""A file that unpacks to more than so many times its size is taken for a bomb (score rows reach about 40)."""
ENTRY = 500
"""Bytes of one file in an archive's list, which is read at once."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
HEADER = 30
"""Bytes before the name of a file in an archive."""

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
        _look_at_the_end(file.read(), self.bounds)
        try:
            self._zip = self._held.enter_context(zipfile.ZipFile(file))
        except DAMAGED as error:
            raise Hostile(f"not a zip archive that can be read: {type(error).__name__}") from error
        for entry in self._zip.infolist():
            _look_at(entry)
            self._admit(entry.filename, entry.file_size)
        _lie_apart(self._zip.infolist(), self._zip.start_dir)

    def _read(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as file:
                return file.read(self.sizes[name] + 1)
        except DAMAGED as error:
            raise Hostile(f"{name} is damaged ({type(error).__name__})") from error


def _look_at_the_end(tail: bytes, bounds: Bounds) -> None:
    """Look at the last bytes of the file, before the list of files is read."""
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        raise Hostile("not a zip archive")
    count, size = struct.unpack_from("<HI", tail, place + 10)
    large = count > bounds.files or size > bounds.files * ENTRY
    if large or tail[max(0, place - 20) : place].startswith(b"PK\x06\x07"):
        raise Hostile(f"the archive's list of files is too long for {bounds.items} items")


def _look_at(entry: zipfile.ZipInfo) -> None:
    name = shown(entry.orig_filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.is_dir() or kind not in (0, stat.S_IFREG) or entry.flag_bits & 1:
        raise Hostile(f"{name} is a folder, a link, no plain file, or encrypted")
    if entry.compress_type not in METHODS:
        raise Hostile(f"{name} is packed by method {entry.compress_type}: only stored and deflate are read")
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Hostile(f"{name} unpacks to more than {MAX_RATIO} times its size")
    if entry.orig_filename != entry.filename:
        raise Hostile(f"{name} is written in an odd way")


def _lie_apart(entries: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Files whose bytes lie in each other's unpack to more than there is."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    starts = [*(entry.header_offset for entry in ordered[1:]), end]
    for entry, start in zip(ordered, starts, strict=True):
        if entry.header_offset + HEADER + len(entry.filename) + entry.compress_size > start:
            raise Hostile(f"{shown(entry.filename)} lies in another file of the archive")


def open_contents(path: Path, bounds: Bounds) -> Contents:
    """A submission's files, of a folder or a zip archive.

    Raises:
        Hostile: see `Contents`.
    """
    try:
        return Folder(path, bounds) if path.is_dir() else Archive(path, bounds)
    except OSError as error:
        raise Hostile(f"cannot be read: {error.strerror or type(error).__name__}") from error
