"""The command line: parses, imports late, calls one function, maps errors to exit statuses.

0: all well. 1: the command finished, but some items failed or could not be scored. 2: the request
was wrong; one line on standard error. Results go to standard output, all else to standard error.
"""

import os
import sys
from pathlib import Path
from typing import Any

import click

from motionedit_bench.errors import MebenchError, UsageError, unknown_name
from motionedit_bench.version import VERSION

KINDS = ("adapters", "settings", "metrics", "flows", "benches")
FORMATS = ("plain", "github", "latex", "csv", "json", "html")

bench_option = click.option(
    "--bench", metavar="BENCH", help="`sample`, a folder, or a hub data set OWNER/NAME[@REVISION]."
)
model_option = click.option("--model", metavar="ID_OR_DIR", help="A hub id, ID@REVISION, or a local folder.")
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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="mebench")
def cli() -> None:
    """Evaluate motion-centric image editing: run a model, score its edits, compare.

    \b
    mebench demo                                        a tour that needs no weights
    mebench run --adapter flux_kontext                  edit every item of the benchmark
    mebench score preds/                                all metrics, every term and status
    mebench leaderboard preds/                          one row a model, with intervals
    """


@cli.command()
@click.option(
    "--adapter", required=True, metavar="NAME", help="See `mebench list adapters`; or path/to/file.py:CLASS."
)
@bench_option
@click.option("--out", type=click.Path(path_type=Path), help="The model's own folder.  [default: preds/NAME]")
@model_option
@set_option
@click.option("--lora", metavar="DIR_OR_ID", help="A LoRA for a diffusers adapter: --set lora=...")
@click.option("--lora-weight", metavar="W", help="Its weight: --set lora_weight=...")
@click.option("--lora-scale", metavar="S", help="In place of its alpha / r: --set lora_scale=...")
@click.option("--limit", type=int, metavar="N", help="Only the first N items.")
@click.option("--ids", metavar="A,B", help="Only these items.")
@click.option("--seed", default=42, show_default=True, help="Mixed with each item's id.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes, on the GPUs in turn."
)
@device_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def run(
    adapter: str,
    bench: str | None,
    out: Path | None,
    model: str | None,
    assignments: tuple[str, ...],
    lora: str | None,
    lora_weight: str | None,
    lora_scale: str | None,
    limit: int | None,
    ids: str | None,
    seed: int,
    workers: int,
    device: str,
    dry_run: bool,
) -> int:
    """Edit every item of a benchmark with a model; resumes where an earlier run stopped."""
    from motionedit_bench import runner
    from motionedit_bench.adapters import find_adapter, parse_settings, short_name
    from motionedit_bench.benchmarks import DEFAULT, open_benchmark

    kind, name = find_adapter(adapter), short_name(adapter)
    of_lora = {"lora": lora, "lora_weight": lora_weight, "lora_scale": lora_scale}
    assignments += tuple(f"{key}={value}" for key, value in of_lora.items() if value is not None)
    made = kind(parse_settings(kind.Settings, assignments), model, device)
    benchmark = open_benchmark(bench or DEFAULT)
    items = benchmark.select(limit, ids.split(",") if ids else None)
    folder = out or Path("preds") / name
    if dry_run:
        done = len(runner.finished(folder) & {item.id for item in items})
        todo = len(items) - done
        click.echo(f"would edit {todo} of {len(items)} items into {folder} ({done} there already)")
        return 0
    crew = None
    if workers > 1:
        from motionedit_bench.crew import Crew, Recipe

        crew = Crew(Recipe(adapter, assignments, model, device), workers)
    outcome = runner.run(name, made, benchmark, items, folder, seed, crew)
    click.echo(f"{folder}: {outcome.done} edited, {outcome.failed} failed, {outcome.kept} there already")
    return 1 if outcome.failed else 0


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
    benchmark = _benchmark_of(folders, bench)

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
    _print_board(out or preds)
    click.echo("rows: " + ", ".join(f"{count} {status}" for status, count in tally.most_common()))
    return 0 if set(tally) == {"ok"} else 1


@cli.command()
@click.argument("item", required=False)
@click.option(
    "--pred", required=True, type=click.Path(path_type=Path), metavar="DIR", help="One model's folder."
)
@bench_option
@click.option("--flow", metavar="NAME", help="See `mebench list flows`.  [default: the benchmark's]")
@click.option("--sheet", type=click.IntRange(1), metavar="K", help="The K items with the lowest motion_gain.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="A .png or .html file.  [default: ITEM-MODEL.png]"
)
@device_option
def show(
    item: str | None,
    pred: Path,
    bench: str | None,
    flow: str | None,
    sheet: int | None,
    out: Path | None,
    device: str,
) -> int:
    """Draw one edit: its pictures, its motion beside the target's, where they disagree, its numbers.

    ITEM is an item's id; or --sheet K draws the worst edits of the model, worst first.
    """
    if (item is None) == (sheet is None):
        raise UsageError("say what to show: an item's id, or --sheet K for the worst K, and not both")
    from motionedit_bench import cache, figure, showing
    from motionedit_bench.metrics.base import Instruments
    from motionedit_bench.predictions import ModelPredictions, model_folders

    folders = model_folders(pred)
    if len(folders) > 1:
        names = ", ".join(folder.name for folder in folders)
        raise UsageError(f"{pred} holds several models ({names}): give the folder of one")
    predictions = ModelPredictions(folders[0])
    out = out or Path(f"{item or f'worst-{sheet}'}-{predictions.model}.png")
    figure.check_suffix(out)
    benchmark = _benchmark_of(folders, bench)
    instruments = Instruments(
        flow or benchmark.default_flow, device=device, store=cache.directory() / "flows"
    )
    items = (
        showing.worst(benchmark, predictions, instruments, sheet)
        if sheet
        else benchmark.select(ids=[str(item)])
    )
    figure.write([showing.view(found, predictions, instruments) for found in items], out)
    click.echo(str(out))
    return 0


