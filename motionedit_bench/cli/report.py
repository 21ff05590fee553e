"""One run as a page to send."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import pictures_options
from motionedit_bench.errors import UsageError


@cli.command(short_help="One scored model as one file to send.")
@click.argument("folder", metavar="PREDS/MODEL", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.html", help="[default: MODEL.html]")
@pictures_options
def report(folder: Path, out: Path | None, bench: str | None, pictures: Path | None) -> int:
    """One scored model as one file to send: its figures, its worst and best edits, a gallery."""
    from motionedit_bench.leaderboard.contest import contest
    from motionedit_bench.leaderboard.site.build import write_report
    from motionedit_bench.leaderboard.site.subject import read

    if out is not None and out.suffix != ".html":
        raise UsageError(f"--out must end in .html, but got {out.name!r}")
    found = contest(folder, bench)
    subject = read(found)
    if len(subject.rows) > 1:
        names = ", ".join(row.model for row in subject.rows)
        raise UsageError(f"{folder} holds several models ({names}): give the folder of one")
    out = out or Path(f"{subject.rows[0].model}.html")
    write_report(subject, found.open(bench), pictures or folder, out)
    click.echo(str(out))
    return 0
