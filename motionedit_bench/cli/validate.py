"""Check predictions before anything costs time."""

from typing import TYPE_CHECKING

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import folder_or_url, same_bench_option

if TYPE_CHECKING:
    from motionedit_bench.stores import Place


@cli.command(short_help="Check predictions before anything costs time.")
@click.argument("preds", type=folder_or_url)
@same_bench_option
def validate(preds: "Place", bench: str | None) -> int:
    """Check PREDS before anything costs time; exit status 1 if anything is found."""
    from tabulate import tabulate

    from motionedit_bench.folders import open_models
    from motionedit_bench.made_on import warn_of_another
    from motionedit_bench.stores import reading
    from motionedit_bench.validation import KINDS, validate

    with reading(preds) as folder:
        benchmark, folders = open_models(folder, bench)
        warn_of_another(benchmark, folders)
        findings = validate(benchmark, folders)
    if findings:
        rows = [(f.model, f.item_id, f.kind, f.what) for f in findings]
        click.echo(
            tabulate(
                rows,
                ("model", "item", "finding", "what"),
                disable_numparse=True,
                maxcolwidths=[None, None, None, 60],
            )
        )
        counts = ((kind, sum(f.kind == kind for f in findings)) for kind in KINDS)
        click.echo("\n" + ", ".join(f"{count} {kind}" for kind, count in counts if count))
    else:
        click.echo(f"{len(folders)} model(s), {len(benchmark.items)} items each: nothing found")
    return 1 if findings else 0
