"""The command line: parses, imports late, calls one function, maps errors to exit statuses.

0: all well. 1: the command finished, but some items failed or could not be scored. 2: the request
was wrong; one line on standard error. Results go to standard output, all else to standard error.
"""

import os
import sys

import click

from motionedit_bench.cli import (
    agree,
    bench,
    check,
    check_submission,
    compare,
    demo,
    doctor,
    leaderboard,
    listing,
    prefer,
    report,
    run,
    score,
    show,
    submit,
    validate,
    weights,
    worker,
)
from motionedit_bench.cli.group import cli
from motionedit_bench.errors import MebenchError

VERBS = (
    *(run, score, prefer, show, leaderboard, check_submission, report, compare, agree, submit),
    *(validate, bench, check, listing, demo, doctor, weights, worker),
)
"""Each module adds its verb to the group when it is imported."""


def main() -> None:
    """The entry point of ``mebench``."""
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Run a command line and return its exit status; expected failures become one line, bugs raise."""
    try:
        result = cli.main(arguments, prog_name="mebench", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except MebenchError as error:
        click.echo(f"mebench: {error}", err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"mebench: {' '.join(error.format_message().split())} (see --help)", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("mebench: interrupted; what is done is kept, the same command goes on from here", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
