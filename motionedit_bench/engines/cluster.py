"""Which Ray cluster works, how much of it a replica gets, and the connection to it."""

import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from motionedit_bench.errors import AdapterError, UsageError, one_line

UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}

QUIET = {
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # else uv picks another Python for the replicas
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "1",  # a replica that asked for no GPU sees none
}

STARTS = 3
"""How often a cluster of this machine may take longer to start than the 30 s that Ray gives it."""
SLOW = "timed out during startup"
"""How Ray says that it did."""

REACH = 20.0
"""Seconds for an address to answer; Ray itself asks for minutes, with many lines."""

FINEST = 10_000
"""Ray counts GPUs in parts of so many."""

MOST = 2**60
"""Bytes that no machine has; Ray counts in 64 bits."""


@dataclass(frozen=True)
class Cluster:
    """A cluster, as the user asks for it.

    Attributes:
        address: as `ray.init` takes it, such as ``auto``; a cluster of this machine alone, which ends with
            the work, where it is ``None``.
        replicas: how many; as many as the cluster has room for where it is ``None``.
        gpus: a replica's share: a whole number, or 1/k; one where the cluster has any, if it is ``None``.
        memory: bytes that a replica is given.
    """

    address: str | None = None
    replicas: int | None = None
    gpus: Fraction | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        if self.address is not None and not self.address.strip():
            raise UsageError("--address names no cluster: give one, such as auto, or leave it out")
        if self.address and self.address.startswith("ray://"):
            raise UsageError(
                "--address ray:// (Ray Client) is not supported: start the command on a node of the cluster "
                "with --address auto, or hand it in by `ray job submit`"
            )
        if self.replicas is not None and self.replicas < 1:
            raise UsageError(f"--replicas must be at least 1, but got {self.replicas}")


def parse_gpus(text: str) -> Fraction:
    """GPUs a replica: a whole number, or 1/k where k replicas share one; neither nor k is above `FINEST`.

    Raises:
        UsageError: anything else; Ray cannot place it.

    >>> parse_gpus("2"), parse_gpus("1/4")
    (Fraction(2, 1), Fraction(1, 4))
    """
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    countable = 0 <= share <= FINEST and share.denominator <= FINEST
    if not countable or (share.denominator != 1 and share.numerator != 1):
        raise UsageError(
            f"--gpus-per-replica takes a whole number or 1/k, such as 2 or 1/4, but got {text!r}"
        )
    return share


def parse_memory(text: str) -> int:
    """Bytes of a size such as ``500M`` or ``24G``; units are powers of 1,024.

    Raises:
        UsageError: it is none.

    >>> parse_memory("2K")
    2048
    """
    found = re.fullmatch(r"(\d{1,18})([KMGT]?)(?:i?B)?", text.strip(), re.ASCII)
    size = int(found[1]) * UNITS[found[2]] if found else 0
    if not 0 < size <= MOST:
        raise UsageError(f"--memory takes a size such as 500M or 24G, but got {text!r}")
    return size


@contextmanager
def connected(address: str | None) -> Iterator[None]:
    """A connection to the cluster, or to one of this machine alone, which ends with it.

    In a program that is connected to a cluster already, that is the one, and it stays connected.

    Raises:
        UsageError: Ray is not installed. AdapterError: there is no cluster at that address.
    """
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    try:
        import ray
    except ImportError as error:
        raise UsageError("--engine ray needs Ray: pip install 'motionedit-bench[ray]'") from error
    if ray.is_initialized():
        yield
        return
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    if address is None:
        options |= {"include_dashboard": False}
    _join(address, options)
    try:
        yield
    finally:
        ray.shutdown()


def _join(address: str | None, options: Mapping[str, Any]) -> None:
    """Join a cluster, or start one, again where a busy machine took longer than Ray gives it."""
    import ray

    slow = ""
    for _ in range(STARTS):
        try:
            _reach(address)
            ray.init(address=address or "local", **options)
        except (OSError, OverflowError, RuntimeError, ValueError) as error:
            if address is None:
                raise AdapterError(
                    f"Ray cannot start on this machine ({one_line(error)}); it keeps its files in "
                    "RAY_TMPDIR, else in /tmp"
                ) from error
            raise AdapterError(
                f"cannot join the Ray cluster at {address} ({one_line(error)}): start one by "
                "`ray start --head`, or leave out --address"
            ) from error
        except Exception as error:  # what Ray raises here has no type of its own
            if SLOW not in str(error):
                raise
            slow = one_line(error)
            ray.shutdown()
        else:
            return
    raise AdapterError(f"Ray did not start on this machine in {STARTS} tries ({slow}): is it too busy?")


def _reach(address: str | None) -> None:
    """Make sure that somebody listens at an address of the form ``HOST:PORT``.

    Raises:
        OSError, OverflowError: nobody does.
    """
    if found := re.fullmatch(r"\[?([^\[\]/]+)\]?:(\d{1,9})", address or "", re.ASCII):
        socket.create_connection((found[1], int(found[2])), REACH).close()


@dataclass(frozen=True)
class Node:
    """A machine of the cluster that is alive; ``resources`` are all that it has."""

    id: str
    name: str
    resources: Mapping[str, float]

    def __str__(self) -> str:
        return f"{self.name} ({self.id[:6]})"

    def room(self, gpus: Fraction, memory: int | None) -> int:
        """How many replicas it could hold."""
        asked = {"CPU": 1.0, "GPU": float(gpus), "memory": float(memory or 0)}
        return min(int(self.resources.get(name, 0) / share + 1e-6) for name, share in asked.items() if share)


def nodes() -> dict[str, Node]:
    """The cluster's living nodes, by id."""
    import ray

    return {
        one["NodeID"]: Node(one["NodeID"], one["NodeManagerHostname"], one["Resources"])
        for one in ray.nodes()
        if one["Alive"]
    }
