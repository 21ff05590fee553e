"""The engine of a Ray cluster: one replica in each actor, fed from one queue by the driver."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from motionedit_bench.engines.base import Engine, Recipe
from motionedit_bench.engines.cluster import Cluster, Node, connected
from motionedit_bench.engines.crew import Crew, Member, Patience, words
from motionedit_bench.engines.queue import Piece, Queue
from motionedit_bench.errors import UsageError
from motionedit_bench.progress import warn

T = TypeVar("T")
R = TypeVar("R")

QUICK = 1.0
"""Where a piece takes less than so many seconds, the next one waits at the replica already."""


@dataclass
class Suspect(Generic[T]):
    """A piece over which a replica died, before it is known whether the whole node is gone."""

    piece: Piece[T]
    node: Node
    words: str
    until: float


class Replicas(Engine[T, R]):
    """Replicas in the actors of a Ray cluster.

    A piece goes to whoever is free. A replica that dies is replaced and its piece goes back to the queue;
    over which `TRIES` die, that is lost. A piece whose node was lost goes back as well, which does not count
    against it. Ray restarts and retries nothing by itself.
    """

    def __init__(
        self,
        recipe: Recipe[T, R],
        cluster: Cluster,
        device: str = "auto",
        patience: Patience = Patience(),  # noqa: B008 (frozen)
    ) -> None:
        if device not in ("auto", "cpu", "cuda"):
            raise UsageError(
                f"--engine ray gives each replica its own GPU, so --device {device} cannot apply"
            )
        self.recipe = recipe
        self.cluster = cluster
        self.device = device
        self.patience = patience
        self._suspects: list[Suspect[T]] = []
        self._seconds = QUICK
        self._stack = ExitStack()

    def __enter__(self) -> "Replicas[T, R]":
        with ExitStack() as stack:
            stack.enter_context(connected(self.cluster.address))
            self.crew: Crew[T, R] = Crew(self.recipe, self.cluster, self.device, self.patience)
            stack.callback(self.crew.close)
            self.crew.recruit()
            nothing: Queue[T, R] = Queue(())
            while not any(member.ready for member in self.crew.members):
                self.wait(nothing)
            self._stack = stack.pop_all()
        self.facts = self.crew.facts or {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def _depth(self) -> int:
        return 2 if self._seconds < QUICK else 1

    def room(self) -> int:
        return sum(max(0, self._depth - len(one.pieces)) for one in self.crew.members if one.ready)

    def hand(self, piece: Piece[T]) -> None:
        member = min((one for one in self.crew.members if one.ready), key=lambda one: len(one.pieces))
        member.pieces[member.handle.do.remote(piece.task)] = piece

    def wait(self, queue: Queue[T, R]) -> None:
        import ray

        asked = {one.ref: one for one in self.crew.members if not one.ready}
        asked |= {ref: one for one in self.crew.members for ref in one.pieces}
        if asked:
            found, rest = ray.wait(list(asked), num_returns=1, timeout=self.patience.look)
            found += ray.wait(rest, num_returns=len(rest), timeout=0)[0] if found and rest else []
        else:
            found = []
            time.sleep(self.patience.look / 10)
        for ref in found:
            member = asked[ref]
            if not member.ready:
                self.crew.advance(member)
            elif ref in member.pieces:
                self._take(member, ref, queue)
        self.crew.look()
        self._judge(queue)

    def _take(self, member: Member[T], ref: Any, queue: Queue[T, R]) -> None:
        """Take what came of a piece."""
        import ray

        try:
            word, content, seconds = ray.get(ref)
        except ray.exceptions.RayTaskError:
            raise
        except ray.exceptions.RayError as error:
            self._died(member, queue, words(error))
            return
        piece = member.pieces.pop(ref)
        if word == "stop":
            self._give_back(member, queue)
            queue.back(piece)
            self.crew.refuse(member, content)
        else:
            self._seconds += (seconds - self._seconds) / 8
            queue.end(piece, content)

    def _died(self, member: Member[T], queue: Queue[T, R], last: str) -> None:
        """A replica is gone: the first of its pieces was in its hand."""
        assert member.node is not None  # it was ready
        piece = member.pieces.pop(next(iter(member.pieces)))
        self._give_back(member, queue)
        self.crew.bury(member)
        self._suspects.append(Suspect(piece, member.node, last, time.monotonic() + self.patience.verdict))

    def _give_back(self, member: Member[T], queue: Queue[T, R]) -> None:
        """Pieces that wait at a replica have not been begun."""
        for piece in reversed(member.pieces.values()):
            queue.back(piece)
        member.pieces.clear()

    def _judge(self, queue: Queue[T, R]) -> None:
        """Say of each suspect whether its replica died alone or with its node."""
        for one in list(self._suspects):
            if not self.crew.is_alive(one.node):
                queue.lost_node(one.piece)
            elif time.monotonic() > one.until:
                warn(f"a replica on node {one.node} died over {one.piece.task} ({one.words})")
                queue.died(one.piece, one.words)
            else:
                continue
            self._suspects.remove(one)
