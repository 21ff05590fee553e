"""What a training leaves to be read: ``run.json``, a line a step in ``steps.jsonl``, and curves."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from motionedit_bench.errors import StorageError, UsageError, one_line
from motionedit_bench.files import Journal, json_bytes, make_folder, read_json, read_lines, write_whole
from motionedit_bench.provenance import now, session
from motionedit_bench.training.extra import needed

RUN, STEPS, CURVES = "run.json", "steps.jsonl", "tensorboard"
MAY_CHANGE = ("steps", "save_every", "patience", "micro_batch", "checkpointing")
"""Settings of a recipe that a training may go on with changed: what was trained until then is the same."""

PLACE = "reward server"
"""Where rewards come from; the same ones may come from another place later."""


def begin(run: Path, told: dict[str, Any]) -> None:
    """Write ``run.json``, or make sure that what is there tells the same, and add this sitting to it.

    Raises:
        UsageError: the folder holds a training with other settings.
        StorageError: it cannot be read or written.
    """
    path = make_folder(run) / RUN
    told = json.loads(json_bytes(told))
    sessions = []
    if path.exists():
        try:
            before = read_json(path.read_bytes())
            sessions = before["sessions"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{path} cannot be read: {error}") from error
        changed = _differences(before, told)
        if changed:
            raise UsageError(f"{run} holds a training with other settings: {'; '.join(changed)}")
    write_whole(path, json_bytes({**told, "sessions": [*sessions, session()]}, indent=2))


def finish(run: Path) -> None:
    """Write down that this sitting ended by itself."""
    manifest = json.loads((run / RUN).read_text())
    manifest["sessions"][-1]["finished"] = now()
    write_whole(run / RUN, json_bytes(manifest, indent=2))


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What the two tell differently, setting by setting."""
    then, this = _flat(before), _flat(now)
    return [
        f"{name} was {one_line(then.get(name), 60)}, is {one_line(this.get(name), 60)}"
        for name in dict.fromkeys((*this, *then))
        if then.get(name) != this.get(name) and name != PLACE
    ]


def _flat(told: dict[str, Any]) -> dict[str, Any]:
    """Each setting under the name of its part and its own, but for those that may change."""
    return {
        name if part == "recipe" else f"{part} {name}".strip(): value
        for part, settings in told.items()
        for name, value in (settings if isinstance(settings, dict) else {"": settings}).items()
        if part != "sessions" and (part != "recipe" or name not in MAY_CHANGE)
    }


class Record:
    """The lines and curves of a training that goes on after so many steps; what was told beyond these is cut.

    Raises (on construction):
        StorageError: another process writes them, or they cannot be written.
        UsageError: the package tensorboard is not installed.
    """

    def __init__(self, run: Path, step: int) -> None:
        path = run / STEPS
        self._journal = Journal(path)
        kept = [line for line in read_lines(path) if line["step"] <= step]
        self._journal.close()
        write_whole(path, b"".join(json_bytes(line) for line in kept))
        self._journal = Journal(path)
        writer = needed("torch.utils.tensorboard").SummaryWriter
        self._folder = run / CURVES
        with self._drawing():
            self._curves = writer(str(self._folder), purge_step=step + 1)

    def add(self, line: dict[str, Any]) -> None:
        """One more step.

        Raises:
            StorageError: it cannot be written.
        """
        self._journal.append(line)
        with self._drawing():
            for name, value in line.items():
                if isinstance(value, int | float) and name != "step":
                    self._curves.add_scalar(name, value, line["step"])
                if name in ("groups", "seconds"):
                    for part, number in value.items():
                        self._curves.add_scalar(f"{name}/{part}", number, line["step"])

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(f"cannot write {self._folder}: {error.strerror or error}") from error

    def __enter__(self) -> "Record":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._journal.close()
        with suppress(StorageError) if error else nullcontext(), self._drawing():
            self._curves.close()
