"""A benchmark from a folder in the conventions of the Hugging Face imagefolder."""

import json
import os
from array import array
from codecs import BOM_UTF8
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import Any, Protocol

from motionedit_bench.benchmarks.base import METADATA, Benchmark, check_id
from motionedit_bench.benchmarks.items import Items
from motionedit_bench.errors import BenchmarkError
from motionedit_bench.files import read_json
from motionedit_bench.records import Item, Picture


class Pictures(Protocol):
    """The pictures beside a ``metadata.jsonl``, wherever these are."""

    def named(self, name: str) -> Picture:
        """The picture of that name, which is not looked for."""

    def check(self, name: str, where: str) -> None:
        """Make sure that there is a file of that name; ``where`` says which line names it.

        Raises:
            BenchmarkError: there is none, or not in the benchmark's folder.
        """


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
    pictures = _InFolder(folder)
    return Benchmark(pictures.root.name, str(pictures.root), read_items(content, str(metadata), pictures))


def read_items(content: bytes, metadata: str, pictures: Pictures) -> Items:
    """The items that the bytes of ``metadata.jsonl`` describe; ``metadata`` is its name, for errors.

    Raises:
        BenchmarkError: see `open_folder`.
    """
    content = content.removeprefix(BOM_UTF8)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def make(place: int) -> Item:
        end = content.find(b"\n", starts[place])
        line = content[starts[place] : end if end >= 0 else len(content)]
        return _item(pictures, json.loads(line.decode()), metadata)

    starts = array("q")
    seen: set[str] = set()
    end = 0
    for number, line in enumerate(BytesIO(content), start=1):
        end += len(line)
        where = f"{metadata}, line {number}"
        text = _text_of(line, where)
        if not text.strip():
            continue
        record = _object(text, where)
        item = _item(pictures, record, where)
        for field in ("file_name", "target_file_name") if item.target else ("file_name",):
            pictures.check(record[field], where)
        if item.id.lower() in seen:
            found = (make(place).id for place in range(len(starts)))
            first, other = next(pair for pair in enumerate(found) if pair[1].lower() == item.id.lower())
            earlier = content.count(b"\n", 0, starts[first]) + 1
            told = "is already" if other == item.id else f"is {other!r} on some disks, which is"
            raise BenchmarkError(f"{where}: id {item.id!r} {told} on line {earlier}")
        seen.add(item.id.lower())
        starts.append(end - len(line))
    seen.clear()  # its place is needed for what comes next

    return Items(make, range(len(starts)))


def _text_of(line: bytes, where: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise BenchmarkError(f"{where}: not UTF-8 text: {error}") from error


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        record = read_json(line)
    except ValueError as error:
        raise BenchmarkError(f"{where}: not JSON ({error})") from error
    if not isinstance(record, dict):
        raise BenchmarkError(f"{where}: must be a JSON object, but got {type(record).__name__}")
    return record


def _item(pictures: Pictures, record: dict[str, Any], where: str) -> Item:
    target = record.get("target_file_name")
    category = record.get("category")
    return Item(
        id=check_id(record.get("id"), where),
        instruction=_text(record, "prompt", where),
        input=pictures.named(_text(record, "file_name", where)),
        target=pictures.named(_text(record, "target_file_name", where)) if target else None,
        category=_text(record, "category", where) if category else None,
        video=_video(record, where),
    )


def _video(record: dict[str, Any], where: str) -> str | None:
    """The source video: ``video``, or that of ``source``; ``None`` where neither names one."""
    source = record.get("source")
    holder = record if record.get("video") else source if isinstance(source, dict) else {}
    return _text(holder, "video", where) if holder.get("video") else None


def _text(record: dict[str, Any], field: str, where: str) -> str:
    value = record.get(field)
    if not isinstance(value, str) or not value.strip():
        raise BenchmarkError(f"{where}: {field!r} must be a non-empty string, but got {value!r}")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BenchmarkError(f"{where}: {field!r} holds half of a character (a lone surrogate): {value!a}")
    return value


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class _InFolder:
    """The pictures in a benchmark's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.resolve()
        self._inside: set[str] = set()

    def named(self, name: str) -> Picture:
        return Picture(os.path.join(self.folder, name), partial(_content, os.path.join(self.root, name)))

    def check(self, name: str, where: str) -> None:
        """Make sure that a file of that name is there, and lies in the folder wherever links lead.

        Raises:
            BenchmarkError: it does not.
        """
        place = os.path.dirname(name)
        with suppress(OSError, ValueError):
            if place in self._inside and S_ISREG(os.lstat(os.path.join(self.root, name)).st_mode):
                return
        try:
            path = (self.root / name).resolve()
            inside = path.is_relative_to(self.root)
            present = inside and path.is_file()
        except (OSError, ValueError) as error:
            raise BenchmarkError(f"{where}: {name!r} cannot be a file's name ({error})") from error
        if not inside:
            raise BenchmarkError(f"{where}: {name!r} lies outside the benchmark folder")
        if not present:
            raise BenchmarkError(f"{where}: image {name!r} does not exist")
        if (self.root / place).resolve().is_relative_to(self.root):
            self._inside.add(place)
