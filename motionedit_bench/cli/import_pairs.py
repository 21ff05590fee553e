"""Make a file of pairs of a published benchmark of judges."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli

FORMATS = ("mmrb2", "editscore", "editreward")
"""As `motionedit_bench.judging.importing.FORMATS`, which is imported late."""


@cli.command("import-pairs", short_help="Make pairs for `judge-eval` of a published benchmark.")
@click.argument("kind", type=click.Choice(FORMATS), metavar="|".join(FORMATS))
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Where pairs.csv and pictures go."
)
def import_pairs(kind: str, source: Path, out: Path) -> int:
    """Make pairs.csv of a benchmark's own files in SOURCE, which are on this machine.

    mmrb2: the folder of its built edit.json. editscore, editreward: the Parquet files of either data set
    that is called EditReward-Bench, EditScore's and TIGER's.
    """
    from motionedit_bench.judging import importing

    count, left_out = importing.import_pairs(kind, source, out)
    for why, how_many in left_out.most_common():
        click.echo(f"left out: {how_many} pairs: {why}")
    click.echo(f"wrote {count} pairs: {out / importing.PAIRS}")
    return 0
