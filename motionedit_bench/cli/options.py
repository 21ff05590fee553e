"""Options that several verbs share, and what they stand for."""

import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from motionedit_bench.benchmarks.shard import Shard
    from motionedit_bench.stores import Place

FC = TypeVar("FC", bound=Callable[..., Any])


class FolderOrUrl(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click
    """A folder here, or in a store: see `motionedit_bench.stores.place`."""

    name = "folder_or_url"

    def convert(self, value: Any, _: click.Parameter | None, __: click.Context | None) -> "Place":
        from motionedit_bench.stores import place

        return place(value)

    def shell_complete(
        self, context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="dir")]


folder_or_url = FolderOrUrl()


class Amount(click.FloatRange):
    """A finite number in a range: NaN would pass any."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        number = super().convert(value, parameter, context)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", parameter, context)
        return float(number)


class Named(click.Path):
    """A path that is named: an empty one, as of a variable that is not set, would be the folder one is in."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        if not str(value):
            self.fail("it is empty.", parameter, context)
        return super().convert(value, parameter, context)


BENCH = (
    "`sample`, `sample-far`, `bytemorph`, a folder, FILE.toml, s3://.., or a hub data set "
    "OWNER/NAME[@REVISION]; #FIELD=COLUMN,... picks columns."
)
bench_option = click.option("--bench", metavar="BENCH", help=BENCH)
same_bench_option = click.option(
    "--bench", metavar="BENCH", help=f"{BENCH}  [default: that of the run, or of earlier scores]"
)
model_option = click.option("--model", metavar="ID_OR_DIR", help="A hub id, ID@REVISION, or a local folder.")
lock_option = click.option(
    "--lock",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Hold models to the commits in this file; it learns those that it lacks.",
)
set_option = click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting of the adapter (`mebench list settings`); repeatable.",
)
device_option = click.option(
    "--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:N or mps."
)


def shard(text: str) -> "Shard":
    """``I/N`` as a `Shard`."""
    from motionedit_bench.benchmarks.shard import Shard

    return Shard.parse(text)


shard_option = click.option(
    "--shard",
    type=shard,
    metavar="I/N",
    help="Only every N-th item, from the I-th on, into OUT.shards/I-of-N/; then `mebench merge OUT`.",
)


def pictures_options(command: FC) -> FC:
    """Where the pictures behind scores are."""
    where = click.option(
        "--preds",
        "pictures",
        type=click.Path(path_type=Path),
        metavar="PREDS",
        help="Where the images are.  [default: beside the scores]",
    )
    scored = click.option(
        "--bench",
        metavar="BENCH",
        help="Where the benchmark is.  [default: where it was scored; a board's: as its board.toml says]",
    )
    return scored(where(command))


def terminal_width() -> int | None:
    """Columns of the terminal that standard output goes to; ``None`` where it goes elsewhere."""
    return os.get_terminal_size().columns if sys.stdout.isatty() else None


def print_board(folder: Path) -> None:
    from motionedit_bench.leaderboard.board import load
    from motionedit_bench.leaderboard.render import View, render

    click.echo(render(load(folder), "plain", view=View(width=terminal_width(), styled=True)))
