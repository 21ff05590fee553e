"""The command line: parses, imports late, calls one function, maps errors to exit statuses.

0: all well. 1: the command finished, but some items failed or could not be scored. 2: the request
was wrong; one line on standard error. Results go to standard output, all else to standard error.
"""

import errno
import gc
import io
import os
import sys

import click

from motionedit_bench.cli import (
    agree,
    bench,
    browse,
    check,
    check_submission,
    compare,
    demo,
    doctor,
    figure,
    import_pairs,
    judge_eval,
    leaderboard,
    listing,
    merge,
    mine,
    prefer,
    prefetch,
    report,
    run,
    score,
    serve_reward,
    show,
    submit,
    train,
    validate,
    vote,
    weights,
    worker,
)
from motionedit_bench.cli.group import cli
from motionedit_bench.errors import MebenchError
from motionedit_bench.styling import bad, wanted
from motionedit_bench.texts import visible_lines

VERBS = (
    *(run, train, score, merge, prefer, show, leaderboard, browse, check_submission, report, figure),
    *(compare, vote, agree, judge_eval, import_pairs, mine),
    *(submit, serve_reward, validate, bench, check, listing, demo, doctor, weights, prefetch, worker),
)
"""Each module adds its verb to the group when it is imported."""


def main() -> None:
    """The entry point of ``mebench``.

    What the output's encoding lacks, such as the arrows of a table in Latin-1, is written as ``\\u2191``.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 (held open to the end)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    status = invoke(sys.argv[1:])
    gc.freeze()  # else Python looks at all of PyTorch's objects before it ends: a second
    sys.exit(status)


def invoke(arguments: list[str]) -> int:
    """Run a command line and return its exit status; expected failures become one line, bugs raise."""
    output = sys.stdout
    try:
        result = cli.main(arguments, prog_name="mebench", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except MebenchError as error:
        _say(str(error))
        return 2
    except click.exceptions.NoArgsIsHelpError as error:  # a group without a command: its help page
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        _say(f"{' '.join(error.format_message().split())} (see --help)")
        return 2
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted; what is done is kept, the same command goes on from here")
        return 130
    except BrokenPipeError:
        _drop_output()
        return 0
    except SystemExit:
        if sys.stdout is output:  # else the library has put another in its place: the pipe is closed
            raise
        return 0
    except PermissionError as error:
        if error.filename is None:
            raise
        _say(f"{error.filename}: {error.strerror}: let this user read it")
        return 2
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        _drop_output()
        _say("cannot write the output: no space left on device")
        return 2


def _say(message: str) -> None:
    """What ended a command, in one line on standard error; nothing that it quotes acts on a terminal."""
    click.echo(f"{bad('mebench:')} {visible_lines(message)}", err=True, color=wanted())


def _drop_output() -> None:
    """Let what is still to be written go nowhere, so that nothing fails at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
