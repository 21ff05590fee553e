"""What a user gets wrong is told before any work, and nothing is written."""

import pytest


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("", "--out", "bench"), "it is empty"),
        (("a.mp4", "--out", ""), "it is empty"),
        (("a.mp4", "--out", "bench", "--judge", ""), "unknown judge ''"),
        (("a.mp4", "--out", "bench", "--not-in", ""), "neither metadata.jsonl"),
        (("a.mp4", "--out", "bench", "--flow", ""), "unknown flow ''"),
    ],
)
def test_what_is_empty_is_a_mistake(mebench, tmp_path, monkeypatch, asked, said):
    monkeypatch.chdir(tmp_path)
    status, _, err = mebench("mine", *asked)
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert said in err


def test_a_mistake_in_what_lies_there_is_told_before_the_work(mebench, tmp_path):
    (tmp_path / "bench" / "mine").mkdir(parents=True)
    (tmp_path / "bench" / "instructions.csv").write_text("id,text\na,b\n")
    status, _, err = mebench("mine", "none.mp4", "--out", tmp_path / "bench")
    assert (status, "no column 'prompt'" in err) == (2, True)
    assert list((tmp_path / "bench" / "mine").iterdir()) == []
