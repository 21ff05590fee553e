"""What stands out on a terminal; signs or words beside it always say the same.

Styles are ANSI codes, which `click.echo` leaves out where there is no terminal; see `wanted`.
"""

import os
from collections.abc import Mapping

from click import style


def wanted(environment: Mapping[str, str] = os.environ) -> bool | None:
    """Whether there shall be styles: ``NO_COLOR``, then ``FORCE_COLOR``, says it wherever output goes to, if
    it is set and not empty. ``None`` where nothing does: on terminals alone, and on no dumb one.

    >>> wanted({"NO_COLOR": "1", "FORCE_COLOR": "1"}), wanted({"FORCE_COLOR": "1"}), wanted({"NO_COLOR": ""})
    (False, True, None)
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return False if environment.get("TERM") == "dumb" else None


def strong(text: str) -> str:
    """The best of its column, or a title."""
    return style(text, bold=True)


def good(text: str) -> str:
    """What is as it should be."""
    return style(text, fg="green")


def amiss(text: str) -> str:
    """What one should know of."""
    return style(text, fg="yellow")


def bad(text: str) -> str:
    """What ended a command, or keeps every command from working."""
    return style(text, fg="red", bold=True)
