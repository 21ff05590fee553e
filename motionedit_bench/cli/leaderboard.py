"""One row a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motionedit_bench.cli.group import UnlessNamed, cli
from motionedit_bench.cli.options import folder_or_url, pictures_options, terminal_width
from motionedit_bench.errors import UsageError

if TYPE_CHECKING:
    from motionedit_bench.leaderboard.board import Board
    from motionedit_bench.leaderboard.contest import Contest
    from motionedit_bench.stores import Place

FORMATS = ("plain", "github", "latex", "csv", "json", "html")
STYLES = ("board", "paper")


@cli.group(cls=UnlessNamed, meant="table")
def leaderboard() -> None:
    """One row a model; or check a submission.

    \b
    mebench leaderboard DIR [--format ...]      the table of all scored models in DIR
    mebench leaderboard table --help            all that it can do
    mebench leaderboard check SUBMISSION        what a board asks of a submission
    """


@leaderboard.command("table")
@click.argument("preds", type=folder_or_url)
@click.option("--format", "form", type=click.Choice(FORMATS), default="plain", show_default=True)
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default="board",
    show_default=True,
    help="Of --format latex: as here, or as Table 1 of the MotionEdit paper.",
)
@click.option("--published", is_flag=True, help="Add the paper's rows, marked and unranked.")
@click.option("--by-category", is_flag=True, help="A table for each category of the benchmark, too.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write to a file; with --format html and no suffix, to a folder: a site with charts and a gallery.",
)
@click.option("--wide", is_flag=True, help="All metrics, and all that there is to say of each figure.")
@click.option(
    "--where",
    multiple=True,
    metavar="FIELD=ANSWER",
    help="Only models whose open_weights, trained_on or prompt_rewrite is yes, no or unknown; repeatable.",
)
@click.option("--metrics", metavar="A,B", help="These metrics.  [default: those that decide on ranks]")
@pictures_options
def show_table(
    preds: "Place",
    form: str,
    published: bool,
    out: Path | None,
    bench: str | None,
    pictures: Path | None,
    **options: Any,
) -> int:
    """One row a model: rank, the metrics that decide on it with 95 % intervals, how many items are scored.

    PREDS is a folder of scored models, one of them, or a board with its submissions/. Data (csv, json) and
    pages have all metrics, unless --metrics names some.
    """
    from motionedit_bench.stores import reading

    if options["style"] != "board" and (form != "latex" or options["wide"] or options["metrics"]):
        raise UsageError("--style paper goes with --format latex, and has columns of its own")
    if form == "html" and out is not None and (out.is_dir() or not out.suffix):
        with reading(preds) as folder:
            return _site(folder, published, out, bench, pictures, options["where"])
    from motionedit_bench.files import write_whole
    from motionedit_bench.leaderboard.board import board_of
    from motionedit_bench.leaderboard.contest import contest
    from motionedit_bench.leaderboard.filters import chosen
    from motionedit_bench.leaderboard.published import published_rows
    from motionedit_bench.leaderboard.render import View, render
    from motionedit_bench.leaderboard.scored import is_board
    from motionedit_bench.progress import note, warn

    with reading(preds, logs_alone=True) as folder:
        if pictures or (bench and not is_board(folder)):
            raise UsageError("--bench and --preds go with a site: --format html --out FOLDER")
        found = chosen(contest(folder, bench), options["where"])
        board = board_of(found, options["by_category"])
        preferred = _preferred(found, board) if form == "plain" else None
    metrics = tuple(options["metrics"].split(",")) if options["metrics"] else None
    if options["by_category"] and not board.categories:
        warn(f"no tables by category: no item of {board.bench['name']} has one")
    width = None if out else terminal_width()
    view = View(metrics, options["wide"], width, styled=out is None, layout=options["style"])
    text = render(board, form, published_rows() if published else (), view)
    if preferred:
        text += f"\n\nBy direct comparison (`mebench prefer`):\n\n{preferred}"
    if out is None:
        click.echo(text)
    else:
        write_whole(out, (text + "\n").encode())
        note(f"wrote {out}")
    return 0


def _preferred(found: "Contest", board: "Board") -> str | None:
    """The ranking by direct comparison, where there is one: only that needs pandas and PyTorch."""
    from motionedit_bench.predictions import COMPARISONS

    if found.folder is None or not (found.folder / COMPARISONS).is_file():
        return None
    from motionedit_bench.leaderboard.preference.board import recorded_board

    return recorded_board(found.folder, [row.model for row in board.rows], found.ids)


def _site(
    scores: Path,
    published: bool,
    out: Path,
    bench: str | None,
    pictures: Path | None,
    where: tuple[str, ...],
) -> int:
    from motionedit_bench.leaderboard.contest import contest
    from motionedit_bench.leaderboard.filters import chosen
    from motionedit_bench.leaderboard.published import published_rows
    from motionedit_bench.leaderboard.site.build import write_site
    from motionedit_bench.leaderboard.site.subject import read
    from motionedit_bench.progress import note

    found = chosen(contest(scores, bench), where)
    rows = published_rows() if published else ()
    write_site(read(found), found.open(bench), pictures or scores, out, rows)
    note(f"wrote {out / 'index.html'}")
    return 0
