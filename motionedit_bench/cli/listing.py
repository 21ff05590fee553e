"""List what has a name."""

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.errors import unknown_name

KINDS = ("adapters", "settings", "metrics", "flows", "judges", "benches")


@cli.command("list")
@click.argument("kind", required=False, metavar="[adapters|settings|metrics|flows|judges|benches]")
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
