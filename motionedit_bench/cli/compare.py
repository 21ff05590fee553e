"""Is one model really better than another?"""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.errors import UsageError


@cli.command(short_help="Is one scored model really better than another?")
@click.argument("models", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="A B...")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Only this one; repeatable.")
def compare(models: tuple[Path, ...], metrics: tuple[str, ...]) -> int:
    """Paired test of scored models' folders on their common items, corrected for many comparisons."""
    if len(models) < 2:
        raise UsageError("to compare takes two models' folders or more: mebench compare preds/A preds/B")
    from motionedit_bench.leaderboard.compare import difference_table, differences, read_models

    click.echo(difference_table(differences(read_models(models), metrics)))
    return 0
