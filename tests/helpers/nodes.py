"""Clusters of Ray nodes on this machine: real processes, with little memory, that notice a lost node soon."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from unittest.mock import patch

import psutil

from motionedit_bench.engines.cluster import QUIET
from motionedit_bench.engines.cluster import SLOW as GIVEN_UP
from motionedit_bench.engines.cluster import nodes as living
from motionedit_bench.engines.crew import Patience
from motionedit_bench.engines.ray import Replicas

T = TypeVar("T")

STORE = 80 * 2**20
"""Bytes of a node's object store; the least that Ray takes is a little less."""

SOON = {
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 60_000,
    "health_check_failure_threshold": 3,
}
"""A dead node is noticed within some seconds; one that is only slow, on a machine under load, is not."""


STARTING = 900
"""Seconds that a node may take to be there; Ray gives up after 30, which is too little for a busy machine."""

STARTS = 5
"""How often a node is started that gave up."""

SLOW = {
    "RAY_agent_register_timeout_ms": str(1000 * STARTING),
    "RAY_gcs_server_port_wait_time_s": str(STARTING),
    "RAY_gcs_server_request_timeout_seconds": str(STARTING),
    "RAY_worker_register_timeout_seconds": str(STARTING),
}
"""The same for the parts of a node."""


def patient(get_node: Callable[..., Any]) -> Callable[..., Any]:
    """Ask the cluster for a node that starts until it is there, or has died over it."""

    def ask(address: str, node_id: str) -> Any:
        end = time.monotonic() + STARTING
        while True:
            try:
                return get_node(address, node_id)
            except RuntimeError:
                if time.monotonic() > end or not starts(node_id):
                    raise
                time.sleep(0.1)

    return ask


def starts(node_id: str) -> bool:
    """Whether a daemon of that node is alive below this process."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            found += child.cmdline()
    return any(node_id in word for word in found)


def started(start: Callable[[], T]) -> T:
    """What is started, in the end: a daemon gives up by itself where a part of it takes more than 30 s."""
    for _ in range(STARTS - 1):
        try:
            return start()
        except Exception as error:
            if GIVEN_UP not in str(error):
                raise
    return start()


@contextmanager
def unhurried() -> Iterator[None]:
    """Ray starts, and replicas find their places, however long a busy machine takes."""
    os.environ.update(SLOW)
    from ray._private import services
    from ray.cluster_utils import Cluster

    with (
        patch.object(services, "get_node", patient(services.get_node)),
        patch.object(Cluster._wait_for_node, "__defaults__", (STARTING,)),
        patch.object(Replicas.__init__, "__defaults__", ("auto", Patience(placing=STARTING))),
    ):
        yield


class Nodes:
    """A cluster with a head, to which nodes are added and from which they are torn away."""

    def __init__(self, cpus: int = 2, **environment: str) -> None:
        os.environ.update(QUIET | SLOW)
        from ray.cluster_utils import Cluster

        self._folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
        own = {"env_vars": environment} if environment else {}
        head = {"num_cpus": cpus, "object_store_memory": STORE, "include_dashboard": False}
        head |= {"_system_config": SOON, "temp_dir": self._folder, **own}
        with unhurried():
            self._cluster = started(lambda: Cluster(initialize_head=True, head_node_args=head))
        self.address: str = self._cluster.address

    def add(self, cpus: int = 2, gpus: int = 0, **environment: str) -> Any:
        """One more node, whose processes have these variables."""
        own = {"env_vars": environment} if environment else {}
        with unhurried():
            sizes = {"num_cpus": cpus, "num_gpus": gpus, "object_store_memory": STORE}
            return started(lambda: self._cluster.add_node(**sizes, **own))

    def tear_away(self, node: Any) -> None:
        """A node's daemon is killed, and with it all that it runs, until the cluster notices it by itself."""
        self._cluster.remove_node(node, allow_graceful=False)
        while node.node_id in living():
            time.sleep(0.05)

    def close(self) -> None:
        self._cluster.shutdown()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def nodes(cpus: int = 2, **environment: str) -> Iterator[Nodes]:
    """A cluster, gone at the end."""
    found = Nodes(cpus, **environment)
    try:
        yield found
    finally:
        found.close()
