"""Score what models made."""

import os
from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import bench_option, benchmark_of, device_option, print_board


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
@device_option
def score(
    preds: Path,
    bench: str | None,
    metrics: str | None,
    flow: str | None,
    flow_weights: Path | None,
    flow_size: str,
    out: Path | None,
    workers: int | None,
    clip_model: str | None,
    dino_model: str | None,
    device: str,
) -> int:
    """Score the predictions in PREDS: one model's folder, or a folder of such."""
    from motionedit_bench.predictions import model_folders

    folders = model_folders(preds)
    benchmark = benchmark_of(folders, bench)

    from motionedit_bench import cache, scoring
    from motionedit_bench.metrics import DEFAULT_METRICS
    from motionedit_bench.metrics.base import CLIP_MODEL, DINO_MODEL, Instruments

    names = tuple(dict.fromkeys(metrics.split(","))) if metrics else DEFAULT_METRICS
    instruments = Instruments(
        flow or benchmark.default_flow,
        flow_size,
        device,
        cache.directory() / "flows",
        clip_model or CLIP_MODEL,
        dino_model or DINO_MODEL,
        flow_weights,
    )
    workers = workers or len(os.sched_getaffinity(0))
    tally = scoring.score(benchmark, folders, names, instruments, out, workers)
    print_board(out or preds)
    click.echo("rows: " + ", ".join(f"{count} {status}" for status, count in tally.most_common()))
    return 0 if set(tally) == {"ok"} else 1
