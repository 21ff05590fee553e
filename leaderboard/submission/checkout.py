"""What git is asked of a board's checkout, which strangers may have filled: none of their programs runs."""

import subprocess
from pathlib import Path

from motionedit_bench.errors import StorageError, one_line

UNARMED = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.attributesFile=/dev/null"),
    *("-c", "protocol.allow=never", "-c", "submodule.recurse=false", "-c", "core.pager=cat"),
)
"""Hooks, watchers, submodules and transports are left alone, whatever the checkout says of them."""


def git(checkout: Path, *arguments: str) -> bytes:
    """What git says.

    Raises:
        StorageError: it refuses, or is not there.
    """
    command = ["git", "-C", str(checkout), *UNARMED, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise StorageError(f"git cannot be run: {error.strerror or error}") from error
    if done.returncode:
        said = one_line((done.stderr or done.stdout).decode(errors="replace"), most=300)
        raise StorageError(f"git {arguments[0]} in {checkout} failed: {said}")
    return done.stdout
