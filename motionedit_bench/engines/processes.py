"""The engine of processes on this machine: one replica each, fed from one queue."""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from types import TracebackType
from typing import Any, Generic, TypeVar

from motionedit_bench.engines.base import Engine, Place, Recipe, Replica
from motionedit_bench.engines.queue import Piece, Queue
from motionedit_bench.errors import AdapterError, MebenchError
from motionedit_bench.progress import warn

T = TypeVar("T")
R = TypeVar("R")

LEAVE_SECONDS = 10.0
"""How long a process without a piece in its hand has to close its replica and leave."""


@dataclass
class Running(Generic[T]):
    """One process, the pipe to it, the piece that it works on, and the one whose rest it does meanwhile."""

    device: str
    process: BaseProcess
    pipe: Connection
    piece: Piece[T] | None = None
    rest: Piece[T] | None = None


class Processes(Engine[T, R]):
    """Processes with a replica each, on the visible GPUs in turn, or all on the CPU.

    A piece goes to whoever is free, so a slow one holds back nobody; the next one is packed already. The rest
    of a piece is done beside the next piece. A process that dies is replaced and what it held goes back to
    the queue, to be held alone from then on; the piece that it worked on counts the death, and over which
    `TRIES` die, that is lost.
    """

    def __init__(self, recipe: Recipe[T, R], workers: int, device: str = "auto") -> None:
        self.recipe = recipe
        self.devices = _devices(device, workers)
        self.members: list[Running[T]] = []
        self._context = multiprocessing.get_context("spawn")
        self._packed: tuple[Piece[T], Any] | None = None
        self._stopped: MebenchError | None = None

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
        return self._packed is None and self._stopped is None

    def hand(self, piece: Piece[T]) -> None:
        self._packed = piece, ForkingPickler.dumps((piece.task, piece.alone))
        self._send()

    def _send(self) -> None:
        """Give the packed piece to a process that is free for it, if there is one."""
        if self._packed is None or self._stopped is not None:
            return
        piece, content = self._packed
        free = (member for member in self.members if member.piece is None)
        for member in free if not piece.alone else (one for one in free if one.rest is None):
            with suppress(BrokenPipeError, ConnectionResetError):  # it died idle: waiting finds that out
                member.pipe.send_bytes(content)
                member.piece, self._packed = piece, None
                return

    def wait(self, queue: Queue[T, R]) -> None:
        if self._stopped is not None:
            raise self._stopped
        if self._packed is None and not any(member.piece or member.rest for member in self.members):
            return  # nothing is in hand, and the queue may have more by now
        members = {member.pipe: number for number, member in enumerate(self.members)}
        for pipe in wait(list(members)):
            number = members[pipe]  # type: ignore[index]
            member = self.members[number]
            try:
                word, content = member.pipe.recv()
            except (EOFError, OSError):  # also in the middle of a word
                self._bury(number, queue)
                continue
            if word == "stop":
                member.piece, self._stopped = None, content
            elif word == "free":
                member.piece, member.rest = None, member.piece
            else:
                assert member.rest is not None  # it has said that it is free but for that
                queue.end(member.rest, content)
                member.rest = None
        self._send()

    def _bury(self, number: int, queue: Queue[T, R]) -> None:
        """Start another process for one that died, and give back what it held."""
        member = self.members[number]
        member.process.join()
        code = member.process.exitcode or 0
        words = f"signal {-code}" if code < 0 else f"exit status {code}"
        held = [piece for piece in (member.piece, member.rest) if piece is not None]
        over = f"over {held[0].task} " if held else ""
        warn(f"a process died {over}({words}); starting another")
        self.members[number] = self._start(member.device)
        self._ready(self.members[number])
        for piece in reversed(held):
            piece.alone = True
            if piece is held[0]:
                queue.died(piece, words)
            else:
                queue.back(piece)

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
            try:
                _do_tasks(pipe, replica)
            except MebenchError as error:
                pipe.send(("stop", error))


def _do_tasks(pipe: Connection, replica: Replica[T, R]) -> None:
    """Do tasks until the pipe closes, the rest of each beside the next one, unless it is to be alone.

    A rest is waited for before the next one begins, so that it is known whose end the parent is told.
    """
    with ThreadPoolExecutor(1) as beside:
        resting: Future[None] | None = None
        while True:
            try:
                task, alone = pipe.recv()
            except EOFError:
                return
            rest = replica.begin(task)
            if resting is not None:
                resting.result()
            if alone:
                result = rest()
                rest = lambda result=result: result  # type: ignore[misc]  # noqa: E731
            pipe.send(("free", None))
            resting = beside.submit(_rest, pipe, rest)


def _rest(pipe: Connection, rest: Callable[[], R]) -> None:
    """Do the rest of a task and tell its end. What is raised ends the process, which waits for a task now."""
    try:
        pipe.send(("done", rest()))
    except MebenchError as error:
        pipe.send(("stop", error))
    except (BrokenPipeError, ConnectionResetError):
        pass  # the parent waits for this process no longer
    except Exception:  # noqa: BLE001 (foreign code: the parent sees a process that died)
        traceback.print_exc()
        os._exit(1)
