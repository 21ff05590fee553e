"""Where work is done: on this machine, or on a Ray cluster."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from motionedit_bench.errors import UsageError

if TYPE_CHECKING:
    from motionedit_bench.engines.cluster import Cluster

OPTIONS = (
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="`local`: this machine; `ray`: the actors of a Ray cluster.",
    ),
    click.option(
        "--address", metavar="ADDRESS", help="A Ray cluster, such as auto.  [default: this machine alone]"
    ),
    click.option(
        "--replicas",
        type=click.IntRange(1),
        metavar="N",
        help="On the cluster.  [default: all that have room]",
    ),
    click.option(
        "--gpus-per-replica",
        "gpus",
        metavar="N|1/K",
        help="On the cluster, a whole number or a share.  [default: 1 where there are any]",
    ),
    click.option("--memory", metavar="SIZE", help="What a replica of the cluster is given, such as 24G."),
)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of engines, which the command gets as one: ``cluster``, ``None`` for this machine."""

    @wraps(command)
    def with_cluster(
        engine: str,
        address: str | None,
        replicas: int | None,
        gpus: str | None,
        memory: str | None,
        **others: Any,
    ) -> Any:
        given = {"--address": address, "--replicas": replicas, "--gpus-per-replica": gpus, "--memory": memory}
        return command(cluster=_cluster(engine, given), **others)

    for option in reversed(OPTIONS):
        with_cluster = option(with_cluster)
    return with_cluster


def _cluster(engine: str, given: dict[str, Any]) -> "Cluster | None":
    if engine == "local":
        for name in (name for name, value in given.items() if value is not None):
            raise UsageError(f"{name} goes with --engine ray")
        return None
    source = click.get_current_context().get_parameter_source("workers")
    if source is ParameterSource.COMMANDLINE:
        raise UsageError("--workers goes with --engine local: use --replicas")
    from motionedit_bench.engines.cluster import Cluster, parse_gpus, parse_memory

    gpus, memory = given["--gpus-per-replica"], given["--memory"]
    return Cluster(
        given["--address"],
        given["--replicas"],
        parse_gpus(gpus) if gpus is not None else None,
        parse_memory(memory) if memory is not None else None,
    )
