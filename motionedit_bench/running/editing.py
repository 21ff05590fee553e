"""Editing as work for an engine: what a replica holds, the tasks it gets, and what comes back."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, ClassVar

from motionedit_bench.adapters import Adapter, find_adapter, parse_settings
from motionedit_bench.engines import Place, Recipe, Replica
from motionedit_bench.errors import StorageError
from motionedit_bench.files import TEMPORARY, write_whole
from motionedit_bench.records import Item, Picture
from motionedit_bench.running.attempt import Attempt, attempt, item_seed
from motionedit_bench.running.device import device_name


@dataclass(frozen=True)
class Folder:
    """Where edits go, with the name of a file that lies there: who sees it, reaches the very same folder."""

    path: Path
    token: str

    def is_reached(self) -> bool:
        return (self.path / self.token).exists()


@contextmanager
def marked(out: Path) -> Iterator[Folder]:
    """The folder with its token in it.

    Raises:
        StorageError: it cannot be written.
    """
    folder = Folder(out.absolute(), f".{token_hex(8)}{TEMPORARY}")
    token = folder.path / folder.token
    try:
        token.touch()
        yield folder
    except OSError as error:
        if error.filename != str(token):
            raise
        raise StorageError(f"cannot write {out}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            token.unlink(missing_ok=True)


@dataclass(frozen=True)
class EditTask:
    """One item to be edited in a run of that seed.

    It travels with the bytes of its pictures, which are read when it is pickled.
    """

    item: Item
    seed: int
    out: Folder

    def __str__(self) -> str:
        return f"item {self.item.id}"

    def __reduce__(self) -> tuple[Any, ...]:
        item = self.item
        target = _read(item.target) if item.target else None
        packed = (item.id, item.instruction, item.category, _read(item.input), target)
        return _unpacked, (packed, self.seed, self.out)


Packed = tuple[str, str, str | None, bytes | OSError, bytes | OSError | None]
"""Id, instruction, category, and the bytes of input and target; in place of unreadable ones the error."""


def _unpacked(packed: Packed, seed: int, out: Folder) -> EditTask:
    item_id, instruction, category, content, target = packed
    picture = Picture(f"input of item {item_id}", _reader(content))
    goal = None if target is None else Picture(f"target of item {item_id}", _reader(target))
    return EditTask(Item(item_id, instruction, picture, goal, category), seed, out)


@dataclass(frozen=True)
class Edited:
    """What came of a task: its record, and the image's bytes where they could not be written to the folder.

    ``trouble`` says why not, the first time that it happens to a replica. ``in_outage``: see `Attempt`.
    """

    record: dict[str, Any]
    content: bytes | None = None
    trouble: str | None = None
    in_outage: bool = False


class Editing(Replica[EditTask, Edited]):
    """A loaded adapter. Images are written where they belong, or sent back where that cannot be."""

    def __init__(self, adapter: Adapter, place: Place) -> None:
        self.adapter = adapter
        try:
            adapter.load()
            self.facts = adapter.provenance()
        except BaseException:
            adapter.close()
            raise
        self.node = place.node
        self.device = device_name(adapter.device)
        self._writes: bool | None = None

    def do(self, task: EditTask) -> Edited:
        return self.begin(task)()

    def begin(self, task: EditTask) -> Callable[[], Edited]:
        """The edit; what is left is to save it."""
        made = self.edit(task)
        return lambda: self.save(task, made)

    def edit(self, task: EditTask) -> Attempt:
        """The edit, or why there is none."""
        return attempt(self.adapter, task.item, item_seed(task.seed, task.item.id))

    def save(self, task: EditTask, made: Attempt) -> Edited:
        """What was made, written if this replica can."""
        content = made.encoded()
        record = made.record(content) | {"device": self.device}
        if content is None:
            return Edited(record, in_outage=made.in_outage)
        trouble = None
        if self._writes is None:
            self._writes = task.out.is_reached()
            trouble = None if self._writes else "does not reach it"
        if self._writes:
            try:
                write_whole(task.out.path / f"{task.item.id}.png", content)
                return Edited(record)
            except StorageError as error:
                self._writes = False
                trouble = f"cannot write to it ({error.__cause__ or error})"
        return Edited(record, content, trouble and f"node {self.node} {trouble}")

    def close(self) -> None:
        self.adapter.close()


@dataclass(frozen=True)
class ByName(Recipe[EditTask, Edited]):
    """An adapter as the user named it, which can be made on any machine.

    ``folder`` is the working folder that relative paths in it start from.
    """

    adapter: str
    assignments: tuple[str, ...] = ()
    model: str | None = None
    folder: Path = Path()

    same: ClassVar[tuple[str, ...]] = ("revision",)

    def __str__(self) -> str:
        return self.adapter

    def make(self, place: Place) -> Editing:
        with suppress(OSError):
            os.chdir(self.folder)
        kind = find_adapter(self.adapter)
        settings = parse_settings(kind.Settings, self.assignments)
        return Editing(kind(settings, self.model, place.device), place)


@dataclass(frozen=True)
class Made(Recipe[EditTask, Edited]):
    """An adapter that is in this process already, whatever device a place has."""

    adapter: Adapter

    def make(self, place: Place) -> Editing:
        return Editing(self.adapter, place)


def _read(picture: Picture) -> bytes | OSError:
    try:
        return picture.read()
    except OSError as error:
        return error


def _reader(content: bytes | OSError) -> Callable[[], bytes]:
    def read() -> bytes:
        if isinstance(content, OSError):
            raise content
        return content

    return read
