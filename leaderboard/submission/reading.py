"""Reads a submission that may be hostile: names and sizes first, bytes only by name and within limits.

Nothing is ever unpacked: a file is read into memory, whole, when a check asks for it.
"""

import re
import stat
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from pathlib import Path

from motionedit_bench.errors import MebenchError
from motionedit_bench.leaderboard.submission.format import (
    CARD,
    CHECKSUMS,
    IMAGES,
    MANIFEST,
    RECORDS,
    SCORES,
    SCORING,
)

TEXTS = (CARD, SCORES, SCORING, MANIFEST, RECORDS, CHECKSUMS)
ALLOWED = re.compile(r"images/[A-Za-z0-9._-]{1,128}\.(png|jpe?g|webp)", re.IGNORECASE)
MAX_FILES = 20_000
MAX_TEXT, MAX_CARD, MAX_IMAGE = 500_000_000, 100_000, 64_000_000
"""Bytes of one file: of scores and records, of card and checksums, of an image."""
MAX_RATIO = 200
"""A file that unpacks to more than so many times its size is taken for a bomb (score rows reach about 40)."""
MAX_DIRECTORY = 6_000_000
"""Bytes of a zip's list of files, which is read at once."""


class Hostile(MebenchError):
    """The submission cannot even be read safely; the text says why."""


class Contents(ABC):
    """The files of a submission, by name; all names are allowed ones.

    Raises (on construction):
        Hostile: a name, a link, a size or a number of files that no honest submission has.
    """

    sizes: dict[str, int]

    def read(self, name: str) -> bytes:
        """One file.

        Raises:
            Hostile: it is not as large as was said, or damaged.
        """
        content = self._read(name)
        if len(content) != self.sizes[name]:
            raise Hostile(f"{shown(name)} is not as large as the archive says")
        return content

    @abstractmethod
    def _read(self, name: str) -> bytes: ...

    def _admit(self, name: str, size: int) -> None:
        if len(self.sizes) >= MAX_FILES:
            raise Hostile(f"more than {MAX_FILES} files")
        if name not in TEXTS and not ALLOWED.fullmatch(name):
            raise Hostile(
                f"{shown(name)} is no file of a submission: {', '.join(TEXTS)} and {IMAGES}<id>.png"
            )
        if ".." in name.split("/") or name in self.sizes:
            raise Hostile(f"{shown(name)} occurs twice, or leads elsewhere")
        image = name.startswith(IMAGES)
        most = MAX_IMAGE if image else MAX_CARD if name == CARD else MAX_TEXT
        if size > most:
            raise Hostile(f"{name} has {size} bytes, more than the {most} allowed")
        self.sizes[name] = size


class Folder(Contents):
    """A submission as a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes = {}
        if folder.is_symlink():
            raise Hostile("the submission is a link")
        for path in self._listed(folder):
            if path.name == IMAGES.rstrip("/") and path.is_dir() and not path.is_symlink():
                for inner in self._listed(path):
                    self._take(inner, IMAGES + inner.name)
            else:
                self._take(path, path.name)

    def _listed(self, folder: Path) -> list[Path]:
        found = []
        for path in folder.iterdir():
            found.append(path)
            if len(found) > MAX_FILES:
                raise Hostile(f"more than {MAX_FILES} files")
        return sorted(found)

    def _take(self, path: Path, name: str) -> None:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1:
            raise Hostile(f"{shown(name)} is a link or no plain file")
        self._admit(name, facts.st_size)

    def _read(self, name: str) -> bytes:
        with (self.folder / name).open("rb") as file:
            return file.read(self.sizes[name] + 1)


class Archive(Contents):
    """A submission as a zip archive."""

    def __init__(self, path: Path) -> None:
        self.sizes = {}
        self._check_directory(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise Hostile(f"not a zip archive that can be read: {type(error).__name__}") from error
        for entry in self._zip.infolist():
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir() or kind not in (0, stat.S_IFREG) or entry.flag_bits & 1:
                raise Hostile(f"{shown(entry.filename)} is a folder, a link, no plain file, or encrypted")
            if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
                raise Hostile(f"{shown(entry.filename)} unpacks to more than {MAX_RATIO} times its size")
            if entry.orig_filename != entry.filename:
                raise Hostile(f"{shown(entry.orig_filename)} is written in an odd way")
            self._admit(entry.filename, entry.file_size)

    def _check_directory(self, path: Path) -> None:
        """Look at the end of the file, before the list of files is read."""
        with path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(0, end - 70_000))
            tail = file.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) < place + 22:
            raise Hostile("not a zip archive")
        (size,) = struct.unpack_from("<I", tail, place + 12)
        if size > MAX_DIRECTORY or tail[max(0, place - 20) : place].startswith(b"PK\x06\x07"):
            raise Hostile("the archive's list of files is too long")

    def _read(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as file:
                return file.read(self.sizes[name] + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise Hostile(f"{name} is damaged ({type(error).__name__})") from error


def open_contents(path: Path) -> Contents:
    """A submission's files, of a folder or a zip archive.

    Raises:
        Hostile: see `Contents`.
    """
    try:
        return Folder(path) if path.is_dir() else Archive(path)
    except OSError as error:
        raise Hostile(f"cannot be read: {error.strerror or type(error).__name__}") from error


def shown(name: str) -> str:
    """A name as it can be printed: nothing in it acts on a terminal."""
    return ascii(name if len(name) <= 100 else name[:97] + "...")
