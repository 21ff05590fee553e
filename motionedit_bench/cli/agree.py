"""Do people agree, among themselves and with metrics?"""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli


@cli.command(short_help="Do people agree, among themselves and with metrics?")
@click.argument("humans", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="HUMANS.CSV")
@click.argument("preds", required=False, type=click.Path(path_type=Path))
def agree(humans: Path, preds: Path | None) -> int:
    """Fleiss' kappa among annotators, and between people and each metric of the scored models in PREDS.

    HUMANS.CSV has the columns item_id, model_a, model_b, annotator, choice (a, b or tie).
    """
    from motionedit_bench.leaderboard.compare import read_model
    from motionedit_bench.leaderboard.preference.people import agreement_table, agreements, read_votes
    from motionedit_bench.leaderboard.scored import scored_folders

    votes = read_votes(humans)
    scored = [read_model(folder) for folder in scored_folders(preds)] if preds else []
    click.echo(agreement_table(votes, agreements(votes, scored) if scored else []))
    return 0
