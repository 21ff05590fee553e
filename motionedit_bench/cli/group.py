"""The group that every verb joins."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.styling import wanted
from motionedit_bench.version import VERSION

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How an address begins once it was taken for a path, which has no two slashes side by side."""


_QUIET = f"{__name__}.quiet"


def _note_quiet(context: click.Context, _: click.Parameter, quiet: bool) -> None:
    context.meta[_QUIET] = quiet


_quiet_option = click.Option(
    ["-q", "--quiet"],
    is_flag=True,
    expose_value=False,
    callback=_note_quiet,
    help="No progress and no messages: results, and what ends the command.",
)


class Verb(click.Command):
    """A command that can be quiet, and whose paths are of this machine: an address in their place is refused,
    not made a folder."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(_quiet_option)

    def invoke(self, context: click.Context) -> Any:
        if not context.meta.get(_QUIET):
            return super().invoke(context)
        from motionedit_bench.progress import silenced

        with silenced():
            return super().invoke(context)

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        rest = super().parse_args(context, arguments)
        for parameter in self.params:
            if isinstance(parameter.type, click.Path):
                _check(parameter, context.params.get(parameter.name or ""))
        return rest


def _check(parameter: click.Parameter, given: Any) -> None:
    for path in given if isinstance(given, tuple) else (given,):
        if _URL.match(str(path)):
            raise UsageError(
                f"{parameter.human_readable_name} must be a path on this machine, not an address: "
                "of stores, `run --out`, `score`, `leaderboard`, `validate`, `show` and every --bench know"
            )


class Verbs(click.Group):
    """Verbs, and groups of them."""

    command_class = Verb
    group_class = type


class UnlessNamed(Verbs):
    """A group one of whose commands is ``meant`` where none is named: ``mebench leaderboard DIR``."""

    def __init__(self, *arguments: Any, meant: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.meant = meant

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        if arguments and arguments[0] not in (*self.commands, *context.help_option_names):
            self._check_meant(arguments[0])
            arguments = [self.meant, *arguments]
        return super().parse_args(context, arguments)

    def _check_meant(self, word: str) -> None:
        """Make sure that a word is no command's name misspelt."""
        if not word.startswith("-") and get_close_matches(word, self.commands) and not Path(word).exists():
            raise unknown_name("command or folder", word, self.commands)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and what the meant one takes."""
        own = super().shell_complete(context, incomplete)
        meant = self.commands[self.meant]
        at_first = isinstance(meant.params[0], click.Argument) and not incomplete.startswith("-")
        place = meant.params[0] if at_first else meant
        named = {one.value for one in own}
        there = place.shell_complete(click.Context(meant, context, self.meant), incomplete)
        return [*own, *(one for one in there if one.value not in named)]


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="mebench")
def cli() -> None:
    """Evaluate motion-centric image editing: run a model, score its edits, compare.

    \b
    mebench demo                                        a tour that needs no weights
    mebench run --adapter flux_kontext                  edit every item of the benchmark
    mebench score preds/                                all metrics, every term and status
    mebench leaderboard preds/                          one row a model, with intervals
    """
    click.get_current_context().color = wanted()
