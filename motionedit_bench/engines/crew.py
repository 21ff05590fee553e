"""The actors of a cluster that hold replicas: placed, greeted, loaded, refused, lost and replaced."""

import time
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, TypeVar

from motionedit_bench.engines import actor
from motionedit_bench.engines.base import Recipe
from motionedit_bench.engines.cluster import Cluster, Node, nodes
from motionedit_bench.engines.queue import TRIES, Piece
from motionedit_bench.errors import AdapterError, MebenchError, one_line
from motionedit_bench.progress import warn

T = TypeVar("T")
R = TypeVar("R")


LOST = "its node has died"
"""How Ray says that an actor ended with its node."""

LEAVE_SECONDS = 10.0
"""How long replicas without a piece in hand have to close."""


@dataclass(frozen=True)
class Patience:
    """How long the driver waits, in seconds.

    Attributes:
        placing: for the cluster to find a place for a replica.
        verdict: for news that a node is lost, before a replica's death counts against its piece.
        look: between two looks at the cluster.
    """

    placing: float = 60.0
    verdict: float = 20.0
    look: float = 1.0


@dataclass
class Member(Generic[T]):
    """An actor; ``ref`` is what it is asked for before it is ready, ``pieces`` what it is at after that."""

    handle: Any
    ref: Any
    node: Node | None = None
    ready: bool = False
    pieces: dict[Any, Piece[T]] = field(default_factory=dict)


