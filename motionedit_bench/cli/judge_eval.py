"""How far do judges agree with people?"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.judge_options import judge_options, terms_of
from motionedit_bench.cli.options import device_option

JUDGED = "judged_pairs.jsonl"


@cli.command(short_help="How far do judges agree with people on pairs of edits?")
@click.argument("pairs", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="PAIRS.CSV")
@click.option(
    *("--judge", "specs"), required=True, multiple=True, metavar="SPEC", help="See `mebench list judges`."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help=f"Where {JUDGED} goes.  [default: beside PAIRS.CSV]"
)
@judge_options
@device_option
def judge_eval(pairs: Path, specs: tuple[str, ...], out: Path | None, dry_run: bool, **options: Any) -> int:
    """Show judges pairs of edits that people compared, in both orders, and count how often they agree.

    PAIRS.CSV has the columns id, prompt, input, a, b, preferred (a, b or tie), and may have category and
    annotators; pictures are files beside it. `mebench import-pairs` makes one of published benchmarks.
    """
    from motionedit_bench.errors import UsageError
    from motionedit_bench.files import json_bytes, make_folder, write_whole
    from motionedit_bench.judging.agreement import agreement_table
    from motionedit_bench.judging.asking import estimate, judged
    from motionedit_bench.judging.pairs import read_pairs
    from motionedit_bench.metrics.instruments import Instruments
    from motionedit_bench.metrics.judge import COMPUTED
    from motionedit_bench.metrics.judge.opening import open_judge
    from motionedit_bench.progress import Progress, note
    from motionedit_bench.scoring.estimate import table

    for spec in specs:
        if spec in COMPUTED:
            raise UsageError(
                f"{spec} looks at an item's target, and such pairs have none: name another judge"
            )
    found = read_pairs(pairs)
    terms = replace(terms_of(**options), dry_run=dry_run)
    instruments = Instruments(device=options["device"])
    judges = [open_judge(spec, instruments, terms) for spec in dict.fromkeys(specs)]
    if dry_run:
        click.echo(table([estimate(judge, found, instruments) for judge in judges]))
        return 0
    place = make_folder(out or pairs.parent)
    told: dict[str, tuple[list[dict[str, Any]], str]] = {}
    for judge in judges:
        calls, spent = terms.budget.calls, terms.budget.spent
        rows = []
        with Progress(f"asking {judge.spec}", len(found), failing="without outcome") as progress:
            for row in judged(judge, found, instruments):
                rows.append(row)
                progress.advance(failed=row["outcome"] is None)
        cost = f"{terms.budget.calls - calls} calls, {terms.budget.spent - spent:.4f} US dollars"
        told[judge.spec] = (rows, cost)
    everything = [row for rows, _ in told.values() for row in rows]
    write_whole(place / JUDGED, b"".join(map(json_bytes, everything)))
    click.echo(agreement_table(told))
    note(f"wrote {place / JUDGED}")
    return 0 if all(row["outcome"] for row in everything) else 1
