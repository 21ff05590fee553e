"""The group that every verb joins."""

from typing import Any

import click

from motionedit_bench.version import VERSION


class UnlessNamed(click.Group):
    """A group one of whose commands is ``meant`` where none is named: ``mebench leaderboard DIR``."""

    def __init__(self, *arguments: Any, meant: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.meant = meant

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        if arguments and arguments[0] not in (*self.commands, *context.help_option_names):
            arguments = [self.meant, *arguments]
        return super().parse_args(context, arguments)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="mebench")
def cli() -> None:
    """Evaluate motion-centric image editing: run a model, score its edits, compare.

    \b
    mebench demo                                        a tour that needs no weights
    mebench run --adapter flux_kontext                  edit every item of the benchmark
    mebench score preds/                                all metrics, every term and status
    mebench leaderboard preds/                          one row a model, with intervals
    """
