"""What is costly to make and never changed is made once, also where several processes run the tests."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from motionedit_bench import cache
from motionedit_bench.benchmarks import open_benchmark


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder ``name`` of this run, filled by the first process that asks; read-only by agreement."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, made = root / name, root / f"{name}.made"
    with FileLock(root / f"{name}.lock"):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half of it, by one that failed
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def in_turn(lock: Path, call: Callable[[str], Path]) -> Callable[[str], Path]:
    """The call, by one process of this run after the other."""

    def calling(name: str) -> Path:
        with FileLock(lock):
            return call(name)

    return calling


def with_benchmarks(folder: Path, *names: str) -> Path:
    """A new cache folder in which these embedded benchmarks lie already, as they were built for this run."""
    from motionedit_bench.benchmarks.sample.build import VERSIONS

    folder.mkdir()
    for name in names:
        open_benchmark(name)
        kept = f"{name}-v{VERSIONS[name]}"
        (folder / kept).symlink_to(cache.directory() / kept, target_is_directory=True)
    return folder
