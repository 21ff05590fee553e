"""Numbers by step as TensorBoard draws them, written at once and by nobody else.

TensorBoard's own writer hands them to a thread: an interrupt while one is handed over can take a lock along
with it, and the process never ends.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from motionedit_bench.errors import StorageError
from motionedit_bench.files import make_folder
from motionedit_bench.training.extra import needed


class Curves:
    """A file of curves in a folder, beside those of earlier sittings; what these drew from a step on is void.

    Raises (on construction):
        StorageError: it cannot be written.
        UsageError: the package tensorboard is not installed.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self._protocol = needed("tensorboard.compat.proto.event_pb2")
        summaries = needed("tensorboard.compat.proto.summary_pb2")
        writer = needed("tensorboard.summary.writer.record_writer").RecordWriter
        self._summary = summaries.Summary
        self._path = make_folder(folder) / f"events.out.tfevents.{time.time_ns()}"
        try:
            self._file = open(self._path, "wb", buffering=0)  # noqa: SIM115 (held open)
        except OSError as error:
            raise self._unwritten(error) from error
        self._writer = writer(self._file)
        self._write(self._protocol.Event(wall_time=time.time(), file_version="brain.Event:2"))
        start = self._protocol.SessionLog(status=self._protocol.SessionLog.START)
        self._write(self._protocol.Event(wall_time=time.time(), step=step, session_log=start))

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """One more point of each of these curves.

        Raises:
            StorageError: it cannot be written.
        """
        points = [self._summary.Value(tag=name, simple_value=value) for name, value in values.items()]
        summary = self._summary(value=points)
        self._write(self._protocol.Event(wall_time=time.time(), step=step, summary=summary))

    def close(self) -> None:
        """End it."""
        self._file.close()

    def _write(self, event: object) -> None:
        try:
            self._writer.write(event.SerializeToString())  # type: ignore[attr-defined]  # made at run time
        except OSError as error:
            raise self._unwritten(error) from error

    def _unwritten(self, error: OSError) -> StorageError:
        return StorageError(f"cannot write {self._path.parent}: {error.strerror or error}")
