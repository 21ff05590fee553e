"""Do people agree, among themselves and with metrics?"""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.errors import PredictionsError, UsageError


@cli.command(short_help="Do people agree, among themselves and with metrics?")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="HUMANS.CSV... [PREDS]",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="KEY.json",
    help="Says whose the edits were, where the files come from a page of `mebench vote`.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.csv", help="Write all votes, with models' names."
)
def agree(paths: tuple[Path, ...], key: Path | None, out: Path | None) -> int:
    """Fleiss' kappa among annotators, and between people and each metric of the scored models in PREDS.

    HUMANS.CSV has the columns item_id, model_a, model_b, annotator, choice (a, b or tie). Judges that
    compared edits directly (PREDS/comparisons.jsonl) stand beside the metrics.
    """
    from motionedit_bench.leaderboard.compare import read_model
    from motionedit_bench.leaderboard.preference import people
    from motionedit_bench.leaderboard.preference.ballots import read_ballots, write_ballots
    from motionedit_bench.leaderboard.scored import scored_folders
    from motionedit_bench.leaderboard.voting.key import attention_table, is_blind, read_key, unblind
    from motionedit_bench.scoring.compared import read_comparisons

    files = [path for path in paths if not path.is_dir()]
    folders = [path for path in paths if path.is_dir()]
    if not files or len(folders) > 1:
        raise UsageError("agree takes one or more files of votes, and at most one folder of scored models")
    ballots = [ballot for path in files for ballot in read_ballots(path)]
    if key:
        ballots, attention = unblind(ballots, read_key(key))
        click.echo(attention_table(attention) + "\n")
    elif is_blind(ballots):
        raise UsageError("these votes are of a page of `mebench vote`: give its key.json with --key")
    votes = people.votes_of(ballots)
    models, items = {name for _, *pair in votes for name in pair}, {item for item, _, _ in votes}
    compared = [row for folder in folders for row in read_comparisons(folder, models, items)]
    judges = people.verdicts(compared)
    try:
        scored = [read_model(path) for folder in folders for path in scored_folders(folder)]
    except PredictionsError:
        if not judges:
            raise
        scored = []
    click.echo(people.win_table(votes) + "\n")
    click.echo(people.agreement_table(votes, people.agreements(votes, scored) if scored else [], judges))
    if out:
        write_ballots(ballots, out)
    return 0
