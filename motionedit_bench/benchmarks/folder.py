"""A benchmark from a folder in the conventions of the Hugging Face imagefolder."""

import json
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks.base import METADATA, Benchmark, check_id
from motionedit_bench.errors import BenchmarkError
from motionedit_bench.records import Item, Picture

Find = Callable[[str, str], Picture]
"""The picture of a name in ``metadata.jsonl``; the other text says where that stands, for errors."""


def open_folder(folder: Path) -> Benchmark:
    """The benchmark described by ``folder/metadata.jsonl``; images are read when asked for.

    Raises:
        BenchmarkError: a line that is not a JSON object, a missing or wrong field, a duplicate or
            unsafe id, an image that is absent or lies outside the folder; with the line's number.
    """
    metadata = folder / METADATA
    try:
        content = metadata.read_bytes()
    except OSError as error:
        raise BenchmarkError(f"cannot read {metadata}: {error.strerror or error}") from error
    items = read_items(content, str(metadata), lambda name, where: _picture(folder, name, where))
    return Benchmark(name=folder.resolve().name, spec=str(folder.resolve()), items=items)


def read_items(content: bytes, metadata: str, find: Find) -> tuple[Item, ...]:
    """The items that the bytes of ``metadata.jsonl`` describe; ``metadata`` is its name, for errors.

    Raises:
        BenchmarkError: see `open_folder`.
    """
    try:
        lines = TextIOWrapper(BytesIO(content), "utf-8-sig").read().split("\n")  # no other end of a line
    except UnicodeDecodeError as error:
        raise BenchmarkError(f"{metadata} is not UTF-8 text: {error}") from error
    items: list[Item] = []
    first_line: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{metadata}, line {number}"
        item = _item(_object(line, where), find, where)
        if item.id in first_line:
            raise BenchmarkError(f"{where}: id {item.id!r} is already on line {first_line[item.id]}")
        first_line[item.id] = number
        items.append(item)
    return tuple(items)


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise BenchmarkError(f"{where}: not JSON ({error})") from error
    if not isinstance(record, dict):
        raise BenchmarkError(f"{where}: must be a JSON object, but got {type(record).__name__}")
    return record


def _item(record: dict[str, Any], find: Find, where: str) -> Item:
    target = record.get("target_file_name")
    category = record.get("category")
    return Item(
        id=check_id(record.get("id"), where),
        instruction=_text(record, "prompt", where),
        input=find(_text(record, "file_name", where), where),
        target=find(_text(record, "target_file_name", where), where) if target else None,
        category=_text(record, "category", where) if category else None,
    )


def _text(record: dict[str, Any], field: str, where: str) -> str:
    value = record.get(field)
    if not isinstance(value, str) or not value.strip():
        raise BenchmarkError(f"{where}: {field!r} must be a non-empty string, but got {value!r}")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BenchmarkError(f"{where}: {field!r} holds half of a character (a lone surrogate): {value!a}")
    return value


def _picture(folder: Path, name: str, where: str) -> Picture:
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve())
        present = inside and path.is_file()
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"{where}: {name!r} cannot be a file's name ({error})") from error
    if not inside:
        raise BenchmarkError(f"{where}: {name!r} lies outside the benchmark folder")
    if not present:
        raise BenchmarkError(f"{where}: image {name!r} does not exist")
    return Picture(name=str(folder / name), read=path.read_bytes)
