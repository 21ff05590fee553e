"""A tour that needs no weights."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import print_board


@cli.command(short_help="A tour that needs no weights.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
def demo(out: Path) -> int:
    """Run, score and rank baselines that need no weights on the embedded benchmarks."""
    from motionedit_bench.benchmarks import EMBEDDED, SAMPLE
    from motionedit_bench.demo import demonstrate

    for bench in EMBEDDED:
        folder = out if bench == SAMPLE else out / bench
        demonstrate(bench, folder)
        print_board(folder)
        click.echo(
            f"\npredictions and scores: {folder}/<baseline>/    "
            f"the same table as a page: {folder}/leaderboard.html\n"
        )
    return 0