class Crew(Generic[T, R]):
    """Replicas in actors, as many as asked for and as the cluster has room for.

    A node that has other versions, or on which the recipe cannot be made, is refused; actors that no node has
    a place for are given up after a while; both by one line. When a node joins, they are tried again.
    """

    def __init__(self, recipe: Recipe[T, R], cluster: Cluster, device: str, patience: Patience) -> None:
        self.recipe = recipe
        self.patience = patience
        self.members: list[Member[T]] = []
        self.facts: dict[str, Any] | None = None
        self._cluster = cluster
        self._nodes = nodes()
        gpus = any(node.resources.get("GPU") for node in self._nodes.values()) and device != "cpu"
        self._gpus = cluster.gpus if cluster.gpus is not None else Fraction(int(gpus))
        self._device = "cuda" if self._gpus else "cpu" if cluster.gpus == 0 else device
        self.refused: set[str] = set()
        self._trouble: MebenchError | None = None
        self._deaths: Counter[str] = Counter()
        self._wanted = self._room()
        self._looked = self._moved = time.monotonic()

    def recruit(self) -> None:
        """Ask for as many actors as are wanted and not there.

        Raises:
            MebenchError: there are none, and none is to be had.
        """
        if self._nodes.keys() <= self.refused:  # whoever is asked for now finds no place
            self._wanted = len(self.members)
        while len(self.members) < self._wanted:
            handle = self._actor()
            self.members.append(Member(handle, handle.hello.remote()))
            self._moved = time.monotonic()
        if not self.members:
            raise self._trouble or AdapterError(f"no replica has a place: {self._asked()}")

    def advance(self, member: Member[T]) -> None:
        """Take the answer of a member that is not ready yet, and ask it for what comes next."""
        import ray

        try:
            answer = ray.get(member.ref)
        except ray.exceptions.RayTaskError as error:
            if member.node is None:
                raise
            self.refuse(member, AdapterError(f"no replica can be made there ({one_line(error.cause)})"))
            return
        except ray.exceptions.RayError as error:
            self.bury(member)
            if LOST in str(error):  # it went with its node, which is not held against the others
                return
            place = str(member.node) if member.node else "a node"
            self._deaths[place] += 1
            if member.node and member.node.id in nodes() and self._deaths[place] >= TRIES:
                self.refuse(member, AdapterError(f"replicas die there while loading ({words(error)})"))
            elif self._deaths[place] >= TRIES * 2:
                raise AdapterError(
                    f"replicas die before they say a word ({words(error)}): see Ray's logs on its nodes, "
                    "usually in /tmp/ray/session_latest/logs"
                ) from error
            return
        if member.node is None:
            self._greet(member, *answer)
        else:
            self._loaded(member, *answer)

    def refuse(self, member: Member[T], why: MebenchError) -> None:
        """Use the member's node no more, and say so once."""
        self.bury(member)
        assert member.node is not None  # it has answered
        if member.node.id not in self.refused:
            self.refused.add(member.node.id)
            self._trouble = why
            self._wanted = self._room()
            if self._nodes.keys() <= self.refused:  # who has no place yet finds none
                self._bury_unplaced()
                self._wanted = len(self.members)
            if self.members or self._wanted:
                warn(f"node {member.node} is not used: {why}")

    def bury(self, member: Member[T]) -> None:
        """End a member, if it has not ended; it is no more one of them."""
        import ray

        if member in self.members:
            self.members.remove(member)
            ray.kill(member.handle)

    def look(self) -> None:
        """Now and then: see which nodes came and went, and give up who found no place.

        Raises:
            MebenchError: no replica is left, and none is to be had.
        """
        now = time.monotonic()
        if now - self._looked < self.patience.look:
            return
        self._looked = now
        found = nodes()
        gone, new = self._nodes.keys() - found.keys(), found.keys() - self._nodes.keys()
        before, self._nodes = self._nodes, found
        for lost in gone:
            warn(f"node {before[lost]} was lost")
            idle = [one for one in self.members if not one.pieces]
            for member in [one for one in idle if one.node and one.node.id == lost]:
                self.bury(member)
        if gone or new:
            self._wanted = self._room()
        if now - self._moved > self.patience.placing and (late := self._bury_unplaced()):
            self._wanted = len(self.members)
            told = f"{late} of the replicas found no place in {self.patience.placing:.0f} s"
            if not self.members:
                raise self._trouble or AdapterError(f"{told}: {self._asked()}")
            warn(f"{told}; going on with {len(self.members)}")
        self.recruit()

    def _bury_unplaced(self) -> int:
        """End those that no node has a place for so far; returns how many."""
        unplaced = [one for one in self.members if one.node is None]
        for member in unplaced:
            self.bury(member)
        return len(unplaced)

    def is_alive(self, node: Node) -> bool:
        """Whether the cluster had the node when it was looked at last."""
        return node.id in self._nodes

    def close(self) -> None:
        """End all members; those without a piece in hand may close their replicas first."""
        import ray

        closing = [one.handle.close.remote() for one in self.members if one.ready and not one.pieces]
        if closing:
            ray.wait(closing, num_returns=len(closing), timeout=LEAVE_SECONDS)
        for member in list(self.members):
            self.bury(member)

    def _actor(self) -> Any:
        import ray

        ray.cloudpickle.register_pickle_by_value(actor)
        options: dict[str, Any] = {
            "num_cpus": 1,
            "num_gpus": int(self._gpus * 10_000) / 10_000,
            "max_restarts": 0,
            "max_task_retries": 0,
            "scheduling_strategy": "SPREAD",
        }
        if self._cluster.memory:
            options["memory"] = self._cluster.memory
        if self.refused:
            options["label_selector"] = {"ray.io/node-id": f"!in({','.join(sorted(self.refused))})"}
        return ray.remote(actor.Worker).options(**options).remote()

    def _greet(self, member: Member[T], node: str, found: dict[str, str | None]) -> None:
        self._moved = time.monotonic()
        member.node = self._nodes.get(node) or nodes().get(node) or Node(node, "a node", {})
        ours = actor.versions()
        other = [
            f"{name} {found[name] or 'not at all'} (here {ours[name]})"
            for name in ours
            if found[name] != ours[name]
        ]
        if other:
            self.refuse(member, AdapterError(f"it has {', '.join(other)}"))
        elif node in self.refused:
            self.bury(member)
        else:
            member.ref = member.handle.load.remote(self.recipe, self._device, str(member.node))

    def _loaded(self, member: Member[T], word: str, content: Any) -> None:
        if word == "stop":
            self.refuse(member, content)
            return
        self.facts = content if self.facts is None else self.facts
        for name in self.recipe.same:
            if content.get(name) != self.facts.get(name):
                told = f"it loaded {name} {content.get(name)}, the others {self.facts.get(name)}"
                self.refuse(member, AdapterError(told))
                return
        member.ready, member.ref = True, None

    def _room(self) -> int:
        """How many replicas to ask for, as the cluster is now."""
        usable = [node for node in self._nodes.values() if node.id not in self.refused]
        if self._cluster.replicas is not None:
            return self._cluster.replicas if usable else len(self.members)
        room = sum(node.room(self._gpus, self._cluster.memory) for node in usable)
        return room or (1 if usable else len(self.members))

    def _asked(self) -> str:
        """What a replica asks for, and what the cluster has."""
        asked = ["1 CPU", *([f"{self._gpus} GPU"] if self._gpus else [])]
        asked += [f"{self._cluster.memory / 2**30:.1f} GiB of memory"] if self._cluster.memory else []
        has = Counter[str]()
        for node in self._nodes.values():
            has.update({name: int(node.resources.get(name, 0)) for name in ("CPU", "GPU", "memory")})
        return (
            f"each asks for {', '.join(asked)}; the cluster has {has['CPU']} CPU, {has['GPU']} GPU, "
            f"{has['memory'] / 2**30:.1f} GiB of memory on {len(self._nodes)} nodes"
        )


def words(error: Exception) -> str:
    """The last words of an actor, from what Ray says of its death."""
    text = str(error)
    if "low on memory" in text or "OutOfMemory" in type(error).__name__:
        return "too little memory"
    _, found, rest = text.partition("exit type: ")
    return f"exit type {rest.split()[0]}" if found else type(error).__name__
