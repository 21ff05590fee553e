"""Have a judge compare models' edits directly."""

import os
from pathlib import Path
from typing import Any

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.judge_options import judge_options, terms_of
from motionedit_bench.cli.options import device_option, same_bench_option
from motionedit_bench.errors import UsageError


@cli.command(short_help="Have a judge compare models' edits, pair by pair.")
@click.argument("preds", type=click.Path(path_type=Path))
@same_bench_option
@click.option("--judge", "spec", required=True, metavar="SPEC", help="See `mebench list judges`.")
@click.option("--flow", metavar="NAME", help="What the judge `reference` sees motion with.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where comparisons.jsonl goes.  [default: PREDS]"
)
@judge_options
@device_option
def prefer(
    preds: Path,
    bench: str | None,
    spec: str,
    flow: str | None,
    out: Path | None,
    dry_run: bool,
    device: str,
    **asking: Any,
) -> int:
    """Show a judge two models' edits at once, every pair in both orders, and rate the models by it."""
    from motionedit_bench.folders import model_folders, open_models

    alone = f"{preds} holds one model: to compare, give a folder of several models' folders"
    if len(model_folders(preds)) < 2:  # known before a benchmark is opened
        raise UsageError(alone)
    benchmark, folders = open_models(preds, bench)
    if len(folders) < 2:
        raise UsageError(alone)
    if dry_run:
        calls = len(benchmark.items) * len(folders) * (len(folders) - 1)
        click.echo(f"would compare {calls // 2} pairs of edits in both orders: {calls} calls at the most")
        return 0

    from motionedit_bench import cache
    from motionedit_bench.files import make_folder
    from motionedit_bench.leaderboard.preference import ratings
    from motionedit_bench.made_on import warn_of_another
    from motionedit_bench.metrics.instruments import Instruments
    from motionedit_bench.metrics.judge.opening import open_judge
    from motionedit_bench.progress import note
    from motionedit_bench.scoring import prefer as preferring

    warn_of_another(benchmark, folders)
    store = cache.optional("flows")
    instruments = Instruments(flow or benchmark.default_flow, device=device, store=store)
    judge = open_judge(spec, instruments, terms_of(device, **asking))
    workers = len(os.sched_getaffinity(0))
    rows = list(preferring.prefer(benchmark, folders, judge, instruments, workers))
    path = preferring.write(rows, make_folder(out or preds))
    for answered_by, some in ratings.by_answering_model(rows):
        if answered_by:
            click.echo(f"\nanswered by {answered_by}:")
        click.echo(ratings.rating_table(some))
    note(f"wrote {path}")
    return 0 if all(row["outcome"] for row in rows) else 1
