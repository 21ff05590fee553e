"""Many processes that edit items of one run: one adapter each, fed from one queue."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from motionedit_bench.adapters import Adapter, find_adapter, parse_settings
from motionedit_bench.errors import AdapterError, MebenchError
from motionedit_bench.progress import warn
from motionedit_bench.records import Item, Picture
from motionedit_bench.running.attempt import Attempt, attempt, item_seed
from motionedit_bench.running.engine import Done

LEAVE_SECONDS = 10.0
"""How long a process without an item in its hand has to close its adapter and leave."""

TRIES = 2
"""How many processes may die over one item before it counts as failed."""


@dataclass(frozen=True)
class Recipe:
    """What every process makes its adapter from, as the user gave it."""

    adapter: str
    assignments: tuple[str, ...]
    model: str | None
    device: str


@dataclass
class Running:
    """One process, the pipe to it, and the item in its hand."""

    device: str
    process: BaseProcess
    pipe: Connection
    item: Item | None = field(default=None)


class Processes:
    """Processes with an adapter each, on the visible GPUs in turn, or all on the CPU.

    An item goes to whoever is free, so a slow one holds back nobody. A process that dies is
    replaced and its item goes back to the queue; over which two die, that is a failed record. As
    each item has its own seed, images do not depend on how many processes there are.

    Used as a context; entering loads all adapters.

    Raises (on entering):
        AdapterError: an adapter cannot start.
    """

    def __init__(self, recipe: Recipe, workers: int) -> None:
        self.recipe = recipe
        self.devices = _devices(recipe.device, workers)
        self.members: list[Running] = []
        self.provenance: dict[str, Any] = {}
        self._context = multiprocessing.get_context("spawn")

    def __enter__(self) -> "Processes":
        try:
            self.members = [self._start(device) for device in self.devices]
            for member in self.members:
                self.provenance = self._ready(member)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes; one that is in the middle of an edit is not waited for."""
        for member in self.members:
            member.pipe.close()
        for member in self.members:
            if member.item is None:
                member.process.join(LEAVE_SECONDS)
            member.process.terminate()
            member.process.join()

    def edit(self, items: Sequence[Item], seed: int, out: Path, done: Done) -> None:
        """Save each item's image and hand its record to ``done``, as they come.

        Raises:
            AdapterError: no further item can be edited.
        """
        queue = deque(items)
        deaths: dict[str, int] = {}
        while queue or any(member.item for member in self.members):
            for number, member in enumerate(self.members):
                if member.item is None and queue:
                    self._hand(number, queue.popleft(), seed, out)
            busy = {member.pipe: number for number, member in enumerate(self.members) if member.item}
            for pipe in wait(list(busy)):
                number = busy[pipe]  # type: ignore[index]
                member = self.members[number]
                item = member.item
                assert item is not None  # only busy members are waited for
                try:
                    word, content = member.pipe.recv()
                except (EOFError, ConnectionResetError):
                    deaths[item.id] = deaths.get(item.id, 0) + 1
                    self._replace(number, item)
                    if deaths[item.id] < TRIES:
                        queue.appendleft(item)
                    else:
                        reason = f"{TRIES} processes died over this item; the last with {self._last_words}"
                        failed = Attempt(item.id, item_seed(seed, item.id), None, "failed", reason)
                        done(failed.save(out))
                    continue
                member.item = None
                if word == "stop":
                    raise content
                if item.id in deaths:
                    content["restarts"] = deaths[item.id]
                done(content)

    def _hand(self, number: int, item: Item, seed: int, out: Path) -> None:
        self.members[number].item = item
        target = item.target.read() if item.target else None
        try:
            content = item.input.read()
            self.members[number].pipe.send((item.id, item.instruction, content, target, seed, out))
        except (BrokenPipeError, ConnectionResetError):
            return  # it died idle: waiting for its answer finds that out

    def _replace(self, number: int, item: Item) -> None:
        member = self.members[number]
        member.process.join()
        code = member.process.exitcode or 0
        self._last_words = f"signal {-code}" if code < 0 else f"exit status {code}"
        warn(f"a process died over item {item.id} ({self._last_words}); starting another")
        self.members[number] = self._start(member.device)
        self._ready(self.members[number])

    def _start(self, device: str) -> Running:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self.recipe, device), daemon=False)
        process.start()
        theirs.close()
        return Running(device, process, ours)

    def _ready(self, member: Running) -> dict[str, Any]:
        try:
            word, content = member.pipe.recv()
        except EOFError as error:
            member.process.join()
            raise AdapterError(
                f"a process for {self.recipe.adapter} on {member.device} ended while starting, "
                f"with exit status {member.process.exitcode}: see above, or try --workers 1"
            ) from error
        if word == "stop":
            raise content
        return dict(content)


def _devices(asked: str, workers: int) -> list[str]:
    """One device a process: the visible GPUs in turn where there are any, else the one asked for."""
    import torch

    count = torch.cuda.device_count()
    if asked in ("auto", "cuda") and count:
        return [f"cuda:{number % count}" for number in range(workers)]
    return [asked] * workers


def _work(pipe: Connection, recipe: Recipe, device: str) -> None:
    """What each process does: load the adapter, then answer items until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with suppress(BrokenPipeError, ConnectionResetError):  # the parent waits for this process no longer
        _answer(pipe, recipe, device)


def _answer(pipe: Connection, recipe: Recipe, device: str) -> None:
    kind = find_adapter(recipe.adapter)
    try:
        adapter = kind(parse_settings(kind.Settings, recipe.assignments), recipe.model, device)
        adapter.load()
        pipe.send(("ready", adapter.provenance()))
    except MebenchError as error:
        pipe.send(("stop", error))
        return
    with closing(adapter):
        _serve(pipe, adapter)


def _serve(pipe: Connection, adapter: Adapter) -> None:
    """Answer items until the pipe closes or the adapter can go no further."""
    while True:
        try:
            item_id, instruction, content, target, seed, out = pipe.recv()
        except EOFError:
            return
        item = Item(
            id=item_id,
            instruction=instruction,
            input=_picture(f"input of item {item_id}", content),
            target=_picture(f"target of item {item_id}", target) if target is not None else None,
        )
        try:
            pipe.send(("done", attempt(adapter, item, item_seed(seed, item_id)).save(out)))
        except MebenchError as error:
            pipe.send(("stop", error))
            return


def _picture(name: str, content: bytes) -> Picture:
    return Picture(name, lambda: content)