@cli.command()
@click.argument("preds", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="plain", show_default=True)
@click.option("--published", is_flag=True, help="Add the paper's rows, marked and unranked.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to a file.")
def leaderboard(preds: Path, form: str, published: bool, out: Path | None) -> int:
    """One row a model: mean, 95 % interval, scored of expected, mean with failures as worst."""
    from motionedit_bench.journal import write_whole
    from motionedit_bench.leaderboard.board import load
    from motionedit_bench.leaderboard.published import published_rows
    from motionedit_bench.leaderboard.render import render

    text = render(
        load(preds), form, published_rows() if published else (), _terminal_width() if out is None else None
    )
    if out is None:
        click.echo(text)
    else:
        write_whole(out, (text + "\n").encode())
        click.echo(f"wrote {out}", err=True)
    return 0


@cli.command()
@click.argument("preds", type=click.Path(path_type=Path))
@bench_option
def validate(preds: Path, bench: str | None) -> int:
    """Check PREDS before anything costs time; exit status 1 if anything is found."""
    from tabulate import tabulate

    from motionedit_bench.predictions import model_folders
    from motionedit_bench.validation import KINDS, validate

    folders = model_folders(preds)
    benchmark = _benchmark_of(folders, bench)
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


@cli.command()
@click.argument("adapter")
@model_option
@set_option
@device_option
def check(adapter: str, model: str | None, assignments: tuple[str, ...], device: str) -> int:
    """Check that ADAPTER keeps what an adapter promises; exit status 1 if it does not.

    ADAPTER is a name of `mebench list adapters`, or path/to/file.py:CLASS. It edits some twenty small
    pictures of all sizes and modes.
    """
    from motionedit_bench import conformance
    from motionedit_bench.adapters import find_adapter, parse_settings

    kind = find_adapter(adapter)
    findings = conformance.check(kind(parse_settings(kind.Settings, assignments), model, device))
    click.echo(conformance.table(findings))
    return 1 if any(finding.outcome == "FAIL" for finding in findings) else 0


@cli.command("list")
@click.argument("kind", required=False, metavar="[adapters|settings|metrics|flows|benches]")
def list_names(kind: str | None) -> int:
    """List what has a name."""
    from motionedit_bench import listing

    if kind is not None and kind not in KINDS:
        raise unknown_name("list", kind, KINDS)
    click.echo(
        "\n\n".join(
            listing.table(name) for name in ([kind] if kind else [k for k in KINDS if k != "settings"])
        )
    )
    return 0


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
def demo(out: Path) -> int:
    """Run, score and rank baselines that need no weights on the embedded benchmark."""
    from motionedit_bench.demo import demonstrate

    demonstrate(out)
    _print_board(out)
    click.echo(
        f"\npredictions and scores: {out}/<baseline>/    the same table as a page: {out}/leaderboard.html"
    )
    return 0


@cli.group()
def weights() -> None:
    """Learned weights that some metrics need."""


@weights.command("get")
@click.argument("name")
def weights_get(name: str) -> int:
    """Fetch weights by name and verify them; see `mebench list metrics` and `flows`."""
    from motionedit_bench import weights as store

    click.echo(f"{name}: {store.get(name)}")
    return 0


@cli.group()
def worker() -> None:
    """Models whose official code runs in a Python environment of its own."""


@worker.command("setup")
@click.argument("name")
@click.option(
    "--repo",
    required=True,
    type=click.Path(path_type=Path),
    metavar="CHECKOUT",
    help="The model's official code, as cloned.",
)
@click.option("--python", metavar="PYTHON", help="Make the environment with this Python.")
def worker_setup(name: str, repo: Path, python: str | None) -> int:
    """Make the environment of adapter NAME from its pinned requirements; see `mebench list adapters`."""
    from motionedit_bench.adapters.worker_setup import set_up
    from motionedit_bench.adapters.workers import official_of

    click.echo(f"{name}: {set_up(official_of(name), repo, python)}")
    return 0


def _benchmark_of(folders: list[Path], bench: str | None) -> Any:
    """The benchmark asked for, else the one that the folders' manifests name, else the default."""
    from motionedit_bench.benchmarks import DEFAULT, open_benchmark
    from motionedit_bench.predictions import manifest_bench

    named = {folder: found for folder in folders if (found := manifest_bench(folder))}
    specs = sorted({found["spec"] for found in named.values()})
    if bench is None and len(specs) > 1:
        raise UsageError(f"the runs are of different benchmarks ({', '.join(specs)}): say which with --bench")
    return open_benchmark(bench or (specs[0] if specs else DEFAULT))


def _print_board(folder: Path) -> None:
    from motionedit_bench.leaderboard.board import load
    from motionedit_bench.leaderboard.render import render

    click.echo(render(load(folder), "plain", width=_terminal_width()))


def _terminal_width() -> int | None:
    return os.get_terminal_size().columns if sys.stdout.isatty() else None


def main() -> None:
    """The entry point of ``mebench``."""
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Run a command line and return its exit status; expected failures become one line, bugs raise."""
    try:
        result = cli.main(arguments, prog_name="mebench", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except MebenchError as error:
        click.echo(f"mebench: {error}", err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"mebench: {' '.join(error.format_message().split())} (see --help)", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("mebench: interrupted; what is done is kept, the same command goes on from here", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
