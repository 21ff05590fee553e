"""The benchmark ``sample``: built at first use, with no network, and kept in the cache folder."""

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from motionedit_bench import cache
from motionedit_bench.benchmarks.base import METADATA, Benchmark
from motionedit_bench.benchmarks.folder import open_folder
from motionedit_bench.errors import StorageError
from motionedit_bench.records import Item


def open_sample() -> Benchmark:
    """The embedded benchmark, with the exact flow of every item.

    Raises:
        StorageError: the cache folder cannot be written.
    """
    folder = _built()
    items = tuple(_with_flow(item, folder) for item in open_folder(folder).items)
    return Benchmark(name="sample", spec="sample", items=items)


def _with_flow(item: Item, folder: Path) -> Item:
    def read() -> Any:
        with np.load(folder / "flow" / f"{item.id}.npz") as archive:
            return archive["flow"]

    return replace(item, true_flow=read)


def _built() -> Path:
    from motionedit_bench.benchmarks.sample import build as sample

    folder = cache.directory() / f"sample-v{sample.VERSION}"
    if (folder / METADATA).exists():
        return folder
    partial = Path(tempfile.mkdtemp(prefix=".sample-", dir=folder.parent))
    try:
        sample.build(partial)
        os.rename(partial, folder)
    except OSError as error:
        if not (folder / METADATA).exists():  # else another process was first: its copy is the same
            raise StorageError(
                f"cannot build the sample benchmark in {folder}: {error.strerror or error}"
            ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder
