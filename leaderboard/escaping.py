"""Text from outside as each format shows it: as the characters that it is, whatever they mean there."""

import re

from markupsafe import escape

from motionedit_bench.texts import visible

MARKDOWN = re.compile(
    r"[\\`*|<>\[\]~$&]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # within a word it emphasises nothing
    r"|:(?=//)|(?<=www)\."  # else they are made into links
)
LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
} | {character: f"\\{character}" for character in "&%$#_{}"}
FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes a cell for that begins so: something to compute."""


def escaped(text: str, form: str) -> str:
    """A text for a table in one of the formats for people.

    >>> escaped("x|y *z*", "github")
    'x\\\\|y \\\\*z\\\\*'
    """
    text = visible(text)
    if form == "github":
        return MARKDOWN.sub(r"\\\g<0>", text)
    return str(escape(text)) if form == "html" else text


def latex(text: str) -> str:
    """A text for LaTeX: each character as itself, and none joined with the next to another one.

    >>> latex("50 % of x_y")
    '50 \\\\% of x\\\\_y'
    >>> latex("a--b")
    'a-{}-b'
    """
    apart = re.sub(r"(?<=([-',]))(?=\1)", "\0", visible(text))
    return "".join("{}" if one == "\0" else LATEX.get(one, one) for one in apart)


def for_spreadsheets(text: str) -> str:
    """A text that no spreadsheet computes: where it would, a quote stands before it.

    >>> for_spreadsheets("=1+1"), for_spreadsheets("flux-1")
    ("'=1+1", 'flux-1')
    """
    text = visible(text)
    return f"'{text}" if text.startswith(FORMULA) else text
