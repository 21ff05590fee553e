"""Files that survive a kill at any moment: appended lines, and whole files that appear at once.

Whatever is written as JSON is UTF-8 that every reader takes: a lone surrogate, such as half an emoji in a
server's answer, stands in it as its escape, and is read as that; see `surrogates.escaped`.
"""

import fcntl
import json
import logging
import os
import shutil
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from motionedit_bench.errors import StorageError
from motionedit_bench.locks import NO_LOCKS
from motionedit_bench.surrogates import escaped_in

log = logging.getLogger(__name__)

TEMPORARY = ".tmp"

TAIL = 65536
"""Bytes of a journal that are read at a time to find where its last whole line ends."""


def write_whole(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file so that it is seen whole or not at all: a temporary name, then a rename.

    ``durable`` waits until the bytes are on the disk; caches need not.

    Raises:
        StorageError: the disk is full or the folder cannot be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}{TEMPORARY}")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def json_bytes(value: Any, indent: int | None = None) -> bytes:
    """A JSON value as UTF-8, with a line end behind it.

    Raises:
        ValueError: it holds a number that is none.
    """
    try:
        return (json.dumps(value, allow_nan=False, ensure_ascii=False, indent=indent) + "\n").encode()
    except UnicodeEncodeError:
        return json_bytes(escaped_in(value), indent)


def read_json(content: bytes | str) -> Any:
    """The JSON value that a file holds.

    Raises:
        ValueError: it is none, or is nested more deeply than anything that is meant.
    """
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read_toml(text: str) -> dict[str, Any]:
    """The table that a TOML file holds.

    Raises:
        ValueError: it is none, or is nested more deeply than anything that is meant.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _json_object(line: bytes) -> dict[str, Any]:
    """The object on a line.

    Raises:
        ValueError: there is none.
    """
    try:
        value = orjson.loads(line)
    except ValueError as error:
        if b"\\u" not in line:
            raise
        try:
            value = escaped_in(json.loads(line, parse_constant=_no_number))
        except (ValueError, RecursionError):
            raise error from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


def make_folder(folder: Path) -> Path:
    """The folder, made with its parents where it is not there yet.

    Raises:
        StorageError: it cannot be made, or is a file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make folder {folder}: {error.strerror or error}") from error
    return folder


@contextmanager
def drafted(out: Path) -> Iterator[Path]:
    """A draft beside a new or empty folder, which takes its place at the end: it is seen when it is whole.

    The draft is not there yet, and nothing of it is left where its making fails.

    Raises:
        StorageError: it cannot be written.
    """
    draft = make_folder(out.absolute().parent) / f".{out.absolute().name}{TEMPORARY}"
    shutil.rmtree(draft, ignore_errors=True)  # of one that was killed
    try:
        yield draft
        if out.is_dir():
            out.rmdir()
        draft.rename(out)
    except OSError as error:
        raise StorageError(f"cannot write {out}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed process left in this folder."""
    for leftover in folder.glob(f".*{TEMPORARY}"):
        leftover.unlink(missing_ok=True)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file; a torn last line is passed over, an absent file is empty.

    Raises:
        StorageError: it is no file, or a line other than the last is not a JSON object.
    """
    return (record for _, record in read_places(path))


def read_places(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The same, each with the place of its line in the file, for `read_at`."""
    if not path.exists():
        return
    if not path.is_file():
        raise StorageError(f"{path} is no file: move it away")
    place = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    record = _json_object(line)
                except ValueError as error:
                    if not line.endswith(b"\n"):
                        return
                    message = f"{path}, line {number} is damaged ({error}); remove that line"
                    raise StorageError(message) from error
                yield place, record
            place += len(line)


def read_at(path: Path, place: int) -> dict[str, Any]:
    """The object whose line starts at that place."""
    with open(path, "rb") as file:
        file.seek(place)
        return _json_object(file.readline())


class Journal:
    """An append-only JSON-lines file with one writer at a time.

    Opening it takes a lock for as long as it is open, and cuts off a last line that a killed
    writer left unfinished. On a file system without locks a warning says that nobody else may write.

    Raises:
        StorageError: another process writes to it, the disk is full, the folder is read-only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = open(path, "a+b", buffering=0)  # noqa: SIM115 (held open as long as the lock)
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
        try:
            self._lock()
            self._cut_torn_line()
        except BlockingIOError as error:
            self._file.close()
            raise StorageError(f"another process is writing to {path}; wait for it to end") from error
        except OSError as error:
            self._file.close()
            raise StorageError(f"cannot write {path}: {error.strerror or error}") from error

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            log.warning(
                "%s lies on a file system without locks: see to it that no other process writes to it",
                self.path,
            )

    def _cut_torn_line(self) -> None:
        size = end = os.fstat(self._file.fileno()).st_size
        while end:
            start = max(0, end - TAIL)
            self._file.seek(start)
            found = self._file.read(end - start).rfind(b"\n")
            if found >= 0:
                end = start + found + 1
                break
            end = start
        if end < size:
            self._file.truncate(end)

    def append(self, record: dict[str, Any]) -> int:
        """Write one object as one line, hand it to the system at once, and return the line's place."""
        try:
            place = self._file.seek(0, os.SEEK_END)
            line = json_bytes(record)
            written = self._file.write(line)
        except OSError as error:
            raise StorageError(f"cannot write {self.path}: {error.strerror or error}") from error
        if written != len(line):  # the torn line is cut off when the journal is opened again
            raise StorageError(f"cannot write {self.path}: no space left on device")
        return place

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
