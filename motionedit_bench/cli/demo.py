"""A tour that needs no weights."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import print_board


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
def demo(out: Path) -> int:
    """Run, score and rank baselines that need no weights on the embedded benchmark."""
    from motionedit_bench.demo import demonstrate

    demonstrate(out)
    print_board(out)
    click.echo(
        f"\npredictions and scores: {out}/<baseline>/    the same table as a page: {out}/leaderboard.html"
    )
    return 0
