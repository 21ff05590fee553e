"""Which column of a data set holds which field of an item, and what its cells hold."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.errors import BenchmarkError, UsageError

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "prompt": ("prompt", "instruction", "edit_prompt", "edit_instruction"),
    "input": ("input_image", "source_image", "input", "image", "original_image"),
    "target": ("target_image", "edited_image", "output_image", "target", "gt_image", "ground_truth"),
    "category": ("category", "motion_type", "type", "task"),
    "video": ("video", "video_id", "source_video"),
}
"""Each field's column names."""

REQUIRED = ("id", "prompt", "input")
NEVER_GUESSED = ("prompt", "input", "target")
"""Fields of which two columns are a question to the user: another choice would give other scores."""


def parse_choice(text: str) -> dict[str, str]:
    """A user's choice of columns, ``FIELD=COLUMN,...``.

    >>> parse_choice("target=edited_image,input=src_img")
    {'target': 'edited_image', 'input': 'src_img'}

    Raises:
        UsageError: it is of another form, or names another field.
    """
    chosen = {}
    for part in text.split(","):
        field, _, column = part.partition("=")
        if field not in COLUMNS or not column or field in chosen:
            raise UsageError(
                f"a choice of columns is FIELD=COLUMN,... with each of {', '.join(COLUMNS)} at most once, "
                f"but got {text!r}"
            )
        chosen[field] = column
    return chosen


def match_columns(found: Sequence[str], name: str, chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which of the found columns holds which field: the one chosen, else the one with a name of that field.

    >>> match_columns(["id", "instruction", "input_image"], "toy")
    {'id': 'id', 'prompt': 'instruction', 'input': 'input_image'}

    Raises:
        BenchmarkError: a field that is needed has no column, one that decides scores has several, or
            the chosen column is not there.
    """
    there = ", ".join(found) or "none"
    matched = {}
    for field, names in COLUMNS.items():
        own = (chosen or {}).get(field)
        if own is not None and own not in found:
            raise BenchmarkError(
                f"data set {name} has no column {own!r}, chosen for {field!r}; found {there}"
            )
        fitting = [own] if own is not None else [column for column in names if column in found]
        if len(fitting) > 1 and field in NEVER_GUESSED:
            raise BenchmarkError(
                f"data set {name} has several columns for {field!r} ({', '.join(fitting)}): "
                f"say which with --bench '{name}#{field}={fitting[0]}'"
            )
        if fitting:
            matched[field] = fitting[0]
        elif field in REQUIRED:
            raise BenchmarkError(
                f"data set {name} has no column for {field!r}: looked for {', '.join(names)}; found {there}. "
                f"Say which it is with --bench '{name}#{field}=COLUMN'"
            )
    return matched


def have_pictures(rows: Any, column: str, name: str) -> list[bool]:
    """Which rows have a picture in that column; none is read.

    Raises:
        BenchmarkError: cells of its type hold no pictures.
    """
    import pyarrow as arrow
    from pyarrow import compute

    cells = rows.data.column(column)
    parts = [cells]
    if arrow.types.is_struct(cells.type):
        names = {cells.type.field(place).name for place in range(cells.type.num_fields)}
        parts = [compute.struct_field(cells, part) for part in ("bytes", "path") if part in names]
    if not parts or not all(_holds_bytes(part.type) for part in parts):
        raise BenchmarkError(f"data set {name}: column {column!r} holds no images, but {cells.type}")
    full = [part for part in parts if not arrow.types.is_null(part.type)]
    lengths = [compute.fill_null(compute.binary_length(part), 0).to_pylist() for part in full]
    return [any(own) for own in zip(*lengths, strict=True)] or [False] * len(rows)


def _holds_bytes(kind: Any) -> bool:
    from pyarrow import types

    tests = (types.is_string, types.is_large_string, types.is_null, types.is_binary, types.is_large_binary)
    return any(test(kind) for test in tests)


def content(cell: Any, places: Sequence[Path], label: str) -> bytes:
    """The encoded picture in a cell: its bytes, or the file that it names, if that lies in one of the places.

    Raises:
        BenchmarkError: it holds none, or names a file elsewhere.
        OSError: the file cannot be read.
    """
    held = cell.get("bytes") or cell.get("path") if isinstance(cell, dict) else cell
    if isinstance(held, bytes) and held:
        return held
    if not isinstance(held, str) or not held:
        raise BenchmarkError(f"{label}: the column holds no image, but {type(cell).__name__}")
    for place in places:
        path = (place / held).resolve()
        if path.is_relative_to(place.resolve()):
            return path.read_bytes()
    raise BenchmarkError(f"{label}: the column names a file outside the data set, {held!r}")


def categories(rows: Any, column: str | None) -> list[str | None]:
    """Each row's category as text: names of classes, lists with commas, ``None`` where there is none."""
    if column is None:
        return [None] * len(rows)
    names = _class_names(rows.features[column])
    return [_as_text(value, names) for value in rows[column]]


def videos(rows: Any, column: str | None) -> list[str | None]:
    """Each row's source video as text: a name, a whole number, or the field ``video`` of an object."""
    if column is None:
        return [None] * len(rows)
    cells = (cell.get("video") if isinstance(cell, dict) else cell for cell in rows[column])
    return [str(cell) if isinstance(cell, str | int) and cell != "" else None for cell in cells]


def _class_names(feature: Any) -> Sequence[str] | None:
    """The names that whole numbers of a column stand for, alone or in lists."""
    while feature is not None and not hasattr(feature, "names"):
        feature = feature[0] if isinstance(feature, list) else getattr(feature, "feature", None)
    names: Sequence[str] | None = getattr(feature, "names", None)
    return names


def _as_text(value: Any, names: Sequence[str] | None) -> str | None:
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (_as_text(one, names) for one in value))) or None
    if names is not None and isinstance(value, int):
        return names[value] if 0 <= value < len(names) else None
    return str(value).strip() or None if value is not None else None
