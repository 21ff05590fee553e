"""One row a model."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import terminal_width

FORMATS = ("plain", "github", "latex", "csv", "json", "html")


@cli.command()
@click.argument("preds", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="plain", show_default=True)
@click.option("--published", is_flag=True, help="Add the paper's rows, marked and unranked.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to a file.")
def leaderboard(preds: Path, form: str, published: bool, out: Path | None) -> int:
    """One row a model: mean, 95 % interval, scored of expected, mean with failures as worst."""
    from motionedit_bench.journal import write_whole
    from motionedit_bench.leaderboard.board import load
    from motionedit_bench.leaderboard.published import published_rows
    from motionedit_bench.leaderboard.render import render

    text = render(
        load(preds), form, published_rows() if published else (), terminal_width() if out is None else None
    )
    if out is None:
        click.echo(text)
    else:
        write_whole(out, (text + "\n").encode())
        click.echo(f"wrote {out}", err=True)
    return 0
