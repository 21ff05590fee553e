"""The page of all commands, from click itself: what `mebench COMMAND --help` prints."""

from collections.abc import Iterator

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from motionedit_bench.cli import cli

WIDTH = 78
"""What click makes of a terminal of 80 columns."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    files.append(File.generated(config, "commands.md", content="\n".join(page())))
    return files


def page() -> Iterator[str]:
    yield "# Commands"
    yield "As `mebench COMMAND --help` prints them."
    for path, text in helps(cli, "mebench"):
        yield f"\n## {path}\n\n```text\n{text}\n```"


def helps(
    command: click.Command, path: str, parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """Each command's whole name and its help, groups before what is in them."""
    name = path.rpartition(" ")[2]
    context = command.make_context(name, [], parent, resilient_parsing=True, terminal_width=WIDTH)
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for verb in command.list_commands(context):
            found = command.get_command(context, verb)
            if found is not None and not found.hidden:
                yield from helps(found, f"{path} {verb}", context)
