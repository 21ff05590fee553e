"""The embedded benchmarks: built at first use, with no network, and kept in the cache folder."""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from motionedit_bench import cache
from motionedit_bench.benchmarks.base import METADATA, Benchmark
from motionedit_bench.benchmarks.folder import open_folder
from motionedit_bench.errors import StorageError
from motionedit_bench.records import Item


def open_embedded(name: str) -> Benchmark:
    """An embedded benchmark, with the exact flow of every item.

    Raises:
        KeyError: no embedded benchmark has that name.
        StorageError: the cache folder cannot be written.
    """
    folder = _built(name)
    items = tuple(_with_truth(item, folder) for item in open_folder(folder).items)
    return Benchmark(name=name, spec=name, items=items)


def _with_truth(item: Item, folder: Path) -> Item:
    archive = folder / "flow" / f"{item.id}.npz"

    def reading(array: str) -> Callable[[], Any]:
        def read() -> Any:
            with np.load(archive) as arrays:
                return arrays[array]

        return read

    with np.load(archive) as arrays:
        seen = "visible" in arrays
    return replace(item, true_flow=reading("flow"), true_visible=reading("visible") if seen else None)


def _built(name: str) -> Path:
    from motionedit_bench.benchmarks.sample.build import VERSIONS, build

    folder = cache.directory() / f"{name}-v{VERSIONS[name]}"
    if (folder / METADATA).exists():
        return folder
    partial = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder.parent))
    try:
        build(partial, name)
        os.rename(partial, folder)
    except OSError as error:
        if not (folder / METADATA).exists():  # else another process was first: its copy is the same
            raise StorageError(
                f"cannot build the benchmark {name} in {folder}: {error.strerror or error}"
            ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder
