"""Edit every item of a benchmark with a model."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from motionedit_bench.cli.engine_options import engine_options
from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import (
    Amount,
    bench_option,
    device_option,
    folder_or_url,
    lock_option,
    model_option,
    set_option,
    shard_option,
)
from motionedit_bench.styling import amiss

if TYPE_CHECKING:
    from motionedit_bench.benchmarks.shard import Shard
    from motionedit_bench.engines.cluster import Cluster
    from motionedit_bench.running.request import Request
    from motionedit_bench.stores import Place


def _adapters(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from motionedit_bench.adapters import ADAPTERS

    return [name for name in ADAPTERS if name.startswith(incomplete)]


@cli.command(short_help="Edit every item of a benchmark with a model.")
@click.option(
    "--adapter",
    required=True,
    metavar="NAME",
    shell_complete=_adapters,
    help="See `mebench list adapters`; or FILE.py:CLASS; the file is run as a program, with your rights.",
)
@bench_option
@click.option("--out", type=folder_or_url, help="The model's own folder.  [default: preds/NAME]")
@model_option
@set_option
@click.option("--lora", metavar="DIR_OR_ID", help="A LoRA for a diffusers adapter: --set lora=...")
@click.option("--lora-weight", metavar="W", help="Its weight: --set lora_weight=...")
@click.option("--lora-scale", metavar="S", help="In place of its alpha / r: --set lora_scale=...")
@click.option("--limit", type=int, metavar="N", help="Only the first N items.")
@click.option("--ids", metavar="A,B", help="Only these items.")
@shard_option
@click.option("--seed", default=42, show_default=True, help="Mixed with each item's id.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    metavar="N",
    help="So many seeds, from --seed on; the further ones go into OUT/seeds/SEED.",
)
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes, on the GPUs in turn."
)
@click.option(
    "--batch",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Items in one call of the model, where it takes several; run.json says how far that is from one.",
)
@device_option
@engine_options
@click.option("--max-calls", type=click.IntRange(0), help="Calls of a paid API, tries included, at most.")
@click.option("--max-cost", type=Amount(0), help="US dollars, at most, by the prices known.")
@click.option(
    "--prices",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A TOML file in place of the prices that are built in.",
)
@lock_option
@click.option(
    "--verify",
    type=click.IntRange(1),
    metavar="N",
    help="Edit N finished items again, elsewhere, and say whether their bytes hold.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def run(
    adapter: str,
    bench: str | None,
    out: "Place | None",
    model: str | None,
    assignments: tuple[str, ...],
    lora: str | None,
    lora_weight: str | None,
    lora_scale: str | None,
    limit: int | None,
    ids: str | None,
    shard: "Shard | None",
    seed: int,
    seeds: int,
    workers: int,
    batch: int,
    device: str,
    cluster: "Cluster | None",
    max_calls: int | None,
    max_cost: float | None,
    prices: Path | None,
    lock: Path | None,
    verify: int | None,
    dry_run: bool,
) -> int:
    """Edit every item of a benchmark with a model; resumes where an earlier run stopped."""
    from motionedit_bench.running.request import Request
    from motionedit_bench.running.seeds import runs_of

    of_lora = {"lora": lora, "lora_weight": lora_weight, "lora_scale": lora_scale}
    settings = (*assignments, *(f"{key}={value}" for key, value in of_lora.items() if value is not None))
    chosen = None if ids is None else tuple(ids.split(","))
    request = Request(
        *(adapter, bench, out, model, settings, limit, chosen, seed, workers, device, cluster, shard, batch),
        *(max_calls, max_cost, prices, lock),
    )
    _ = request.made  # a wrong setting is said before the benchmark is opened
    return max([_of_one_seed(one, verify, dry_run) for one in runs_of(request, seeds)])


def _of_one_seed(request: "Request", verify: int | None, dry_run: bool) -> int:
    folder = request.folder
    if dry_run:
        total, there = len(request.items), request.there()
        click.echo(f"would edit {total - there} of {total} items into {folder} ({there} there already)")
        if (cost := request.cost(total - there)) is not None:
            click.echo(cost)
        return 0
    if verify is not None:
        found = request.verify(verify)
        click.echo(f"{folder}: {found}")
        return 1 if found.differ else 0
    outcome = request.run()
    failed = f"{outcome.failed} failed"
    failed = amiss(failed) if outcome.failed else failed
    told = "" if outcome.spent is None else f"; in all {outcome.spent}"
    click.echo(f"{folder}: {outcome.done} edited, {failed}, {outcome.kept} there already{told}")
    return 1 if outcome.failed else 0
