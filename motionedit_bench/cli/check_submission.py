"""What a board asks of a submission."""

from pathlib import Path

import click

import motionedit_bench.cli.leaderboard as board_verbs

CRASHED = 3
"""The exit status where the check itself failed: the submission is neither accepted nor rejected."""


@board_verbs.leaderboard.command("check")
@click.argument("submission", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--bench", metavar="BENCH", help="The benchmark.  [default: that of board.toml, or the paper's]"
)
@click.option(
    "--board",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with the board's submissions/.",
)
@click.option("--by", metavar="ACCOUNT", help="Who submits, as the platform of the board knows them.")
@click.option("--base", metavar="REF", help="Refuse what the checkout changes since REF besides SUBMISSION.")
@click.option("--record", is_flag=True, help="Keep what came of it, and the board's own rows, in checks/.")
@click.option("--seen", is_flag=True, help="A person has looked at what looks like a copy, and takes it.")
@click.option("--sample", type=click.IntRange(0), help="A quick look at so many images; it verifies nothing.")
@click.option("--seed", type=int, help="Draw the same sample again.  [default: a new one]")
@click.option("--full", is_flag=True, hidden=True, help="What is done anyway: everything is computed again.")
def check_submission(
    submission: Path,
    bench: str | None,
    board: Path | None,
    by: str | None,
    base: str | None,
    record: bool,
    seen: bool,
    sample: int | None,
    seed: int | None,
    full: bool,
) -> int:
    """Check SUBMISSION, a folder or .zip, by computing its scores again from its images.

    Exit status: 0 accepted, 1 rejected or for a person to look at, 2 a wrong request, 3 the check failed.
    """
    from motionedit_bench.errors import UsageError
    from motionedit_bench.leaderboard.submission.asked import Asked
    from motionedit_bench.leaderboard.submission.changes import check_changes
    from motionedit_bench.leaderboard.submission.confined import check_confined
    from motionedit_bench.leaderboard.submission.policy import read_policy
    from motionedit_bench.leaderboard.submission.recording import keep
    from motionedit_bench.leaderboard.submission.verdict import table
    from motionedit_bench.progress import note

    if record and (board is None or sample is not None):
        raise UsageError("--record goes with --board, and not with --sample: what is kept is the whole check")
    if base is not None and board is None:
        raise UsageError("--base goes with --board: the checkout of which it is a commit")
    if full and sample is not None:
        raise UsageError("--full and --sample: say one of them")
    policy = read_policy(board)
    asked = Asked(board, by, sample, seed, seen)
    verdict = check_confined(submission, bench or policy.bench, asked, policy)
    if base is not None and board is not None:
        check_changes(board, base, verdict)
    click.echo(table(verdict))
    if record and board is not None and not verdict.crashed:
        kept = keep(board, verdict, by, submission)
        told = f"kept in {kept}" if kept else "not kept: it has no name that a record could have"
        note(told)
    if verdict.crashed:
        return CRASHED
    return 0 if verdict.accepted else 1
