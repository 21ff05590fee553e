"""Make a benchmark of one's own videos."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motionedit_bench.cli.engine_options import engine_options
from motionedit_bench.cli.group import cli
from motionedit_bench.cli.judge_options import asking_options, terms_of
from motionedit_bench.cli.options import Named, device_option
from motionedit_bench.errors import UsageError

if TYPE_CHECKING:
    from motionedit_bench.engines.cluster import Cluster


@cli.command(short_help="Make a benchmark of one's own videos.")
@click.argument("videos", nargs=-1, required=True, type=Named(path_type=Path))
@click.option("--out", required=True, type=Named(path_type=Path, file_okay=False), metavar="BENCH")
@click.option(
    "--instructions",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE.csv",
    help="What the edits are called: id, prompt, category, keep. Makes the benchmark.",
)
@click.option("--window", type=float, metavar="S", help="Seconds from input to target.  [default: 3]")
@click.option("--min-window", type=float, metavar="S", help="Of a shot shorter than that.  [default: 1]")
@click.option("--per-shot", type=int, metavar="N", help="Pairs kept of one shot, the best.  [default: 1]")
@click.option("--flow", metavar="NAME", help="See `mebench list flows`.  [default: dis]")
@click.option("--faces/--no-faces", default=None, help="Keep or drop pairs with a face.  [default: keep]")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Keep the best N pairs at most.")
@click.option("--test-share", type=int, metavar="PERCENT", help="Of the videos, for testing.  [default: 10]")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Threads.  [default: one a core]")
@click.option("--not-in", metavar="BENCH", help="Drop pairs with a picture like one of this benchmark.")
@click.option(
    "--licences",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE.csv",
    help="Of the videos, for the card: video, licence, source.",
)
@click.option("--review", is_flag=True, help="Write a page on which to keep, drop and write by hand.")
@click.option("--judge", metavar="SPEC", help="Who writes instructions: see `mebench list judges`.")
@asking_options
@device_option
@engine_options
@click.option("--dry-run", is_flag=True, help="Say what would be looked at and asked, and write nothing.")
def mine(
    videos: tuple[Path, ...],
    out: Path,
    instructions: Path | None,
    limit: int | None,
    workers: int | None,
    device: str,
    cluster: "Cluster | None",
    dry_run: bool,
    **options: Any,
) -> int:
    """Find pairs of frames in VIDEOS that show a motion, and make a benchmark's folder of them.

    VIDEOS are files, or folders that are searched. The first run leaves candidates below BENCH/mine/, and
    BENCH/instructions.csv to be filled in; with --instructions, the same command makes the benchmark. So does
    --judge, which asks a multimodal model which candidates are good, and what the edits are called.
    Settings are kept in BENCH/mine.toml: an option that is given is written into it.
    """
    try:
        from motionedit_bench.mining import request
    except ImportError as error:
        raise UsageError(
            f"mining needs the package {error.name}: pip install 'motionedit-bench[mine]'"
        ) from error
    wishes = {name: options.pop(name) for name in ("judge", "review", "not_in", "licences")}
    asked = {name: options.pop(name) for name in SETTINGS}
    found = request.Request(
        videos,
        out,
        _tables(**asked),
        instructions,
        limit,
        workers or len(os.sched_getaffinity(0)),
        device,
        cluster,
        terms=terms_of(device, **options),
        **wishes,
    )
    if dry_run:
        click.echo("\n".join(filter(None, [found.estimate(), found.judging()])))
        return 0
    from motionedit_bench.benchmarks.base import METADATA
    from motionedit_bench.mining.finishing import INSTRUCTIONS
    from motionedit_bench.mining.report import table
    from motionedit_bench.progress import note

    mined, made = found.run()
    click.echo(table(mined, made.verdicts))
    if made.page:
        note(f"wrote {made.page}: open it in a browser, and give what it saves by --instructions")
    if made.items is None and not mined.candidates:
        click.echo(f"{out}: no candidates")
    elif made.items is None:
        click.echo(f"{out}: {len(mined.candidates)} candidates: fill in {out / INSTRUCTIONS}")
        note(f"then: the same command with --instructions {out / INSTRUCTIONS}")
        if (out / METADATA).exists():
            note(f"the benchmark in {out} is still that of an earlier run")
    else:
        click.echo(f"{out}: a benchmark of {len(made.items)} items")
    return 0 if mined.is_whole and made.is_whole else 1


SETTINGS = ("flow", "test_share", "faces", "window", "min_window", "per_shot")
"""Options that are settings of ``mine.toml``."""


def _tables(flow: str | None, test_share: int | None, faces: bool | None, **pairs: Any) -> dict[str, Any]:
    """The options that are given, as the tables of ``mine.toml``."""
    given = {name: value for name, value in pairs.items() if value is not None}
    return {
        **({"pairs": given} if given else {}),
        **({} if flow is None else {"measures": {"flow": flow}}),
        **({} if faces is None else {"gates": {"faces": faces}}),
        **({} if test_share is None else {"test_share": test_share}),
    }
