"""Check an adapter or a metric."""

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.cli.options import device_option, model_option, set_option
from motionedit_bench.errors import UsageError, unknown_name


@cli.command(short_help="Check that an adapter or a metric keeps its promises.")
@click.argument("name", metavar="ADAPTER|METRIC")
@model_option
@set_option
@device_option
def check(name: str, model: str | None, assignments: tuple[str, ...], device: str) -> int:
    """Check that an adapter or a metric keeps what it promises; exit status 1 if it does not.

    ADAPTER is a name of `mebench list adapters`, or path/to/file.py:CLASS. It edits some twenty small
    pictures of all sizes and modes. METRIC is a name of `mebench list metrics` that no judge gives. It
    measures some dozen edits, most of which have nothing to measure.
    """
    from motionedit_bench.adapters import ADAPTERS, find_adapter, parse_settings
    from motionedit_bench.conformance import adapter, kit, metric
    from motionedit_bench.metrics import CATALOGUE, METRICS

    if name not in ADAPTERS and name not in METRICS and ":" not in name and not name.endswith(".py"):
        raise unknown_name("adapter or metric", name, [*ADAPTERS, *METRICS])
    if name in METRICS and name not in ADAPTERS:
        if model or assignments:
            raise UsageError(f"{name} is a metric, which takes no --model and no --set")
        findings = metric.check(name, METRICS.get(name), CATALOGUE[name], device)
    else:
        kind = find_adapter(name)
        findings = adapter.check(kind(parse_settings(kind.Settings, assignments), model, device))
    click.echo(kit.table(findings))
    return 1 if any(finding.outcome == "FAIL" for finding in findings) else 0
