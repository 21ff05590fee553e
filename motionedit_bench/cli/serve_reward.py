"""Serve rewards to trainers."""

from typing import Any

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import bench_option
from motionedit_bench.cli.reward_options import on_device, reward_options, reward_request
from motionedit_bench.errors import UsageError


@cli.command("serve-reward", short_help="Give rewards for edits over HTTP.")
@bench_option
@reward_options
@click.option(
    "--devices",
    default="auto",
    show_default=True,
    metavar="A,B",
    help="One replica on each, such as cuda:0,cuda:1.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen at; others than this machine's reach the server without a password.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes one that is free.",
)
def serve_reward(bench: str | None, devices: str, host: str, port: int, **options: Any) -> int:
    """Give rewards for edits of the items of BENCH over HTTP, until interrupted.

    POST /v1/rewards takes {"items": [{"id": ID, "image": base64 of a PNG}]}; GET /health tells the reward.
    """
    names = [name.strip() for name in devices.split(",")]
    if not all(names):
        raise UsageError(f"--devices takes names with commas between them, but got {devices!r}")
    request = reward_request(device=names[0], **options)
    try:
        from motionedit_bench.rewards.server import application, serve
    except ImportError as error:
        raise UsageError(
            f"serving needs the package {error.name}: pip install 'motionedit-bench[serve]'"
        ) from error
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.progress import Progress, warn
    from motionedit_bench.rewards.request import check_targets
    from motionedit_bench.training.data import DEFAULT

    benchmark = open_benchmark(bench or DEFAULT)
    check_targets(request, benchmark.items)
    replicas = [on_device(request, name).open() for name in names]
    with Progress("reading the items", len(benchmark.items)) as progress:
        benchmark.fingerprint(progress.advance)
    mixture = ", ".join(f"{name} {weight:.2g}" for name, weight in request.weights.items())
    serve(
        application(replicas, benchmark),
        host,
        port,
        lambda address: warn(f"rewards ({mixture}) of {len(benchmark.items)} items at {address}"),
    )
    return 0
