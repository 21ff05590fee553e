"""Look at scored models in a browser."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import pictures_options


@cli.command(short_help="Look at scored models in a browser.")
@click.argument("preds", type=click.Path(path_type=Path))
@click.option("--published", is_flag=True, help="Add the paper's rows, marked and unranked.")
@click.option("--no-open", is_flag=True, help="Print the address, and open no browser.")
@pictures_options
def browse(preds: Path, published: bool, no_open: bool, bench: str | None, pictures: Path | None) -> int:
    """Look at the scored models in PREDS in a browser, on this machine alone, until interrupted.

    It is the site of `leaderboard --format html --out FOLDER`, kept nowhere, and built again when scores
    change.
    """
    from motionedit_bench.leaderboard import browsing
    from motionedit_bench.leaderboard.published import published_rows

    def ready(address: str) -> None:
        click.echo(address)
        if not no_open:
            browsing.open_browser(address)

    browsing.browse(preds, bench, pictures or preds, published_rows() if published else (), ready)
    return 0
