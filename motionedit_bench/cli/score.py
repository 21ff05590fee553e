"""Score what models made."""

import os
from pathlib import Path
from typing import Any

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.judge_options import judge_options, terms_of
from motionedit_bench.cli.options import bench_option, benchmark_of, device_option, print_board
from motionedit_bench.errors import UsageError


@cli.command()
@click.argument("preds", type=click.Path(path_type=Path))
@bench_option
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
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write to OUT/<model>/ and leave PREDS untouched."
)
@click.option("--workers", type=click.IntRange(1), help="Items scored at once.  [default: one a CPU core]")
@click.option(
    "--clip-model", metavar="ID_OR_DIR", help="What `clip_i`, `clip_dir` see with.  [default: CLIP ViT-B/32]"
)
@click.option("--dino-model", metavar="ID_OR_DIR", help="What `dino` sees with.  [default: DINOv2-base]")
@click.option(
    "--judge",
    "judge_specs",
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
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True, help="Ratings of each edit.")
@click.option("--canary", is_flag=True, help="First, have the judges rate 20 edits of known quality.")
@judge_options
@device_option
def score(
    preds: Path,
    bench: str | None,
    metrics: str | None,
    flow: str | None,
    flow_weights: Path | None,
    flow_precision: str | None,
    flow_batch: int | None,
    flow_size: str,
    out: Path | None,
    workers: int | None,
    clip_model: str | None,
    dino_model: str | None,
    judge_specs: tuple[str, ...],
    protocol: Any,
    repeats: int,
    canary: bool,
    dry_run: bool,
    device: str,
    **asking: Any,
) -> int:
    """Score the predictions in PREDS: one model's folder, or a folder of such."""
    from motionedit_bench.metrics.catalogue import DEFAULT_METRICS, JUDGED
    from motionedit_bench.predictions import model_folders

    named = tuple(dict.fromkeys(metrics.split(","))) if metrics else DEFAULT_METRICS
    names = tuple(name for name in named if name not in (*JUDGED, "win_rate"))
    if len(names) < len(named) and not judge_specs:
        raise UsageError(f"{', '.join(set(named) - set(names))}: say who judges, with --judge SPEC")
    judged = tuple(name for name in JUDGED if name in named) or JUDGED
    if "win_rate" in named and "overall" not in judged:
        judged = (*judged, "overall")

    folders = model_folders(preds)
    benchmark = benchmark_of(folders, bench)

    from motionedit_bench import cache, judging, scoring
    from motionedit_bench.leaderboard.preference.panel import panel
    from motionedit_bench.metrics.base import CLIP_MODEL, DINO_MODEL, Instruments
    from motionedit_bench.metrics.judge.canary import canary_edits
    from motionedit_bench.metrics.judge.opening import open_judge

    asked = {"weights": flow_weights, "precision": flow_precision, "batch": flow_batch}
    instruments = Instruments(
        flow or benchmark.default_flow,
        flow_size,
        device,
        cache.directory() / "flows",
        clip_model or CLIP_MODEL,
        dino_model or DINO_MODEL,
        {name: value for name, value in asked.items() if value is not None},
    )
    terms = terms_of(device, **asking)
    judges = [open_judge(spec, instruments, terms, protocol, repeats) for spec in dict.fromkeys(judge_specs)]
    if dry_run:
        estimates, known = [], canary_edits() if canary else ()
        for judge in judges:
            edits = (case for _, _, case in scoring.cases(benchmark, folders, instruments))
            tried = (judging.canary_case(edit, instruments) for edit in known)
            estimates.append(judging.estimate(judge, edits, tried))
        click.echo(judging.table(estimates))
        click.echo(
            f"would score {len(benchmark.items)} items of {len(folders)} model(s) by {', '.join(names)}"
        )
        return 0
    if canary:
        for judge in judges:
            click.echo(f"{judge.spec}: {judging.try_canary(judge, instruments).message}")
    workers = workers or len(os.sched_getaffinity(0))
    tally = scoring.score(
        benchmark, folders, names, instruments, out, workers, judges, judged, terms.budget.summary
    )
    print_board(out or preds)
    if judges and (agreed := panel([out / folder.resolve().name if out else folder for folder in folders])):
        click.echo(f"\n{agreed}\n")
    click.echo("rows: " + ", ".join(f"{count} {status}" for status, count in tally.most_common()))
    return 0 if set(tally) == {"ok"} else 1
