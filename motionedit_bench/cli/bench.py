"""Look at a benchmark itself."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import device_option


@cli.group()
def bench() -> None:
    """Look at a benchmark itself, without any model."""


@bench.command()
@click.argument("benchmark", metavar="BENCH")
@click.option("--flow", metavar="NAME", help="See `mebench list flows`.  [default: the benchmark's]")
@click.option(
    "--flow-weights",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint for the flow `unimatch`.  [default: the published one]",
)
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
    instruments = Instruments(flow or opened.default_flow, device=device, flow_options=options)
    sights = look_at(opened, instruments)
    click.echo(trust_table(sights, instruments.flow))
    return 0 if all(sight.trust is not None for sight in sights) else 1
