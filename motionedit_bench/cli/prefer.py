"""Have judges compare models' edits directly."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.judge_options import judge_options, terms_of
from motionedit_bench.cli.options import Amount, device_option, same_bench_option
from motionedit_bench.errors import UsageError

if TYPE_CHECKING:
    from motionedit_bench.leaderboard.preference.rounds import Rounds


@cli.command(short_help="Have judges compare models' edits, pair by pair.")
@click.argument("preds", type=click.Path(path_type=Path))
@same_bench_option
@click.option(
    *("--judge", "specs"),
    required=True,
    multiple=True,
    metavar="SPEC",
    help="See `mebench list judges`; several are a panel.",
)
@click.option("--flow", metavar="NAME", help="What the judge `reference` sees motion with.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where comparisons.jsonl goes.  [default: PREDS]"
)
@click.option(
    "--until",
    type=Amount(0, 100),
    default=10.0,
    show_default=True,
    metavar="POINTS",
    help="Two models that cannot be told apart are near enough where the interval of how often the one wins "
    "is that narrow, percentage points.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the plan, where all else is equal.")
@click.option("--all-pairs", is_flag=True, help="Every two models on every item; nothing is planned.")
@click.option(
    "--families",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A TOML file of which judges and models are akin, in place of the one that is built in.",
)
@judge_options
@device_option
def prefer(preds: Path, bench: str | None, families: Path | None, dry_run: bool, **options: Any) -> int:
    """Show judges two models' edits at once, in both orders, and rate the models by it.

    Pairs are planned in rounds, where they tell most, until every two models are told apart or known to be
    near, or the budget (--max-calls, --max-cost) is spent. What was answered is never asked again.
    """
    from motionedit_bench.folders import model_folders

    alone = f"{preds} holds one model: to compare, give a folder of several models' folders"
    if len(model_folders(preds)) < 2:  # known before a benchmark is opened
        raise UsageError(alone)

    from motionedit_bench.leaderboard.preference.board import preference_board
    from motionedit_bench.leaderboard.preference.families import read_families
    from motionedit_bench.predictions import COMPARISONS
    from motionedit_bench.progress import note

    known = read_families(families)
    rounds = _rounds(preds, bench, dry_run, **options)
    if len(rounds.models) < 2:
        raise UsageError(alone)
    if dry_run:
        _say_estimates(rounds)
        return 0
    rows = rounds.run(len(os.sched_getaffinity(0)))
    if not rows:
        raise UsageError(f"nothing was compared: {rounds.ended}; a pair takes two calls of each judge")
    click.echo(preference_board(rows, known))
    compared = len({(row["item_id"], row["model_a"], row["model_b"]) for row in rows})
    click.echo(f"Compared {compared} of {rounds.most} pairs of edits: {rounds.ended}.")
    note(f"wrote {rounds.out / COMPARISONS}{_beside(rounds)}")
    return 0 if all(row["outcome"] for row in rows) else 1


def _rounds(preds: Path, bench: str | None, dry_run: bool, **options: Any) -> "Rounds":
    from dataclasses import replace

    from motionedit_bench import cache
    from motionedit_bench.files import make_folder
    from motionedit_bench.folders import open_models
    from motionedit_bench.leaderboard.preference.rounds import Plan, Rounds
    from motionedit_bench.made_on import warn_of_another
    from motionedit_bench.metrics.instruments import Instruments
    from motionedit_bench.metrics.judge.opening import open_judge

    benchmark, folders = open_models(preds, bench)
    warn_of_another(benchmark, folders)
    specs, flow, out, device = (options.pop(name) for name in ("specs", "flow", "out", "device"))
    plan = Plan(*(options.pop(name) for name in ("seed", "until", "all_pairs")))
    terms = replace(terms_of(device, **options), dry_run=dry_run)
    store = cache.optional("flows")
    instruments = Instruments(flow or benchmark.default_flow, device=device, store=store)
    judges = [open_judge(spec, instruments, terms) for spec in dict.fromkeys(specs)]
    place = out or preds if dry_run else make_folder(out or preds)
    return Rounds(benchmark, folders, judges, instruments, place, plan, terms.budget)


def _beside(rounds: "Rounds") -> str:
    """What to tell of rows of other judges in the same file."""
    from motionedit_bench.scoring.compared import judge_of, read_comparisons
    from motionedit_bench.scoring.prefer import about

    asked = {judge_of(about(judge)) for judge in rounds.judges}
    there = {judge_of(row) for row in read_comparisons(rounds.out, rounds.models, rounds.items)}
    others = sorted({judge for judge, *_ in there - asked})
    return f", beside what {', '.join(others)} said: `mebench leaderboard` has all together" if others else ""


def _say_estimates(rounds: "Rounds") -> None:
    from motionedit_bench.scoring.estimate import table

    calls = 2 * rounds.most
    click.echo(f"would compare {rounds.most} pairs of edits in both orders: {calls} calls at the most")
    pairs, estimates = rounds.estimates()
    click.echo(f"\nThe next {len(pairs)} pairs:\n\n{table(estimates)}")
    for one in estimates:
        asked = one.calls - one.answered
        if one.dollars is not None and asked:
            click.echo(f"\n{one.judge}: about {one.dollars / asked * calls:.2f} US dollars at the most")
