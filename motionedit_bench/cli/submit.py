"""Submit a scored model to a board."""

from pathlib import Path

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.errors import UsageError


@cli.command(short_help="Send a scored model to a board.")
@click.argument("preds", required=False, type=click.Path(path_type=Path))
@click.option(
    "--to",
    "destination",
    metavar="DEST",
    help="X.zip, a folder, a git checkout, or hf://datasets/OWNER/NAME.",
)
@click.option(
    "--card",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TOML or JSON: name, organisation, licence, link, contact, open_weights.  "
    "[default: card.toml or card.json in PREDS]",
)
@click.option(
    "--with-images", is_flag=True, help="Send the edits, too, so that scores can be computed again."
)
@click.option(
    "--images", type=click.Path(path_type=Path), help="Send the edits that lie there.  [default: PREDS]"
)
@click.option("--withdraw", metavar="MODEL", help="Withdraw MODEL's submission from the board DEST instead.")
@click.option("--reason", help="Why it is withdrawn.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of submissions, and do nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def submit(
    preds: Path | None,
    destination: str | None,
    card: Path | None,
    with_images: bool,
    images: Path | None,
    withdraw: str | None,
    reason: str | None,
    schema: bool,
    dry_run: bool,
) -> int:
    """Pack the scored model in PREDS with its card and checksums, and put it into DEST.

    PREDS is one scored model's folder, or a folder that holds just one such.
    """
    import json

    from motionedit_bench.leaderboard.submission import destination as destinations
    from motionedit_bench.leaderboard.submission import format as form
    from motionedit_bench.leaderboard.submission.packing import find_card, pack, read_card
    from motionedit_bench.progress import note

    if schema:
        click.echo(json.dumps(form.schema(), indent=1, sort_keys=True))
        return 0
    if not destination:
        raise UsageError("say where to, with --to DEST")
    if reason is not None and withdraw is None:
        raise UsageError("--reason goes with --withdraw MODEL")
    if withdraw is not None:
        if preds or card or with_images or images or dry_run:
            raise UsageError("--withdraw goes with --reason and --to alone: nothing is packed or tried")
        if not reason:
            raise UsageError("say why, with --reason TEXT")
        click.echo(f"withdrawn: {destinations.withdraw(withdraw, reason, destination)}")
        return 0
    if preds is None:
        raise UsageError("say what to submit: PREDS, one scored model's folder")
    folder = _one(preds)
    if Path(destination).resolve() in (preds.resolve(), folder.resolve()):
        raise UsageError(f"{destination} holds the scores themselves: name an archive, or a board's folder")
    package = pack(
        folder, read_card(card or find_card(folder)), (images or folder) if with_images or images else None
    )
    if dry_run:
        click.echo("\n".join(f"{name}  {length} bytes" for name, length in destinations.told(package)))
        click.echo(f"would send {package.summary}; hash {package.hash}")
        return 0
    place = destinations.deliver(package, destination)
    note(f"packed {package.summary}")
    click.echo(place)
    return 0


def _one(preds: Path) -> Path:
    from motionedit_bench.leaderboard.scored import scored_folders

    folders = scored_folders(preds)
    if len(folders) > 1:
        names = ", ".join(folder.name for folder in folders)
        raise UsageError(f"{preds} holds several scored models ({names}): give the folder of one")
    return folders[0]
