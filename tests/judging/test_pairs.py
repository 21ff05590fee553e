import pytest

from motionedit_bench.errors import UsageError
from motionedit_bench.judging.pairs import read_pairs, write_pairs

HEAD = "id,prompt,input,a,b,preferred,category,annotators\n"
LINE = "1,Move it.,x.png,x.png,x.png,a,pose,3\n"


@pytest.fixture
def written(tmp_path):
    (tmp_path / "x.png").write_bytes(b"")

    def write(text):
        path = tmp_path / "pairs.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_pairs_are_read_as_they_were_written(written, tmp_path):
    found = read_pairs(written(HEAD + LINE + '2,"Turn, then go.",x.png,x.png,x.png,tie,,\n'))
    assert [(one.id, one.prompt, one.preferred, one.category, one.annotators) for one in found] == [
        ("1", "Move it.", "a", "pose", 3),
        ("2", "Turn, then go.", "tie", "", None),
    ]
    assert found[0].input == tmp_path / "x.png"
    assert write_pairs(found, tmp_path / "again.csv") == 2
    assert read_pairs(tmp_path / "again.csv") == found


def test_further_columns_may_be_absent(written):
    (pair,) = read_pairs(written("id,prompt,input,a,b,preferred\n1,Move it.,x.png,x.png,x.png,b\n"))
    assert (pair.category, pair.annotators) == ("", None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("id,prompt,input,a,b\n", "no column 'preferred'"),
        (HEAD, "holds no pair"),
        (HEAD + LINE + LINE, "line 3: the id 1 stands twice"),
        (HEAD + LINE.replace(",a,pose", ",A,pose"), "one of a, b, tie, but got 'A'"),
        (HEAD + LINE.replace("x.png,a", "y.png,a"), "line 2: there is no file"),
        (HEAD + LINE.replace("Move it.", ""), "line 2: prompt is empty"),
        (HEAD + LINE.replace(",3", ",three"), "annotators must be a whole number"),
    ],
)
def test_what_is_no_pair_is_told_with_its_line(written, text, why):
    with pytest.raises(UsageError, match=why):
        read_pairs(written(text))


def test_what_cannot_be_read_is_told(tmp_path):
    (tmp_path / "pairs.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot read"):
        read_pairs(tmp_path / "pairs.csv")


def test_a_file_of_pairs_is_there_when_it_is_whole(written, tmp_path):
    found = read_pairs(written(HEAD + LINE))

    def broken():
        yield from found
        raise ValueError("the second one is broken")

    with pytest.raises(ValueError, match="broken"):
        write_pairs(broken(), tmp_path / "again.csv")
    assert not (tmp_path / "again.csv").exists()
