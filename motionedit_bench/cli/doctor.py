"""Say what a bug report needs."""

from collections.abc import Callable
from textwrap import fill

import click

from motionedit_bench.cli.group import cli
from motionedit_bench.styling import amiss, bad, good, strong

WIDTH, NAMES = 80, 22
"""Columns of a line, and of them those before a fact."""

GOOD = ("ready", "yes", "within", "answers")
AMISS = ("not ", "no answer", "none that", "pip does not")
"""Facts that are as they should be, and how those begin that one should know of."""


@cli.command(short_help="Print what a bug report needs.")
@click.option("--offline", is_flag=True, help="Ask nobody outside this machine.")
def doctor(offline: bool) -> int:
    """Print what a bug report needs: versions, devices, cache, weights, reachability; no secrets.

    Exit status 1 where something is broken that every command needs.
    """
    from motionedit_bench.doctor import broken, examine

    sections = examine(offline)
    for section in sections:
        click.echo(strong(section.title))
        for name, fact in section.facts.items():
            line = _line(name, fact)
            set_apart = bad if section.broken else _style_of(fact)
            click.echo(line[:NAMES] + set_apart(line[NAMES:]) if set_apart else line)
    return 1 if broken(sections) else 0


def _style_of(fact: str) -> Callable[[str], str] | None:
    if fact in GOOD:
        return good
    return amiss if fact.startswith(AMISS) else None


def _line(name: str, fact: str) -> str:
    """A fact beside its name, on as many lines as it takes."""
    head = f"  {name}".ljust(NAMES - 1) + " "
    rest = " " * NAMES
    return fill(fact or "-", WIDTH, initial_indent=head, subsequent_indent=rest, break_on_hyphens=False)
