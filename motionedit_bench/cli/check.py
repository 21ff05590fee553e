"""Check an adapter."""

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import device_option, model_option, set_option


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
