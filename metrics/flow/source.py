"""Flows for metrics: one estimator, and a store on disk of those that many models share."""

import io
import zipfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from motionedit_bench.errors import StorageError
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.progress import warn
from motionedit_bench.records import digest, digest_of


class FlowSource:
    """One estimator, with the flows that many models share kept in a folder.

    What is kept is named by a hash of the pixels and of the estimator's version, and is lossless,
    so that a kept flow and a computed one are the same. A folder that cannot be written costs time,
    never a result.
    """

    def __init__(self, estimator: FlowEstimator, folder: Path | None = None) -> None:
        self.estimator = estimator
        self.folder = folder

    @property
    def name(self) -> str:
        return self.estimator.name

    @cached_property
    def version(self) -> str:
        return self.estimator.version()

    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from first to second; see `FlowEstimator.flow`."""
        return self.estimator.flow(first, second)

    def flows(self, first: Array, seconds: Sequence[Array]) -> list[Flow]:
        """Motion from first to each of the others; see `FlowEstimator.flows`."""
        return self.estimator.flows(first, seconds)

    def kept(self, first: Array, second: Array) -> Flow:
        """The same, from the folder where it lies there, else computed and put there."""
        if self.folder is None:
            return self.flow(first, second)
        pixels = [[list(image.shape), str(image.dtype), digest(image.tobytes())] for image in (first, second)]
        path = self.folder / f"{digest_of([self.name, self.version, pixels])}.npz"
        found = _read(path)
        if found is None or found.shape != (*first.shape[:2], 2):
            found = self.flow(first, second)
            self._write(path, found)
        return found

    def _write(self, path: Path, flow: Flow) -> None:
        buffer = io.BytesIO()
        save = np.savez if flow.any() else np.savez_compressed  # stillness takes no space
        save(buffer, flow=flow)
        try:
            make_folder(path.parent)
            write_whole(path, buffer.getvalue(), durable=False)
        except StorageError as error:
            self.folder = None
            warn(f"flows are not kept for later: {error}")


def _read(path: Path) -> Flow | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            flow: Flow = archive["flow"]
            return flow
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
