"""Fetch learned weights."""

import click

from motionedit_bench.cli.group import cli


@cli.group()
def weights() -> None:
    """Learned weights that some metrics need."""


@weights.command("get")
@click.argument("name")
def weights_get(name: str) -> int:
    """Fetch weights by name and verify them; see `mebench list metrics` and `flows`."""
    from motionedit_bench import weights as store

    for one in store.members(name):
        click.echo(f"{one}: {store.get(one)}")
    return 0
