"""Draw one edit."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import device_option, folder_or_url, same_bench_option
from motionedit_bench.errors import UsageError

if TYPE_CHECKING:
    from motionedit_bench.stores import Place


@cli.command()
@click.argument("item", required=False)
@click.option("--pred", required=True, type=folder_or_url, metavar="DIR", help="One model's folder.")
@same_bench_option
@click.option("--flow", metavar="NAME", help="See `mebench list flows`.  [default: the benchmark's]")
@click.option("--sheet", type=click.IntRange(1), metavar="K", help="The K items with the lowest motion_gain.")
@click.option(
    "--scores",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where `mebench score --out` left them, for --sheet.  [default: beside the images]",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="A .png or .html file.  [default: ITEM-MODEL.png]"
)
@click.option("--pose", is_flag=True, help="People's joints as well; needs `mebench weights get pose`.")
@device_option
def show(
    item: str | None,
    pred: "Place",
    bench: str | None,
    flow: str | None,
    sheet: int | None,
    scores: Path | None,
    out: Path | None,
    pose: bool,
    device: str,
) -> int:
    """Draw one edit: its pictures, its motion beside the target's, where they disagree, its numbers.

    ITEM is an item's id; or --sheet K draws the worst edits of the model, worst first.
    """
    if (item is None) == (sheet is None):
        raise UsageError("say what to show: an item's id, or --sheet K for the worst K, and not both")
    if scores is not None and sheet is None:
        raise UsageError("--scores goes with --sheet: it says which edits are the worst")
    from motionedit_bench import cache
    from motionedit_bench.folders import open_models
    from motionedit_bench.leaderboard.view import edit, figure
    from motionedit_bench.made_on import warn_of_another
    from motionedit_bench.metrics.instruments import Instruments
    from motionedit_bench.predictions import ModelPredictions
    from motionedit_bench.stores import reading

    with reading(pred) as found:
        benchmark, folders = open_models(found, bench)
        if len(folders) > 1:
            names = ", ".join(folder.name for folder in folders)
            raise UsageError(f"{pred} holds several models ({names}): give the folder of one")
        model = ModelPredictions(folders[0])
        out = out or Path(f"{item or f'worst-{sheet}'}-{model.model}.png")
        figure.check_suffix(out)
        warn_of_another(benchmark, folders)
        store = cache.optional("flows")
        instruments = Instruments(flow or benchmark.default_flow, device=device, store=store)
        items = (
            edit.worst(benchmark, model, instruments, sheet, scores)
            if sheet
            else benchmark.select(ids=[str(item)])
        )
        figure.write([edit.view(one, model, instruments, pose) for one in items], out)
    click.echo(str(out))
    return 0
