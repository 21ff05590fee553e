"""Say what a bug report needs."""

from textwrap import fill

import click

from motionedit_bench.cli.group import cli

WIDTH, NAMES = 80, 22
"""Columns of a line, and of them those before a fact."""


@cli.command()
@click.option("--offline", is_flag=True, help="Ask nobody outside this machine.")
def doctor(offline: bool) -> int:
    """Print what a bug report needs: versions, devices, cache, weights, reachability; no secrets.

    Exit status 1 where something is broken that every command needs.
    """
    from motionedit_bench.doctor import broken, examine

    sections = examine(offline)
    for section in sections:
        click.echo(section.title)
        for name, fact in section.facts.items():
            click.echo(_line(name, fact))
    return 1 if broken(sections) else 0


def _line(name: str, fact: str) -> str:
    """A fact beside its name, on as many lines as it takes."""
    head = f"  {name}".ljust(NAMES - 1) + " "
    rest = " " * NAMES
    return fill(fact or "-", WIDTH, initial_indent=head, subsequent_indent=rest, break_on_hyphens=False)
