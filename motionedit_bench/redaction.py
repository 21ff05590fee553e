"""Keys and passwords in text that comes from outside, taken out before anything else is done with it."""

import base64
import re
from collections.abc import Iterable

SHORTEST = 4
"""Texts of fewer characters are not taken for secrets: they stand everywhere."""
SHORT = 8
"""Up to so many characters, a secret counts where it is a word of its own."""
RECOGNISED = 0.75
"""From this share of a longer secret on, its beginning counts as well: others cut texts, too."""

CREDENTIALS = re.compile(r"(?<=//)[^/\s@\"'<>\\]{1,500}@")
"""Name and password in an address."""


class Redaction:
    """Replaces secrets in texts by a mark, in whichever of the usual spellings they stand.

    Each character may be as it is, percent-encoded, or a JSON escape; the whole may be base64, alone or
    within longer texts. Names and passwords in addresses go as well.
    """

    def __init__(self, secrets: Iterable[str | None], mark: str = "[key]") -> None:
        self._mark = mark
        known = dict.fromkeys(secret.strip() for secret in secrets if secret)
        spellings = [_spelled(one) for one in known if len(one) >= SHORTEST]
        spellings += [part for one in known if len(one) > SHORT for part in _in_base64(one)]
        self._secrets = re.compile("|".join(spellings)) if spellings else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._secrets is not None:
            text = self._secrets.sub(self._mark, text)
        return CREDENTIALS.sub("[credentials]@", text) if "@" in text else text

    def holds(self, text: str) -> bool:
        """Whether there is a secret in the text."""
        return self(text) != text


def _spelled(secret: str) -> str:
    characters = [_character(one) for one in secret]
    if len(secret) <= SHORT:
        return rf"(?<![A-Za-z0-9])(?:{''.join(characters)})(?![A-Za-z0-9])"
    enough = max(SHORT, round(RECOGNISED * len(secret)))
    rest = ""
    for one in reversed(characters[enough:]):
        rest = f"(?:{one}{rest})?"
    return "".join(characters[:enough]) + rest


def _character(one: str) -> str:
    code = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{ord(one):02x}")
    return (
        rf"(?:{re.escape(one)}|\\+{re.escape(one)}|\\+u00{code}|%(?:25)?{code}|&#x0*{code};|&#0*{ord(one)};)"
    )


def _in_base64(secret: str) -> Iterable[str]:
    """What all base64 texts with the secret in them have in common, by where in it the secret begins."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
        lost = -(-before * 8 // 6)  # characters that hold bits of what stands before
        bits = (before + len(secret.encode())) * 8
        common = whole[lost : bits // 6]
        yield re.escape(common).replace(r"\+", "[+-]").replace("\\/", "[/_]").replace("/", "[/_]")
