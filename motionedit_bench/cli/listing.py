"""List what has a name."""

import json

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.errors import UsageError, unknown_name

KINDS = ("adapters", "settings", "metrics", "flows", "judges", "benches")


@cli.command("list", short_help="List adapters, metrics, flows, judges, benchmarks.")
@click.argument(
    "kind",
    required=False,
    metavar="[adapters|settings|metrics|flows|judges|benches]",
    shell_complete=lambda _, __, incomplete: [one for one in KINDS if one.startswith(incomplete)],
)
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Every fact, as JSON.")
def list_names(kind: str | None, name: str | None, as_json: bool) -> int:
    """List what has a name; with a NAME, all that there is to say of it."""
    from motionedit_bench import listing

    if kind is not None and kind not in KINDS:
        raise unknown_name("list", kind, KINDS)
    kinds = (kind,) if kind else tuple(one for one in KINDS if one != "settings")
    if as_json:
        if name is not None and kind != "settings":
            raise UsageError("--json tells of every name at once: leave the name out")
        found = {one: listing.settings(name) if name else listing.LISTS[one]() for one in kinds}
        click.echo(json.dumps(found[kind] if kind else found, ensure_ascii=False, indent=1))
    elif kind and name:
        click.echo(listing.about(kind, name))
    else:
        click.echo("\n\n".join(listing.table(one) for one in kinds))
    return 0
