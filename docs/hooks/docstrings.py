"""Docstrings as Markdown: examples and literal blocks of reStructuredText become code."""

import re
from typing import Any

import griffe

EXAMPLE = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)
LITERAL = re.compile(r"^(.*?):?::\n\n((?:    .*\n?|\n)+)", re.MULTILINE)


class AsMarkdown(griffe.Extension):
    """Rewrites each docstring before it is read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(text: str) -> str:
    """
    >>> as_markdown("One.\\n\\n>>> 1 + 1\\n2")
    'One.\\n\\n```pycon\\n>>> 1 + 1\\n2\\n```'
    >>> as_markdown("Two::\\n\\n    a\\n    b\\n")
    'Two:\\n\\n    a\\n    b\\n'
    """
    text = LITERAL.sub(lambda found: (f"{found[1]}:\n\n" if found[1] else "") + found[2], text)
    return EXAMPLE.sub(r"```pycon\n\g<0>\n```", text)
