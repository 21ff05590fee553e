"""What a result was made with: program, versions, machine, time."""

import platform
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from motionedit_bench.version import VERSION

PACKAGES = (
    "numpy", "pillow", "opencv-python-headless", "scikit-image", "torch", "torchvision", "lpips",
    "diffusers", "transformers", "accelerate", "peft", "datasets",
)  # fmt: skip
"""The packages whose version can move a pixel or a score."""


def session() -> dict[str, Any]:
    """One sitting at one machine: start, command line, versions, platform; JSON values."""
    return {
        "started": now(),
        "finished": None,
        "command": ["mebench", *map(_as_text, sys.argv[1:])],
        "mebench": VERSION,
        "commit": _commit(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: found for name in PACKAGES if (found := package_version(name))},
    }


def _as_text(argument: str) -> str:
    """An argument with what is not UTF-8 in it as escapes."""
    return argument.encode("utf-8", "backslashreplace").decode()


def now() -> str:
    """UTC time, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def package_version(name: str) -> str | None:
    """The installed version of a distribution, ``None`` where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the harness where it runs from a git checkout, with ``+`` for local changes."""
    source = Path(__file__).resolve().parent
    git = ["git", "-C", str(source)]
    try:
        tracked = subprocess.run(
            [*git, "ls-files", "--error-unmatch", __file__], capture_output=True, timeout=5
        )
        if tracked.returncode != 0:
            return None
        commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5)
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")
