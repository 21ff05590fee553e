"""Text with halves of characters in it, which no file and no terminal can hold as they are.

They come from outside: half an emoji in a server's answer, a file name that is not UTF-8. Wherever such a
text enters or is written down, each half becomes its escape, six characters that anybody can read.
"""

import re
from collections.abc import Mapping
from typing import Any

HALVES = re.compile("[\ud800-\udfff]")


def escaped(text: str) -> str:
    r"""The text with each lone surrogate as its escape.

    >>> escaped("half \ud83d")
    'half \\ud83d'
    """
    return HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def escaped_in(value: Any) -> Any:
    """A JSON value with all its texts `escaped`, names of fields among them."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list | tuple):
        return [escaped_in(one) for one in value]
    if isinstance(value, Mapping):
        return {escaped(str(name)): escaped_in(one) for name, one in value.items()}
    return value
