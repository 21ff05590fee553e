"""An adapter whose model is a worker: any program that speaks docs/worker-protocol.md."""

import shlex
import tempfile
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.base import Adapter, Settings
from motionedit_bench.errors import EditFailed, EditRefused, ImageError, UsageError
from motionedit_bench.images import decode, encode_png
from motionedit_bench.progress import warn
from motionedit_bench.records import Item
from motionedit_bench.workers.log import default_log
from motionedit_bench.workers.process import Launch, Worker, WorkerFailed, reason_of


class WorkerSettings(Settings):
    """None of these can move a pixel, so none is part of what makes a run the same run."""

    timeout: float = Field(600, gt=0, exclude=True, description="seconds for one edit, then it is ended")
    start_timeout: float = Field(1800, gt=0, exclude=True, description="seconds for loading the model")
    log: Path | None = Field(None, exclude=True, description="where all that it prints is kept")


class WorkerAdapter(Adapter):
    """A model in a worker process. One edit at a time; the process is started again when it is lost."""

    Settings: ClassVar[type[Settings]] = WorkerSettings
    settings: WorkerSettings
    samples = True

    _worker: Worker | None = None
    _about: dict[str, Any]
    _restarts = 0
    _cut: dict[str, dict[str, int]]
    _log_was_named = False

    @abstractmethod
    def launch(self, log: Path) -> Launch:
        """How the worker is started.

        Raises:
            UsageError, AdapterError: what is missing, and what to do.
        """

    def load(self) -> None:
        """Start the worker and wait until it has loaded its model."""
        self._worker = Worker(self.launch(self.settings.log or default_log(type(self).__name__.lower())))
        self._about = self._worker.start()

    def edit(self, item: Item, seed: int) -> Image.Image:
        """The image that the worker wrote; its size is the model's choice.

        Raises:
            EditRefused: the worker says that the model declined.
            EditFailed: the worker says why not, was lost on this item twice, hung, or wrote no image.
            AdapterError: the worker was lost before, and cannot be started again.
        """
        if self._worker is None:
            raise RuntimeError("load comes before edit")
        before, self._cut = self._worker.restarts, {}
        try:
            with tempfile.TemporaryDirectory(prefix="mebench-") as folder:
                given, made = Path(folder, "input.png"), Path(folder, "output.png")
                given.write_bytes(encode_png(decode(item.input.read())))
                answer = self._worker.ask(
                    {
                        "do": "edit",
                        "instruction": item.instruction,
                        "input": str(given),
                        "output": str(made),
                        "seed": seed,
                    }
                )
                return self._read(answer, made)
        except WorkerFailed as error:
            raise self._failed(str(error)) from error
        finally:
            self._restarts = self._worker.restarts - before

    def _read(self, answer: dict[str, Any], made: Path) -> Image.Image:
        if not answer["ok"]:
            reason = reason_of(answer)
            if answer.get("refused") is True:
                raise EditRefused(reason)
            raise self._failed(f"the worker says: {reason}")
        self._cut = _cut_in(answer)
        try:
            return decode(made.read_bytes())
        except FileNotFoundError:
            raise self._failed("the worker answered ok, but wrote no image") from None
        except (OSError, ImageError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise self._failed(f"the worker answered ok, but what it wrote is no image ({why})") from error

    def _failed(self, reason: str) -> EditFailed:
        """The failure of an edit; a record names no place on this machine, so the log is named beside it."""
        if self._worker is not None and not self._log_was_named:
            self._log_was_named = True
            warn(f"an edit failed; the worker's log is {self._worker.launch.log}")
        return EditFailed(f"{reason}; see the worker's log")

    def notes(self) -> dict[str, Any]:
        """How often the worker was started again for the edit made last."""
        return {"restarts": self._restarts}

    def cut(self, item: Item) -> dict[str, dict[str, int]]:
        """What the worker says of the edit made last."""
        return self._cut

    def provenance(self) -> dict[str, Any]:
        """What the worker says that it loaded, and the command that it is."""
        if self._worker is None:
            return {}
        return {**self._about, "command": list(self._worker.launch.command)}

    def close(self) -> None:
        """End the worker and all that it started."""
        if self._worker is not None:
            self._worker.close()


def _cut_in(answer: dict[str, Any]) -> dict[str, dict[str, int]]:
    """What an answer says of a cut instruction, as far as it is well formed.

    >>> _cut_in({"cut": {"tokenizer": {"tokens": 93, "read": 77}, "other": 5}}), _cut_in({"cut": "yes"})
    ({'tokenizer': {'tokens': 93, 'read': 77}}, {})
    """
    said, found = answer.get("cut"), {}
    for name, counts in said.items() if isinstance(said, dict) else ():
        tokens, read = (counts.get(key) if isinstance(counts, dict) else None for key in ("tokens", "read"))
        if isinstance(tokens, int) and isinstance(read, int):
            found[str(name)] = {"tokens": tokens, "read": read}
    return found


class OwnWorkerSettings(WorkerSettings):
    command: str = Field("", description="what starts the worker, as in a shell, such as 'python mine.py'")


class OwnWorker(WorkerAdapter):
    """Your own worker in any language, by --set command="python my_worker.py"."""

    Settings: ClassVar[type[Settings]] = OwnWorkerSettings
    settings: OwnWorkerSettings

    def launch(self, log: Path) -> Launch:
        try:
            command = shlex.split(self.settings.command)
        except ValueError as error:
            raise UsageError(f"--set command={self.settings.command!r}: {error}") from error
        if not command:
            raise UsageError('adapter worker needs its command: --set command="python my_worker.py"')
        hello: dict[str, Any] = {"model": None, "device": self.device, "settings": {}}
        return Launch(command, log, self.settings.timeout, self.settings.start_timeout, hello)
