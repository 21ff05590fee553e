"""CSV files that people read and write: read strictly, each row with the number of its line."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from motionedit_bench.errors import UsageError

Row = dict[str, str]


def read_rows(path: Path, columns: Sequence[str], needed: int) -> Iterator[tuple[str, Row]]:
    """The rows of a file, each with where it stands in words; of each of ``columns`` the text as it is, or
    none.

    The first ``needed`` columns must be there. Rows are read one by one, so that the first mistake is told.

    Raises:
        UsageError: it cannot be read, lacks a column or has it twice, has a row with more cells than columns,
            or a quote that nothing closes; with the line's number.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        found = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = found
        if missing := [name for name in columns[:needed] if name not in found]:
            raise UsageError(f"{path} has no column {missing[0]!r}: its columns are {', '.join(columns)}")
        if twice := [name for name in columns if found.count(name) > 1]:
            raise UsageError(f"{path} has the column {twice[0]!r} twice; remove one of them")
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            if any(row.pop(None, ())):
                raise UsageError(f"{where}: more cells than columns: put a text with a comma in quotes")
            yield where, {name: row.get(name) or "" for name in columns}
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.reader.line_num}: {error}: see to the quotes") from error


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as the file that `read_rows` reads; ``None`` is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
