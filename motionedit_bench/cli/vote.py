"""A page on which people choose between edits."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import same_bench_option
from motionedit_bench.errors import UsageError


@cli.command(short_help="A page on which people choose between models' edits.")
@click.argument("preds", type=click.Path(path_type=Path))
@same_bench_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option(
    "--annotators", type=click.IntRange(1), default=3, show_default=True, help="How many people vote."
)
@click.option(
    "--per-annotator",
    type=click.IntRange(1),
    default=40,
    show_default=True,
    help="Votes of each; checks come on top.",
)
@click.option(
    "--raters",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="How many vote on one pair of edits, at most.",
)
@click.option("--seed", type=click.IntRange(0), help="Of the plan.  [default: drawn, and kept in the key]")
def vote(
    preds: Path,
    bench: str | None,
    out: Path,
    annotators: int,
    per_annotator: int,
    raters: int,
    seed: int | None,
) -> int:
    """Two edits of one item beside each other, blind: a page that needs no server, to be handed to people.

    OUT/page/ is the page; OUT/key.json says whose the edits are, and stays with you: `mebench agree` reads
    it with what people send back.
    """
    from motionedit_bench.folders import model_folders, open_models
    from motionedit_bench.leaderboard.voting.build import write_vote
    from motionedit_bench.leaderboard.voting.plan import Design
    from motionedit_bench.progress import note

    design = Design(annotators, per_annotator, raters)
    alone = f"{preds} holds one model: to compare, give a folder of several models' folders"
    if len(model_folders(preds)) < 2:  # known before a benchmark is opened
        raise UsageError(alone)
    benchmark, folders = open_models(preds, bench)
    if len(folders) < 2:
        raise UsageError(alone)
    page = write_vote(benchmark, folders, design, out, seed)
    note(f"wrote {page}: hand out its folder, and keep {out / 'key.json'}")
    return 0
