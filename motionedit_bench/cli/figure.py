"""Figures for papers."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from motionedit_bench.cli.group import Verbs, cli
from motionedit_bench.cli.options import folder_or_url
from motionedit_bench.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from motionedit_bench.stores import Place

FC = TypeVar("FC", bound=Callable[..., Any])

preds_argument = click.argument("preds", type=folder_or_url)
out_option = click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="A .pdf, .svg or .png file."
)
metric_option = click.option("--metric", metavar="NAME", help="[default: the one that leads the headline]")


def width_option(default: str) -> Callable[[FC], FC]:
    return click.option(
        "--width",
        type=click.Choice(["column", "page"]),
        default=default,
        show_default=True,
        help="3.3 or 6.9 inches.",
    )


@cli.group(cls=Verbs)
def figure() -> None:
    """A figure for a paper, from scored models; what its caption has to say is printed.

    \b
    mebench figure ranking PREDS --out ranking.pdf
    mebench figure qualitative PREDS --out edits.pdf
    """


@figure.command()
@preds_argument
@out_option
@width_option("column")
@metric_option
@click.option("--published", is_flag=True, help="The paper's rows, apart.")
def ranking(preds: "Place", out: Path, width: str, metric: str | None, published: bool) -> int:
    """The models by their headline metric: means with intervals, ties, coverage."""
    _check(out)
    from motionedit_bench.leaderboard.board import load
    from motionedit_bench.leaderboard.columns import column_of
    from motionedit_bench.leaderboard.figures import captions, paper, ranking
    from motionedit_bench.leaderboard.published import published_rows
    from motionedit_bench.stores import reading

    with reading(preds, logs_alone=True) as folder:
        board = load(folder)
    column = column_of(board, metric)
    groups = ranking.groups(board, column, published_rows() if published else ())
    marks = ranking.anchors(board, column)
    tied = column == next(iter(board.headline), None)
    return _write(
        lambda: ranking.draw(groups, marks, tied, paper.WIDTHS[width]),
        out,
        captions.ranking(board, column, published),
    )


def _check(out: Path) -> None:
    """Refuse what cannot be drawn before anything is read.

    Raises:
        UsageError: matplotlib is absent, or the file's suffix is another one.
    """
    try:
        from motionedit_bench.leaderboard.figures.paper import check_suffix
    except ImportError as error:
        raise UsageError(
            f"figures need the package {error.name}: pip install 'motionedit-bench[figures]'"
        ) from error
    check_suffix(out)


def _write(draw: "Callable[[], Figure]", out: Path, caption: str) -> int:
    from motionedit_bench.leaderboard.figures import paper

    paper.write(draw, out, caption)
    click.echo(caption)
    click.echo(f"wrote {out}", err=True)
    return 0
