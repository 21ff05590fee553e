"""What a training leaves to be read: ``run.json``, a line a step in ``steps.jsonl``, and curves."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from motionedit_bench.errors import StorageError, UsageError, explain, one_line
from motionedit_bench.files import (
    Journal,
    json_bytes,
    make_folder,
    read_json,
    read_lines,
    write_whole,
)
from motionedit_bench.locks import alone
from motionedit_bench.provenance import now, session
from motionedit_bench.training.curves import Curves

RUN, STEPS, CURVES = "run.json", "steps.jsonl", "tensorboard"
MAY_CHANGE = ("steps", "save_every", "patience", "micro_batch", "checkpointing")
"""Settings of a recipe that a training may go on with changed: what was trained until then is the same."""

TOLD = 5
"""Settings that are named, at most, where a folder holds a training with others."""

BUNDLES = ("groups", "seconds", "part_means", "held_out_part_means")
"""What a line has several numbers of, each drawn as a curve of its own."""

PLACES = ("reward server", "editor model")
"""Where rewards and weights come from: the same ones, as what else is told of them says, may move."""


@contextmanager
def sitting(run: Path, told: dict[str, Any]) -> Iterator[None]:
    """A sitting at a training, which is nobody else's meanwhile; ``run.json`` tells of it, and that it ended.

    What is in ``run.json`` already has to tell the same.

    Raises:
        UsageError: the folder holds a training with other settings, or something else.
        StorageError: another process trains in it; it cannot be read or written.
    """
    path = make_folder(run) / RUN
    told = json.loads(json_bytes(told))
    with alone(run, "training in"):
        before = _before(path)
        if before:
            told = _with_check(told, before)
            before = _with_check(before, told)
        changed = _differences(before, told) if before else []
        if changed:
            more = [f"and {len(changed) - TOLD} more"] if len(changed) > TOLD else []
            told_apart = "; ".join([*changed[:TOLD], *more])
            raise UsageError(f"{run} holds a training with other settings: {told_apart}")
        told["sessions"] = [*before.get("sessions", ()), session()]
        write_whole(path, json_bytes(told, indent=2))
        yield
        told["sessions"][-1]["finished"] = now()
        write_whole(path, json_bytes(told, indent=2))


def _before(path: Path) -> dict[str, Any]:
    """What earlier sittings told; nothing where there were none.

    Raises:
        UsageError: it is of something else than a training.
        StorageError: it cannot be read.
    """
    try:
        before: dict[str, Any] = read_json(path.read_bytes())
        if "recipe" not in before:
            raise UsageError(f"{path.parent} holds something else than a training: give another --out")
        before["sessions"] = [*before["sessions"]]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{path} cannot be read: {explain(error)}") from error
    return before


def _with_check(told: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What is told, with the other's check of the training set where its own could not be made.

    A benchmark can be out of reach at one sitting and not at the next. Had it mattered, more items would
    have been left out at one of them, and that is told.
    """
    own, others = ((one.get("data") or {}).get("not_in") or {} for one in (told, other))
    if own.get("checked") is False and own.get("bench") == others.get("bench"):
        return {**told, "data": {**told["data"], "not_in": others}}
    return told


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What the two tell differently, setting by setting."""
    then, this = _flat(before), _flat(now)
    return [
        f"{name} was {one_line(then.get(name), 60)}, is {one_line(this.get(name), 60)}"
        for name in dict.fromkeys((*this, *then))
        if then.get(name) != this.get(name) and name not in PLACES
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
        try:
            kept = [line for line in read_lines(path) if line["step"] <= step]
        except (KeyError, TypeError) as error:
            raise StorageError(f"{path} is not of a training: a line of it has no step") from error
        finally:
            self._journal.close()
        write_whole(path, b"".join(json_bytes(line) for line in kept))
        self._curves = Curves(run / CURVES, step + 1)
        self._journal = Journal(path)

    def add(self, line: dict[str, Any]) -> None:
        """One more step.

        Raises:
            StorageError: it cannot be written.
        """
        self._journal.append(line)
        alone = {name: value for name, value in line.items() if isinstance(value, int | float)}
        bundled = {f"{name}/{part}": value for name in BUNDLES for part, value in line.get(name, {}).items()}
        self._curves.add(line["step"], {**alone, **bundled})

    def __enter__(self) -> "Record":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._journal.close()
        self._curves.close()
