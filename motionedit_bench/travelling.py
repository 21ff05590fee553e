"""What leaves this machine says nothing of its folders: paths become the names at their ends."""

import re
from pathlib import Path
from typing import Any

_PART = r"/[^\s/'\"`<>|:;,()\[\]{}]+"
PATHS = re.compile(rf"(?<![\w.~%<\\\])/-])(?:file://)?(?:~(?:{_PART})+|(?:{_PART}){{2,}})/?")
"""Absolute paths and those in a home folder; not what follows the name of a host."""


def without_paths(text: str) -> str:
    """A text with each path in it cut to its last part.

    >>> without_paths("no file '/home/me/models/x.pth', see https://x.org/a/b")
    "no file 'x.pth', see https://x.org/a/b"
    """
    home = str(Path("~").expanduser())
    if len(Path(home).parts) > 1:  # its name may hold spaces
        text = re.sub(rf"{re.escape(home)}(?![\w.-])", "~", text)
    return PATHS.sub(lambda found: Path(found[0]).name, text)


def travelling(value: Any) -> Any:
    """A JSON value whose texts are all `without_paths`; names of fields stay."""
    if isinstance(value, str):
        return without_paths(value)
    if isinstance(value, list):
        return [travelling(one) for one in value]
    if isinstance(value, dict):
        return {name: travelling(one) for name, one in value.items()}
    return value
