"""Put the shards of a run or of a scoring together."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli


@cli.command(short_help="Put the shards of a run or of a scoring together.")
@click.argument("out", type=click.Path(path_type=Path))
def merge(out: Path) -> None:
    """Merge what `run` and `score` left in OUT.shards/ into OUT.

    It becomes the folder that one undivided run and scoring would have made. Shards that are not
    finished, or do not fit together, are refused; they stay where they are.
    """
    from motionedit_bench.merging.merge import merge

    for done in merge(out):
        ran = f", {done.items} items ({done.failed} without an edit)" if done.items else ""
        scored = f", {done.rows} scores" if done.rows else ""
        before = "" if done.new else "; all of it was there already"
        click.echo(f"{done.folder}: {done.shards} shards{ran}{scored}{before}")
