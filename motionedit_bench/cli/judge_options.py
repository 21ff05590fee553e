"""The options of every verb that asks judges."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from motionedit_bench.cli.options import Amount
from motionedit_bench.errors import UsageError

if TYPE_CHECKING:
    from motionedit_bench.metrics.judge.opening import Terms

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option(
        "--base-url",
        metavar="URL",
        help="A server that speaks OpenAI's API: http://HOST:PORT/v1 (vLLM, SGLang).",
    ),
    click.option(
        "--judge-set",
        "judge_fields",
        multiple=True,
        metavar="KEY=JSON",
        help="A field of every request to a judge; null leaves it out. E.g. temperature=null.",
    ),
    click.option(
        "--concurrency", type=click.IntRange(1, 512), default=8, show_default=True, help="Calls at once."
    ),
    click.option("--rpm", type=Amount(0, min_open=True), help="Calls begun a minute, at most."),
    click.option("--max-calls", type=click.IntRange(0), help="Calls of judges, tries included, at most."),
    click.option("--max-cost", type=Amount(0), help="US dollars, at most, by the prices known."),
    click.option(
        "--prices",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A TOML file in place of the prices that are built in.",
    ),
)

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Count calls, tokens and money, and ask nothing."
)


def asking_options(command: F) -> F:
    """Give a verb the options that say how judges are asked."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def judge_options(command: F) -> F:
    """Give a verb these options, and the one that asks nothing."""
    return asking_options(dry_run_option(command))


def terms_of(
    device: str,
    base_url: str | None,
    judge_fields: Sequence[str],
    concurrency: int,
    rpm: float | None,
    max_calls: int | None,
    max_cost: float | None,
    prices: Path | None,
) -> "Terms":
    """What the options say of how judges are asked.

    Raises:
        UsageError: a field is not KEY=JSON.
    """
    from datetime import date

    from motionedit_bench.calls.budget import Budget
    from motionedit_bench.calls.pace import Pace
    from motionedit_bench.metrics.judge.opening import Terms

    fields = {}
    for assignment in judge_fields:
        name, given, text = assignment.partition("=")
        try:
            fields[name] = json.loads(text)
            json.dumps(fields[name], allow_nan=False)
        except ValueError:
            given = ""
        if not given or not name:
            raise UsageError(f"--judge-set takes KEY=JSON, such as temperature=0.7, but got {assignment!r}")
    pace = Pace(concurrency=concurrency, rpm=rpm)
    return Terms(base_url, device, pace, Budget(max_calls, max_cost), prices, fields, today=date.today())
