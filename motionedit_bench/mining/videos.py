"""Stage 1: which files there are, and what each one is."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import UsageError
from motionedit_bench.mining.decoding import Unreadable, opened
from motionedit_bench.mining.records import Video
from motionedit_bench.surrogates import escaped

SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts"),
    *(".wmv", ".flv", ".ogv", ".3gp", ".mxf"),
)
"""How names of videos end, in lower case; a file that is named itself may be called anything."""

BESIDE = "._"
"""How names begin of what macOS keeps beside a file on other disks: called as the video, it is none."""

SMALLEST = 64
"""Pixels that each side of a frame must have."""


@dataclass(frozen=True)
class Source:
    """A file to be mined: its name in the records, and where it is.

    That is told from the root on: to FFmpeg, a colon in the name would be that of a protocol.
    """

    name: str
    path: Path

    def stamp(self) -> tuple[str, int, int]:
        """What changes when another file is put in its place: name, size, time of change."""
        try:
            found = self.path.stat()
        except OSError:
            return self.name, -1, 0
        return self.name, found.st_size, found.st_mtime_ns


def sources(places: Sequence[Path]) -> list[Source]:
    """The videos in folders and below them, and the files that are named, whatever these are; by name.

    Raises:
        UsageError: a folder holds no videos or cannot be looked into, or two files have one name.
    """
    found: dict[str, Path] = {}
    for place in places:
        for source in _in_folder(place) if place.is_dir() else [Source(escaped(place.name), place)]:
            first = found.setdefault(source.name, source.path)
            if os.path.realpath(first) != os.path.realpath(
                source.path
            ):  # which takes links that go in circles
                raise UsageError(
                    f"{found[source.name]} and {source.path} would both be called {source.name}: "
                    "name a folder above both, or rename one"
                )
    return [Source(name, path.absolute()) for name, path in sorted(found.items())]


def _in_folder(folder: Path) -> list[Source]:
    names = (Path(place, name) for place, _, names in os.walk(folder, onerror=_refuse) for name in names)
    found = [
        Source(escaped(one.relative_to(folder).as_posix()), one)
        for one in names
        if one.suffix.lower() in SUFFIXES and not one.name.startswith(BESIDE)
    ]
    if not found:
        raise UsageError(
            f"{folder} holds no videos: looked for {', '.join(SUFFIXES)}; others can be named one by one"
        )
    return found


def _refuse(error: OSError) -> None:
    raise UsageError(f"cannot look into {error.filename}: {error.strerror}: let this user read it") from error


def describe(source: Source, digest: bool = True) -> Video:
    """What a file is; one that cannot be read says why. Without ``digest``, only its head is read."""
    try:
        with opened(source.path) as film:
            frame = next(film.frames(), None)
            if frame is None:
                raise Unreadable("corrupt", "no frame can be decoded")
            if min(frame.width, frame.height) < SMALLEST:
                raise Unreadable(
                    "not_applicable", f"{frame.width}x{frame.height} pixels, less than {SMALLEST} a side"
                )
            return Video(
                source.name,
                "ok",
                sha256=_digest(source.path) if digest else "",
                size=source.path.stat().st_size,
                codec=film.stream.codec_context.name,
                width=frame.width,
                height=frame.height,
                mirrored=frame.mirrored,
                rotation=frame.turn * 90,
                sar=film.sar,
                fps=film.fps,
                duration=film.duration,
            )
    except Unreadable as error:
        return Video(source.name, error.status, str(error))


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
