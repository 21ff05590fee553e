"""Figures for papers."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from motionedit_bench.cli.group import Verbs, cli
from motionedit_bench.cli.options import folder_or_url, pictures_options
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
    marks = {} if all(group.apart for group in groups) else ranking.anchors(board, column)
    tied = column == next(iter(board.headline), None)
    return _write(
        lambda: ranking.draw(groups, marks, tied, paper.WIDTHS[width]),
        out,
        captions.ranking(board, column, marks, published),
    )


@figure.command()
@preds_argument
@out_option
@width_option("column")
@metric_option
def categories(preds: "Place", out: Path, width: str, metric: str | None) -> int:
    """One metric by category of the benchmark, a panel each."""
    _check(out)
    from motionedit_bench.leaderboard.board import load
    from motionedit_bench.leaderboard.columns import column_of
    from motionedit_bench.leaderboard.figures import captions, categories, paper
    from motionedit_bench.stores import reading

    with reading(preds, logs_alone=True) as folder:
        board = load(folder, by_category=True)
    column = column_of(board, metric)
    grid = categories.grid(board, column)
    return _write(lambda: categories.draw(grid, paper.WIDTHS[width]), out, captions.categories(board, column))


@figure.command()
@preds_argument
@out_option
@width_option("column")
@click.option("--metrics", metavar="A,B", help="These metrics.  [default: all]")
@click.option(
    "--humans",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="HUMANS.CSV",
    help="What people prefer, as `mebench agree` takes it.",
)
def agreement(preds: "Place", out: Path, width: str, metrics: str | None, humans: Path | None) -> int:
    """How metrics agree with each other, and with people: rank correlations over models and items."""
    _check(out)
    from motionedit_bench.leaderboard.contest import contest
    from motionedit_bench.leaderboard.figures import agreement, captions, paper
    from motionedit_bench.leaderboard.preference.people import agreements, read_votes
    from motionedit_bench.leaderboard.site.subject import read
    from motionedit_bench.stores import reading

    votes = read_votes(humans) if humans else {}
    with reading(preds, logs_alone=True) as folder:
        subject = read(contest(folder))
    values = agreement.measured(subject, _names(metrics))
    people = agreements(votes, agreement.scored(subject)) if votes else []
    matrix = agreement.matrix(subject, values, people)
    return _write(
        lambda: agreement.draw(matrix, paper.WIDTHS[width]),
        out,
        captions.agreement(subject.board, values, bool(people)),
    )


@figure.command()
@preds_argument
@out_option
@width_option("page")
@metric_option
@click.option("--models", metavar="A,B", help="These models, in this order.  [default: all]")
@click.option("--items", metavar="A,B", help="These items.  [default: those on which the models differ most]")
@click.option(
    "--count", type=click.IntRange(1), default=4, show_default=True, help="So many, without --items."
)
@pictures_options
def qualitative(preds: "Place", out: Path, width: str, metric: str | None, count: int, **options: Any) -> int:
    """Edits beside each other: a row an item, with input, target, each model's edit and its score."""
    _check(out)
    from motionedit_bench.leaderboard.columns import column_of
    from motionedit_bench.leaderboard.contest import contest
    from motionedit_bench.leaderboard.figures import captions, choosing, edits, paper, qualitative
    from motionedit_bench.leaderboard.site.build import check_benchmark
    from motionedit_bench.leaderboard.site.subject import read
    from motionedit_bench.stores import reading

    with reading(preds) as folder:
        found = contest(folder, options["bench"])
        subject = read(found)
        column = column_of(subject.board, metric)
        models = edits.chosen_models(subject, _names(options["models"]))
        ids, seen = _names(options["items"]), choosing.seen(subject.board, column)
        ids = ids or choosing.most_disputed(choosing.vouched(subject, column, models), found.ids, seen, count)
        qualitative.picture_width(len(models) + 2, paper.WIDTHS[width])
        benchmark = found.open(options["bench"])
        check_benchmark(subject.board, benchmark)
        sheet = edits.sheet(subject, benchmark, options["pictures"] or folder, models, ids, column)
    return _write(
        lambda: qualitative.draw(sheet, paper.WIDTHS[width]),
        out,
        captions.qualitative(subject.board, column, ids, not options["items"], seen is not None),
    )


def _names(text: str | None) -> list[str] | None:
    return text.split(",") if text else None


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
    from motionedit_bench.progress import note

    paper.write(draw, out, caption)
    click.echo(caption)
    note(f"wrote {out}")
    return 0
