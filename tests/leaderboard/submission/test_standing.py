import json

import pytest

from motionedit_bench.leaderboard.submission.standing import (
    Recorded,
    checked,
    checked_before,
    keep,
    now,
    weakest,
)

ROW = {"model": "m", "item_id": "a", "metric": "mas", "value": 1.0, "standing": "recomputed"}


def record(name="m", hash_="a" * 64, number=1, **more):
    return Recorded(
        format=1,
        model=name,
        hash=hash_,
        number=number,
        word="verified",
        **{"accepted": True, "complete": True, "seed": 0, "notes": ["n"], "findings": 0} | more,
        by="somebody",
        version="0",
        bench="0" * 64,
        utc=now(),
    )


def test_what_is_kept_is_found_again(tmp_path):
    keep(tmp_path, record(), [ROW])
    found = checked(tmp_path, "m", "a" * 64)
    assert (found.accepted, found.record.by, found.record.notes) == (True, "somebody", ["n"])
    assert [json.loads(line) for line in found.scores.read_text().splitlines()] == [ROW]


def test_a_check_outside_of_its_place_is_none(tmp_path):
    folder = keep(tmp_path, record(), [ROW])
    folder.rename(folder.with_name("b" * 64))
    assert checked(tmp_path, "m", "b" * 64) is None
    assert checked(tmp_path, "other", "a" * 64) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', "\x00"])
def test_a_damaged_record_is_none(tmp_path, text):
    folder = keep(tmp_path, record(), [ROW])
    (folder / "check.json").write_text(text)
    assert checked(tmp_path, "m", "a" * 64) is None


def test_a_record_without_rows_is_none(tmp_path):
    (keep(tmp_path, record(), [ROW]) / "scores.jsonl").unlink()
    assert checked(tmp_path, "m", "a" * 64) is None


def test_submissions_are_in_their_order_whatever_their_names(tmp_path):
    for number, letter in ((3, "a"), (1, "c"), (2, "b")):
        keep(tmp_path, record(hash_=letter * 64, number=number), [])
    assert [one.record.hash[0] for one in checked_before(tmp_path, "m")] == ["c", "b", "a"]


def test_a_figure_is_as_good_as_its_weakest_row():
    assert weakest(["recomputed", "reread"]) == "reread"
    assert weakest(["claimed", "recomputed"]) == "claimed"
    assert weakest(["recomputed"]) == "recomputed"
