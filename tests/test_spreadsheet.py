"""What a CSV file says is read as it is, or refused with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motionedit_bench.errors import UsageError
from motionedit_bench.spreadsheet import as_csv, read_rows

COLUMNS = ("id", "name", "note")

TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4))
def test_what_is_written_is_what_is_read_spaces_and_line_ends_too(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    path.write_bytes(as_csv(COLUMNS, rows))
    assert [tuple(row.values()) for _, row in read_rows(path, COLUMNS, needed=3)] == rows


def test_a_name_keeps_its_space_and_an_absent_column_is_empty(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b'\xef\xbb\xbfother,id,name\r\n1, a,"b\r\n "\r\n\r\n2,c\r\n')
    assert list(read_rows(path, COLUMNS, needed=2)) == [
        (f"{path}, line 3", {"id": " a", "name": "b\r\n ", "note": ""}),
        (f"{path}, line 5", {"id": "c", "name": "", "note": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"id\n", "has no column 'name': its columns are id, name, note"),
        (b"", "has no column 'id'"),
        (b"id,name\na,b,c\n", "line 2: more cells than columns"),
        (b'id,name\na,"b\n', "line 2: unexpected end of data: see to the quotes"),
        (b"\xff\xfe\x00", "cannot read"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_line(tmp_path, content, why):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=why):
        list(read_rows(path, COLUMNS, needed=2))
    with pytest.raises(UsageError, match="cannot read"):
        list(read_rows(tmp_path / "absent.csv", COLUMNS, needed=2))
