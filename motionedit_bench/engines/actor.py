"""What runs in an actor of a cluster.

It is sent to the nodes as source, since a node may have no such package, or another version of it, and is to
say so itself: nothing of the package is imported before `Worker.load`.
"""

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

ALIKE = ("torch", "diffusers")
"""Packages whose versions have to be the same on all nodes."""


def versions() -> dict[str, str | None]:
    """What has to be the same on all nodes; ``None`` where it is not installed."""
    try:
        from motionedit_bench.version import VERSION
    except ImportError:
        VERSION = None  # type: ignore[assignment]
    found: dict[str, str | None] = {"motionedit-bench": VERSION, "python": platform.python_version()}
    for name in ALIKE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


class Worker:
    """A replica on a node."""

    def hello(self) -> tuple[str, dict[str, str | None]]:
        """The node's id, and its versions."""
        import ray

        return ray.get_runtime_context().get_node_id(), versions()

    def load(self, recipe: Any, device: str, node: str) -> tuple[str, Any]:
        """``ready`` with the replica's facts, or ``stop`` with the error."""
        from motionedit_bench.engines.base import Place
        from motionedit_bench.errors import MebenchError

        try:
            self.replica = recipe.make(Place(device, node))
        except MebenchError as error:
            return "stop", error
        return "ready", self.replica.facts

    def do(self, task: Any) -> tuple[str, Any, float]:
        """``done`` with the result, or ``stop`` with the error; and the seconds that it took."""
        from motionedit_bench.errors import MebenchError

        started = time.monotonic()
        try:
            return "done", self.replica.do(task), time.monotonic() - started
        except MebenchError as error:
            return "stop", error, 0.0

    def process(self) -> int:
        """The number of its process."""
        return os.getpid()

    def close(self) -> None:
        """Let the replica end what it started."""
        self.replica.close()
