"""Text from outside: which is let in as a model's name, on a card, in any file of a submission; and how any
of it is shown as what it is."""

import re
import unicodedata

MARKUP = re.compile(r"<[a-zA-Z/!?]|javascript:|data:text|\]\s*\(", re.IGNORECASE)
"""What could be taken for HTML, for a script or for a Markdown link."""

DRESSED = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);|\]\s*[\[:]|\\[a-z@]|[`|$]", re.IGNORECASE)
"""What else a page, a table or TeX would not show as it is written: entities, references, commands."""

FORMULA = ("=", "+", "-", "@")
"""How a formula of a spreadsheet begins."""

DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)
"""Names that Windows takes for devices, whatever follows their first dot."""

BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that are no spaces, and show nothing."""

STACKED = 5
"""So many marks on one letter are no writing: they reach into the lines above and below."""

URL = re.compile(r"https?://[^\s\"'<>\\^`{|}@/?#]+([/?#][^\s\"'<>\\^`{|}]*)?", re.IGNORECASE)
"""A link as it can be written anywhere: nothing in it ends a quotation, no user stands before its host."""

TURNING = ("Cc", "Cf", "Co", "Cs")
BREAKING = ("Zl", "Zp")


def plain(text: str) -> str:
    """Let only text pass that is shown as it is written: no markup, no invisible or turning characters.

    Raises:
        ValueError: it is not such a text.
    """
    if MARKUP.search(text):
        raise ValueError("holds what could be taken for markup")
    for character in text:
        if unicodedata.category(character) in TURNING and character not in "\n\t":
            raise ValueError(f"holds the invisible character {_told(character)}")
    return text


def line(text: str) -> str:
    """The same for a line of a card, which stands in tables, spreadsheets and TeX of every board.

    Raises:
        ValueError: it is not such a line, or begins as a formula does.
    """
    plain(text)
    _visible(text)
    if found := DRESSED.search(text):
        raise ValueError(f"holds {found[0]!r}, which is not shown as it is written everywhere")
    if text.strip() != text or not text:
        raise ValueError("is empty, or begins or ends with a space")
    if text.startswith(FORMULA):
        raise ValueError(f"begins with {text[0]!r}, as a formula of a spreadsheet does")
    return text


def name(text: str) -> str:
    """Let only a name pass that people can see and write: letters of all scripts, and no trap among them.

    >>> name("модель 2")
    'модель 2'

    Raises:
        ValueError: it is empty, no UTF-8, or holds a character that cannot be seen.
    """
    if not text.strip():
        raise ValueError("is empty")
    if any("\udc80" <= character <= "\udcff" for character in text):
        raise ValueError("is not UTF-8")
    return _visible(text)


def portable(text: str) -> str:
    """Let only a name pass that can be a folder on every system.

    >>> portable("flux.1-kontext")
    'flux.1-kontext'

    Raises:
        ValueError: Windows takes it for a device, or drops its last character.
    """
    if text.partition(".")[0].rstrip().lower() in DEVICES:
        raise ValueError(f"{text!r} is a device on Windows, and can be no folder there")
    if text.endswith((".", " ")):
        raise ValueError(f"{text!r} ends with a dot or a space, which Windows drops")
    return text


def same(text: str) -> str:
    """What two names have in common that one disk or one reader takes for the same.

    >>> same("Editor") == same("editor")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def url(text: object) -> str:
    """Let only a link pass that leads where it seems to, and is written alike everywhere.

    >>> url("https://example.org/model?version=2")
    'https://example.org/model?version=2'

    Raises:
        ValueError: it is none of http or https, names a user, or holds what has to be encoded.
    """
    if not isinstance(text, str) or not URL.fullmatch(text):
        raise ValueError("must be a link like https://host/page, without a user, spaces, quotes or brackets")
    return text


def visible(text: str) -> str:
    """A text on one line, with what moves, turns or hides text written out.

    >>> visible("a\\nb"), visible("\\u202eb")
    ('a\\\\nb', '\\\\u202eb')
    """
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def visible_lines(text: str) -> str:
    """The same of each line."""
    return "\n".join(map(visible, text.split("\n")))


def _visible(text: str) -> str:
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks >= STACKED:
            raise ValueError(f"stacks {marks} marks on one letter")
        if kind in TURNING or kind in BREAKING or character in BLANK:
            raise ValueError(f"holds the invisible character {_told(character)}")
    return text


def _told(character: str) -> str:
    return f"U+{ord(character):04X}"
