"""From bytes that may be hostile to values of the form that was asked for, or to findings."""

import json
from collections.abc import Iterator
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.bounds import LONGEST_LINE
from motionedit_bench.leaderboard.submission.reading import Contents
from motionedit_bench.leaderboard.submission.verdict import MOST_FINDINGS, Verdict
from motionedit_bench.texts import plain


def parse(content: bytes) -> Any:
    """A JSON value that every reader reads alike.

    Raises:
        ValueError: it is none: not UTF-8, a mark at the beginning, no finite number, a name twice in one
            object, values too deep in each other, or a text that no page may show.
    """
    value = orjson.loads(content)
    for text in form.texts_in(value):
        if len(text) > form.LONGEST_TEXT:
            raise ValueError(f"a text of {len(text)} characters")
        plain(text)
    json.loads(content, object_pairs_hook=_without_twins)
    return value


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object: readers differ in which one counts")
    return found


def validated(content: bytes, kind: type[BaseModel], where: str, verdict: Verdict) -> Any:
    """The content as that model; ``None`` where it is none, which is found."""
    try:
        return kind.model_validate(parse(content))
    except ValidationError as error:
        first = error.errors()[0]
        verdict.find("schema", where, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except ValueError as error:
        verdict.find("schema", where, error)
    return None


def read_model(contents: Contents, name: str, kind: type[BaseModel], verdict: Verdict) -> Any:
    """One file as that model; ``None`` where it is none, which is found."""
    return validated(contents.read(name), kind, name, verdict)


def lines(contents: Contents, name: str, most: int, verdict: Verdict) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that hold something, by number; none where there are more than ``most``."""
    content = contents.read(name)
    count = content.count(b"\n")
    if count > most:
        verdict.find("schema", name, f"{count} lines, more than the {most} allowed")
        return
    for number, line in enumerate(content.split(b"\n"), start=1):
        if len(verdict.findings) > MOST_FINDINGS:
            return
        if len(line) > LONGEST_LINE:
            verdict.find("schema", f"{name}, line {number}", f"{len(line)} bytes")
        elif line.strip():
            yield number, line
