"""Score what models made."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motionedit_bench.cli.engine_options import engine_options
from motionedit_bench.cli.group import cli
from motionedit_bench.cli.judge_options import judge_options, terms_of
from motionedit_bench.cli.options import (
    device_option,
    folder_or_url,
    print_board,
    same_bench_option,
    shard_option,
)
from motionedit_bench.styling import amiss

if TYPE_CHECKING:
    from motionedit_bench.benchmarks.shard import Shard
    from motionedit_bench.scoring.request import Request
    from motionedit_bench.stores import Place

CHOSEN = (
    *("flow", "flow_size", "clip_model", "dino_model", "device"),
    *("workers", "cluster", "judges", "protocol", "repeats"),
)
"""The options that a request has by the same name."""


@cli.command(short_help="Score the edits of one model, or of several.")
@click.argument("preds", type=folder_or_url)
@same_bench_option
@click.option("--metrics", metavar="A,B", help="See `mebench list metrics`.  [default: those marked there]")
@click.option("--flow", metavar="NAME", help="See `mebench list flows`.  [default: the benchmark's]")
@click.option(
    "--flow-weights",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint for the flow `unimatch`.  [default: the published one]",
)
@click.option(
    "--flow-precision",
    type=click.Choice(["float32", "bfloat16"]),
    help="What the flow `unimatch` computes in; bfloat16 gives other numbers, in columns of their own.",
)
@click.option(
    "--flow-batch",
    type=click.IntRange(1),
    help="Flows of one item that `unimatch` computes at a time: for a GPU and several models.  [default: 1]",
)
@click.option(
    "--flow-size",
    type=click.Choice(["input", "edited"]),
    default="input",
    show_default=True,
    help="The size at which the flows of `mas` run.",
)
@click.option("--out", type=folder_or_url, help="Write to OUT/<model>/ and leave PREDS untouched.")
@click.option("--workers", type=click.IntRange(1), help="Items scored at once.  [default: one a CPU core]")
@click.option(
    "--clip-model", metavar="ID_OR_DIR", help="What `clip_i`, `clip_dir` see with.  [default: CLIP ViT-B/32]"
)
@click.option("--dino-model", metavar="ID_OR_DIR", help="What `dino` sees with.  [default: DINOv2-base]")
@click.option(
    "--judge",
    "judges",
    multiple=True,
    metavar="SPEC",
    help="Who rates fidelity, preservation, coherence: see `mebench list judges`; repeatable.",
)
@click.option(
    "--protocol",
    type=click.Choice(["rubric", "digit"]),
    default="rubric",
    show_default=True,
    help="Three scores and a reason in one call; or the expected digit, one call a scale.",
)
@click.option(
    "--repeats", type=click.IntRange(1, 1000), default=1, show_default=True, help="Ratings of each edit."
)
@click.option("--canary", is_flag=True, help="First, have the judges rate 20 edits of known quality.")
@shard_option
@judge_options
@device_option
@engine_options
def score(
    preds: "Place",
    bench: str | None,
    out: "Place | None",
    canary: bool,
    dry_run: bool,
    shard: "Shard | None",
    **options: Any,
) -> int:
    """Score the predictions in PREDS: one model's folder, or a folder of such.

    A shard scores the edits in PREDS.shards/I-of-N where a run's shard left them, else those in PREDS.
    """
    from motionedit_bench.folders import open_models, shard_places
    from motionedit_bench.leaderboard.preference.panel import panel
    from motionedit_bench.scoring import estimate
    from motionedit_bench.scoring.request import Scoring
    from motionedit_bench.scoring.results import results
    from motionedit_bench.stores import reading

    if shard:
        preds, out = shard_places(preds, shard, out)
    request = _request(dry_run, **options)
    with reading(preds) as folder:
        benchmark, folders = open_models(folder, bench)
        if shard:
            benchmark = benchmark.part(shard)
        scoring = Scoring(request, benchmark, folders)
        if dry_run:
            click.echo(estimate.table(scoring.estimates(canary)))
            names = ", ".join(request.measured)
            click.echo(f"would score {len(benchmark.items)} items of {len(folders)} model(s) by {names}")
            return 0
        tried = {}
        for spec, result in scoring.canaries() if canary else ():
            click.echo(f"{spec}: {result.message}")
            tried[spec] = result
        with results(preds, folder, folders, out) as places:
            tally = scoring.run(tried, places.out)
            print_board(places.board)
            if scoring.judges and (agreed := panel(places.scored)):
                click.echo(f"\n{agreed}\n")
    counts = (f"{count} {status}" for status, count in tally.most_common())
    click.echo("rows: " + ", ".join(told if told.endswith(" ok") else amiss(told) for told in counts))
    return 0 if set(tally) == {"ok"} else 1


def _request(dry_run: bool, **options: Any) -> "Request":
    """What the options ask for; those that the request does not know say how judges are asked."""
    from motionedit_bench.scoring.request import Request

    flow_options = {
        name: given
        for name in ("weights", "precision", "batch")
        if (given := options.pop(f"flow_{name}")) is not None
    }
    names = options.pop("metrics")
    chosen = {name: options.pop(name) for name in CHOSEN}
    return Request(
        metrics=tuple(names.split(",")) if names else None,
        flow_options=flow_options,
        terms=replace(terms_of(chosen["device"], **options), dry_run=dry_run),
        **chosen,
    )
