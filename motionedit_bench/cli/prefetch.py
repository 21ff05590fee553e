"""Bring what a machine without a network needs."""

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import bench_option, model_option, set_option


@cli.command(short_help="Bring what a machine without a network needs.")
@bench_option
@click.option("--adapters", metavar="A,B", help="Their models; see `mebench list adapters`.")
@model_option
@set_option
@click.option("--metrics", metavar="A,B", help="Their weights; see `mebench list metrics`.")
@click.option("--flow", metavar="NAME", help="Its weights; see `mebench list flows`.")
@click.option("--judge", "judges", multiple=True, metavar="SPEC", help="Its model; repeatable.")
@click.option("--dry-run", is_flag=True, help="Say what is here and what is missing, and bring nothing.")
def prefetch(
    bench: str | None,
    adapters: str | None,
    model: str | None,
    assignments: tuple[str, ...],
    metrics: str | None,
    flow: str | None,
    judges: tuple[str, ...],
    dry_run: bool,
) -> int:
    """Bring data, models and weights into the caches of this machine, for one without a network.

    Exit status 1 where something is missing still.
    """
    from motionedit_bench.prefetching.bringing import bring, look, table, variables
    from motionedit_bench.prefetching.plan import Plan

    named = [tuple(names.split(",")) if names else () for names in (adapters, metrics)]
    needs = Plan(bench, named[0], model, assignments, named[1], flow, judges).needs()
    found = list(look(needs))
    if not dry_run:
        found = list(bring(found))
    click.echo(table(found))
    whole = all(one.here for one in found)
    if whole:
        told = " ".join(f"{name}={value}" for name, value in variables().items())
        click.echo(f"\nall here; on a machine without a network that has these folders, set\n{told}")
    return 0 if whole else 1
