"""Look at a benchmark itself."""

import os
from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import Named, device_option


@cli.group()
def bench() -> None:
    """Look at a benchmark itself, without any model."""


flow_weights_option = click.option(
    "--flow-weights",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint for the flow `unimatch`.  [default: the published one]",
)


@bench.command()
@click.argument("benchmark", metavar="BENCH")
@click.option("--flow", metavar="NAME", help="See `mebench list flows`.  [default: the benchmark's]")
@flow_weights_option
@device_option
def trust(benchmark: str, flow: str | None, flow_weights: Path | None, device: str) -> int:
    """How much of BENCH's motion a flow sees: a row an item, and the share of items seen.

    BENCH is `sample`, `sample-far`, a folder, or a hub data set OWNER/NAME[@REVISION].
    """
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.metrics.instruments import Instruments
    from motionedit_bench.scoring.trust import look_at, trust_table

    opened = open_benchmark(benchmark)
    options = {} if flow_weights is None else {"weights": flow_weights}
    chosen = opened.default_flow if flow is None else flow
    instruments = Instruments(chosen, device=device, flow_options=options)
    sights = look_at(opened, instruments)
    click.echo(trust_table(sights, instruments.flow))
    return 0 if all(sight.trust is not None for sight in sights) else 1


@bench.command()
@click.argument("benchmarks", metavar="BENCH...", nargs=-1, required=True)
@click.option("--flow", metavar="NAME", help="See `mebench list flows`.  [default: the first benchmark's]")
@flow_weights_option
@click.option(
    "--out",
    type=Named(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also draw figures, and write a page with them.",
)
@click.option("--workers", type=click.IntRange(1), help="Items looked at at once.  [default: one a CPU core]")
@device_option
def stats(
    benchmarks: tuple[str, ...],
    flow: str | None,
    flow_weights: Path | None,
    out: Path | None,
    workers: int | None,
    device: str,
) -> int:
    """How far things move, where to, and in which categories: benchmarks side by side, by one flow.

    BENCH is `sample`, `sample-far`, a folder, or a hub data set OWNER/NAME[@REVISION].
    """
    from motionedit_bench import cache
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.metrics.instruments import Instruments
    from motionedit_bench.mining.stats.motion import profile
    from motionedit_bench.mining.stats.page import check_drawing, write_stats
    from motionedit_bench.mining.stats.table import tables
    from motionedit_bench.progress import note

    if out is not None:
        check_drawing()
    opened = [open_benchmark(one) for one in benchmarks]
    options = {} if flow_weights is None else {"weights": flow_weights}
    store = cache.optional("flows")
    chosen = opened[0].default_flow if flow is None else flow
    instruments = Instruments(chosen, device=device, store=store, flow_options=options)
    profiles = [profile(one, instruments, workers or len(os.sched_getaffinity(0))) for one in opened]
    click.echo(tables(profiles))
    if out is not None:
        note(f"wrote {write_stats(profiles, out)}")
    return 0 if all(len(one.magnitudes) == len(one.motions) for one in profiles) else 1
