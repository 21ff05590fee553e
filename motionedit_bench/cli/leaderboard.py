"""One row a model."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import pictures_options, terminal_width
from motionedit_bench.errors import UsageError

FORMATS = ("plain", "github", "latex", "csv", "json", "html")


@cli.command()
@click.argument("preds", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="plain", show_default=True)
@click.option("--published", is_flag=True, help="Add the paper's rows, marked and unranked.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write to a file; with --format html and no suffix, to a folder: a site with charts and a gallery.",
)
@pictures_options
def leaderboard(
    preds: Path, form: str, published: bool, out: Path | None, bench: str | None, pictures: Path | None
) -> int:
    """One row a model: mean, 95 % interval, scored of expected, mean with failures as worst."""
    if form == "html" and out is not None and (out.is_dir() or not out.suffix):
        return _site(preds, published, out, bench, pictures)
    if bench or pictures:
        raise UsageError("--bench and --preds go with a site: --format html --out FOLDER")
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


def _site(scores: Path, published: bool, out: Path, bench: str | None, pictures: Path | None) -> int:
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.leaderboard.published import published_rows
    from motionedit_bench.leaderboard.site.build import write_site
    from motionedit_bench.leaderboard.site.content import read

    subject = read(scores)
    benchmark = open_benchmark(bench or subject.board.bench["spec"])
    write_site(subject, benchmark, pictures or scores, out, published_rows() if published else ())
    click.echo(f"wrote {out / 'index.html'}", err=True)
    return 0
