"""Reads a submission that may be hostile: names and sizes first, bytes only by name and within bounds.

Nothing is ever unpacked: a file is read into memory, whole, when a check asks for it.
"""

import os
import re
import stat
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from motionedit_bench.errors import MebenchError
from motionedit_bench.images import SUFFIXES
from motionedit_bench.leaderboard.submission.bounds import TEXTS, Bounds
from motionedit_bench.leaderboard.submission.format import IMAGES
from motionedit_bench.records import digest

_SUFFIX = "|".join(re.escape(suffix) for suffix in SUFFIXES)
ALLOWED = re.compile(rf"{IMAGES}[A-Za-z0-9._-]{{1,128}}({_SUFFIX})", re.IGNORECASE)


class Hostile(MebenchError):
    """The submission cannot even be read safely; the text says why."""


class Contents(ABC):
    """The files of a submission, by name; all names are allowed ones. To be closed, or used in a ``with``.

    Raises (on construction):
        Hostile: a name, a link, a size or a number of files that no honest submission has.
    """

    def __init__(self, path: Path, bounds: Bounds) -> None:
        self.path = path
        self.bounds = bounds
        self.sizes: dict[str, int] = {}
        self._digests: dict[str, str] = {}
        self._lowered: set[str] = set()
        self._image_bytes = 0
        self._held = ExitStack()
        try:
            self._look_through()
        except BaseException:
            self.close()
            raise

    @abstractmethod
    def _look_through(self) -> None:
        """Admit every file, and hold open what is to be read."""

    def read(self, name: str) -> bytes:
        """One file.

        Raises:
            Hostile: it is not as large as was said, or damaged, or not what it was when it was read before.
        """
        content = self._read(name)
        if len(content) != self.sizes[name]:
            raise Hostile(f"{shown(name)} is not as large as was said")
        if self._digests.setdefault(name, digest(content)) != digest(content):
            raise Hostile(f"{shown(name)} was changed while it was checked")
        return content

    @abstractmethod
    def _read(self, name: str) -> bytes: ...

    def _admit(self, name: str, size: int) -> None:
        if name not in TEXTS and not ALLOWED.fullmatch(name):
            raise Hostile(
                f"{shown(name)} is no file of a submission: {', '.join(TEXTS)} and {IMAGES}<id>.png"
            )
        if ".." in name.split("/") or name.lower() in self._lowered:
            raise Hostile(f"{shown(name)} occurs twice, for some systems at least, or leads elsewhere")
        if len(self.sizes) >= self.bounds.files:
            raise Hostile(f"more than {self.bounds.files} files, for {self.bounds.items} items")
        most = self.bounds.of(name)
        if size > most:
            raise Hostile(f"{name} has {size} bytes, more than the {most} allowed")
        self._image_bytes += size if name.startswith(IMAGES) else 0
        if self._image_bytes > self.bounds.images:
            raise Hostile(f"the images have more than the {self.bounds.images} bytes allowed")
        self._lowered.add(name.lower())
        self.sizes[name] = size

    def close(self) -> None:
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Folder(Contents):
    """A submission as a folder, held open: what takes its place or a file's place later is never read."""

    def _look_through(self) -> None:
        self._folders = {"": self._open(self.path, "the submission")}
        for name in self._listed(""):
            facts = os.stat(name, dir_fd=self._folders[""], follow_symlinks=False)
            if name == IMAGES.rstrip("/") and stat.S_ISDIR(facts.st_mode):
                self._folders[IMAGES] = self._open(name, name, self._folders[""])
                for inner in self._listed(IMAGES):
                    facts = os.stat(inner, dir_fd=self._folders[IMAGES], follow_symlinks=False)
                    self._take(facts, IMAGES + inner)
            else:
                self._take(facts, name)

    def _open(self, path: Path | str, told: str, beside: int | None = None) -> int:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            found = os.open(path, flags, dir_fd=beside)
        except OSError as error:
            raise Hostile(f"{told} is a link or no folder ({error.strerror})") from error
        self._held.callback(os.close, found)
        return found

    def _listed(self, place: str) -> list[str]:
        found = []
        with os.scandir(self._folders[place]) as entries:
            for entry in entries:
                found.append(entry.name)
                if len(found) > self.bounds.files:
                    raise Hostile(f"more than {self.bounds.files} files, for {self.bounds.items} items")
        return sorted(found)

    def _take(self, facts: os.stat_result, name: str) -> None:
        _plain(facts, name)
        self._admit(name, facts.st_size)

    def _read(self, name: str) -> bytes:
        place, _, last = name.rpartition("/")
        folder = self._folders[f"{place}/" if place else ""]
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            with open(os.open(last, flags, dir_fd=folder), "rb") as file:
                _plain(os.fstat(file.fileno()), name)
                return file.read(self.sizes[name] + 1)
        except OSError as error:
            raise Hostile(f"{shown(name)} cannot be read ({error.strerror})") from error


def _plain(facts: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1:
        raise Hostile(f"{shown(name)} is a link or no plain file")


def shown(name: str) -> str:
    """A name as it can be printed: nothing in it acts on a terminal."""
    return ascii(name if len(name) <= 100 else name[:97] + "...")
