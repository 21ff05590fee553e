"""Environments for models with code of their own."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli


@cli.group(short_help="Models whose code has a Python environment of its own.")
def worker() -> None:
    """Models whose official code runs in a Python environment of its own."""


@worker.command("setup")
@click.argument("name")
@click.option(
    "--repo",
    required=True,
    type=click.Path(path_type=Path),
    metavar="CHECKOUT",
    help="The model's official code, as cloned.",
)
@click.option("--python", metavar="PYTHON", help="Make the environment with this Python.")
def worker_setup(name: str, repo: Path, python: str | None) -> int:
    """Make the environment of adapter or judge NAME from its pinned requirements.

    See `mebench list adapters`; judges are editscore and editreward.
    """
    from motionedit_bench.adapters.workers.official import official_of
    from motionedit_bench.metrics.judge.official import JUDGES
    from motionedit_bench.workers.setup import set_up

    official = JUDGES[name].official if name in JUDGES else official_of(name)
    click.echo(f"{name}: {set_up(official, repo, python)}")
    return 0
