"""Where the harness keeps what it can make or fetch again: weights, the embedded benchmarks, flows."""

import os
import tempfile
from pathlib import Path

from motionedit_bench.errors import StorageError


def location() -> Path:
    """The cache folder, whether it is there or not; the disk is not touched.

    ``$MEBENCH_CACHE``, else ``$XDG_CACHE_HOME/motionedit-bench``, else ``~/.cache/motionedit-bench``.

    Raises:
        StorageError: it would be in a home folder, and there is none.
    """
    named = os.environ.get("MEBENCH_CACHE")
    try:
        if named:
            return Path(named).expanduser().absolute()
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    except RuntimeError as error:
        raise StorageError("there is no home folder to cache in: set MEBENCH_CACHE to a folder") from error
    return base.absolute() / "motionedit-bench"


def told() -> str:
    """The cache folder as it stands in files that others read: a home folder is ``~``."""
    path = location()
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (RuntimeError, ValueError):  # no home folder, or not in it
        return str(path)


def optional(name: str) -> Path | None:
    """A folder of the cache for what can be computed again at any time, whether it is there or not.

    ``None`` where there is no home folder for it to be in: then nothing is kept.
    """
    try:
        return location() / name
    except StorageError:
        return None


def directory() -> Path:
    """The cache folder, made where it is not there yet, and known to be writable.

    Raises:
        StorageError: it cannot be made or written.
    """
    folder = location()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"cannot write the cache folder {folder} ({reason}): set MEBENCH_CACHE to one that can be written"
        ) from error
    return folder
