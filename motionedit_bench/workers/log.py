"""The log of a worker: all that it prints but its answers, and what the harness notes about it."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from motionedit_bench import cache
from motionedit_bench.errors import StorageError

SAID = 200
"""Characters of a worker's last words that a reason quotes."""


def default_log(name: str) -> Path:
    """A log of its own for a worker of that name, in the cache folder."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return cache.directory() / "workers" / "logs" / f"{name}-{stamp}-{os.getpid()}.log"


def open_log(path: Path) -> IO[bytes]:
    """The log, to append to.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "ab", buffering=0)
    except OSError as error:
        raise StorageError(f"cannot write the worker's log {path}: {error.strerror or error}") from error


def last_words(log: Path) -> str:
    """The last line of the log that is the worker's own, as a quotation; empty where there is none."""
    with suppress(OSError), open(log, "rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        for line in reversed(file.read().replace(b"\r", b"\n").split(b"\n")):
            if line.startswith(b"=== "):
                if b" starting " in line:
                    break
                continue
            text = line.removeprefix(b"stdout: ").decode(errors="replace").strip()
            if text and text.isprintable():
                return f" (last words: {text[:SAID]})"
    return ""
