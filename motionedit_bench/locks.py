"""Folders that one process at a time may use; on a file system without locks nobody is kept out."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from motionedit_bench.errors import StorageError

NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)
"""What a file system says that has no locks, or whose server does not answer for them."""


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Wait for this folder's turn, to read a file in it and write it whole.

    Raises:
        StorageError: there is no such folder, or it cannot be locked.
    """
    with _held(folder, fcntl.LOCK_EX):
        yield


@contextmanager
def alone(folder: Path, doing: str) -> Iterator[None]:
    """While no other process has this folder.

    Raises:
        StorageError: another one is ``doing`` it, such as ``merging``; there is no such folder, or it cannot
            be locked.
    """
    with ExitStack() as held:
        try:
            held.enter_context(_held(folder, fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise StorageError(f"another process is {doing} {folder}: wait for it to end") from error
        yield


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    """While this process has the folder's lock; `BlockingIOError` where it is not waited for."""
    place = None
    try:
        place = os.open(folder, os.O_RDONLY)
        fcntl.flock(place, how)
    except OSError as error:
        lockless = place is not None and error.errno in (*NO_LOCKS, errno.EBADF)  # EBADF: NFS, read-only
        if not lockless:
            if place is not None:
                os.close(place)
            if isinstance(error, BlockingIOError):
                raise
            raise StorageError(f"cannot lock {folder}: {error.strerror or error}") from error
    try:
        yield
    finally:
        if place is not None:
            os.close(place)
