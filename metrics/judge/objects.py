"""The JSON objects in a text, where each stands by itself: none is taken out of what does not parse."""

import json
import re
from collections.abc import Callable
from typing import Any

Pairs = Callable[[list[tuple[str, Any]]], dict[str, Any]]

BEGINNINGS = re.compile(r"\{|\[(?=\s*\{)")
"""Where an object begins, or a list of objects; other brackets are prose."""
BRACES = re.compile(r"[{}\[\]]")
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]', re.DOTALL)
"""Texts in quotes, whose brackets count for nothing, and brackets."""
COMMA = re.compile(r"\s*,")
MOST_BROKEN = 1000
"""After so many places where nothing parses, a text is no answer."""
MEMBER = re.compile(r'"\s*:\s*$')
"""What stands before an object that is part of another one."""


def objects(text: str, pairs: Pairs = dict, constant: Callable[[str], Any] = float) -> tuple[list[Any], bool]:
    """All JSON objects in a text that lie in no other one, and whether the text ends within a broken one.

    What does not parse is passed over as far as it may reach, with all that lies in it: to the bracket
    that closes it, by either reading of its quotes, and to the end of the text where none does.
    ``pairs`` and ``constant`` make objects and NaN; see `json.JSONDecoder`.
    """
    reader = json.JSONDecoder(object_pairs_hook=pairs, parse_constant=constant)
    found: list[Any] = []
    place, broken, failed = 0, False, 0
    while (begin := BEGINNINGS.search(text, place)) is not None:
        start = begin.start()
        try:
            value, place = reader.raw_decode(text, start)
        except (ValueError, RecursionError):
            failed += 1
            if failed > MOST_BROKEN:
                return found, True
            if begin[0] == "[" and not _is_list(reader, text, start):
                place = start + 1
                continue
            broken = True
            place = _end(text, start)
            if place > len(text):
                return found, True
            continue
        if broken and MEMBER.search(text, max(0, start - 100), start):
            return found, True
        found += [one for one in value if isinstance(one, dict)] if isinstance(value, list) else [value]
    return found, False


def _is_list(reader: json.JSONDecoder, text: str, start: int) -> bool:
    """Whether what begins with a bracket is meant as a list: its first object has a comma behind it."""
    try:
        _, end = reader.raw_decode(text, text.index("{", start))
    except (ValueError, RecursionError):
        return False
    return COMMA.match(text, end) is not None


def _end(text: str, start: int) -> int:
    """The place behind what is broken; beyond the text where it has no end."""
    return max(_closed(text, start, BRACES), _closed(text, start, TOKENS))


def _closed(text: str, start: int, tokens: re.Pattern[str]) -> int:
    depth = 0
    for token in tokens.finditer(text, start):
        depth += (token[0] in "{[") - (token[0] in "}]")
        if depth == 0 and token[0] in "}]":
            return token.end()
    return len(text) + 1
