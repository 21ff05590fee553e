"""The engine of processes on this machine: one replica each, fed from one queue."""

import multiprocessing
import signal
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, TypeVar

from motionedit_bench.engines.base import Engine, Place, Recipe
from motionedit_bench.engines.queue import Piece, Queue
from motionedit_bench.errors import AdapterError, MebenchError
from motionedit_bench.progress import warn

T = TypeVar("T")
R = TypeVar("R")

LEAVE_SECONDS = 10.0
"""How long a process without a piece in its hand has to close its replica and leave."""


@dataclass
class Running(Generic[T]):
    """One process, the pipe to it, and the piece in its hand."""

    device: str
    process: BaseProcess
    pipe: Connection
    piece: Piece[T] | None = field(default=None)


class Processes(Engine[T, R]):
    """Processes with a replica each, on the visible GPUs in turn, or all on the CPU.

    A piece goes to whoever is free, so a slow one holds back nobody. A process that dies is replaced
    and its piece goes back to the queue; over which `TRIES` die, that is lost.
    """

    def __init__(self, recipe: Recipe[T, R], workers: int, device: str = "auto") -> None:
        self.recipe = recipe
        self.devices = _devices(device, workers)
        self.members: list[Running[T]] = []
        self._context = multiprocessing.get_context("spawn")

    def __enter__(self) -> "Processes[T, R]":
        try:
            self.members = [self._start(device) for device in self.devices]
            for member in self.members:
                self.facts = self._ready(member)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes; one that is in the middle of a piece is not waited for."""
        for member in self.members:
            member.pipe.close()
        for member in self.members:
            if member.piece is None:
                member.process.join(LEAVE_SECONDS)
            member.process.terminate()
            member.process.join()

    def room(self) -> int:
        return sum(member.piece is None for member in self.members)

    def hand(self, piece: Piece[T]) -> None:
        member = next(member for member in self.members if member.piece is None)
        member.piece = piece
        with suppress(BrokenPipeError, ConnectionResetError):  # it died idle: waiting for it finds that out
            member.pipe.send(piece.task)

    def wait(self, queue: Queue[T, R]) -> None:
        busy = {member.pipe: number for number, member in enumerate(self.members) if member.piece}
        for pipe in wait(list(busy)):
            number = busy[pipe]  # type: ignore[index]
            member = self.members[number]
            piece = member.piece
            assert piece is not None  # only busy members are waited for
            try:
                word, content = member.pipe.recv()
            except (EOFError, ConnectionResetError):
                queue.died(piece, self._replace(number, piece))
                continue
            member.piece = None
            if word == "stop":
                raise content
            queue.end(piece, content)

    def _replace(self, number: int, piece: Piece[T]) -> str:
        """Start another process for one that died over a piece, whose last words are returned."""
        member = self.members[number]
        member.process.join()
        code = member.process.exitcode or 0
        words = f"signal {-code}" if code < 0 else f"exit status {code}"
        warn(f"a process died over {piece.task} ({words}); starting another")
        self.members[number] = self._start(member.device)
        self._ready(self.members[number])
        return words

    def _start(self, device: str) -> Running[T]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self.recipe, device), daemon=False)
        process.start()
        theirs.close()
        return Running(device, process, ours)

    def _ready(self, member: Running[T]) -> dict[str, Any]:
        try:
            word, content = member.pipe.recv()
        except EOFError as error:
            member.process.join()
            raise AdapterError(
                f"a process for {self.recipe} on {member.device} ended while starting, "
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


def _work(pipe: Connection, recipe: Recipe[T, R], device: str) -> None:
    """What each process does: make its replica, then do tasks until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with suppress(BrokenPipeError, ConnectionResetError):  # the parent waits for this process no longer
        try:
            replica = recipe.make(Place(device))
        except MebenchError as error:
            pipe.send(("stop", error))
            return
        with closing(replica):
            pipe.send(("ready", replica.facts))
            while True:
                try:
                    task = pipe.recv()
                except EOFError:
                    return
                try:
                    pipe.send(("done", replica.do(task)))
                except MebenchError as error:
                    pipe.send(("stop", error))
                    return
