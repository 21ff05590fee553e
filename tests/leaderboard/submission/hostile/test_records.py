"""What a check has refused stays refused, and takes the place of nothing that was accepted."""

import json

import pytest
from helpers.honest_submission import CARD

from motionedit_bench.leaderboard.submission.history import current, note
from motionedit_bench.leaderboard.submission.recording import keep
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.leaderboard.submission.verdict import Verdict

FIRST, SECOND = "1" * 64, "2" * 64


@pytest.fixture
def board(tmp_path):
    """A board with two submissions of one model, not checked yet."""
    for name in (FIRST, SECOND):
        folder = tmp_path / "submissions" / "mover" / name
        folder.mkdir(parents=True)
        (folder / "card.json").write_text(json.dumps(CARD))
        note(folder.parent, "submitted", name)
    return tmp_path


def verdict(model="?", hash_="", wrong=False):
    found = Verdict(model=model, hash=hash_, bench="b" * 64, rows=[{"standing": "recomputed"}])
    if wrong:
        found.find("unreadable", "the submission", "damaged")
    return found


def place(board, name):
    return board / "submissions" / "mover" / name


def test_the_last_accepted_one_counts(board):
    assert current(board)["mover"].name == SECOND
    keep(board, verdict("mover", FIRST), "lab", place(board, FIRST))
    assert current(board)["mover"].name == FIRST
    keep(board, verdict("mover", SECOND, wrong=True), "lab", place(board, SECOND))
    assert current(board)["mover"].name == FIRST
    keep(board, verdict("mover", SECOND), "lab", place(board, SECOND))
    assert current(board)["mover"].name == SECOND


def test_what_was_withdrawn_does_not_come_back(board):
    keep(board, verdict("mover", FIRST), "lab", place(board, FIRST))
    note(board / "submissions" / "mover", "withdrawn", FIRST)
    assert current(board) == {}
    note(board / "submissions" / "mover", "submitted", SECOND)
    assert current(board)["mover"].name == SECOND


@pytest.mark.parametrize(
    "later", [verdict(wrong=True), verdict("?", SECOND, wrong=True), verdict("shifter", SECOND, wrong=True)]
)
def test_a_record_that_was_there_before_does_not_outlive_a_rejection(board, later):
    """Whether the check could read a name or not, or has read another model's."""
    keep(board, verdict("mover", SECOND), None, place(board, SECOND))
    assert checked(board, "mover", SECOND).accepted
    keep(board, later, None, place(board, SECOND))
    assert not checked(board, "mover", SECOND).accepted
    assert not (board / "checks" / "shifter").exists()


def test_a_check_beyond_its_limits_is_a_rejection_on_record(board):
    keep(board, verdict("mover", SECOND), None, place(board, SECOND))
    keep(board, Verdict(outside="it took more than 60 seconds"), None, place(board, SECOND))
    assert not checked(board, "mover", SECOND).accepted


def test_what_lies_elsewhere_is_recorded_by_its_card_or_not_at_all(board, tmp_path):
    archive = tmp_path / "mover.zip"
    assert keep(board, verdict(wrong=True), None, archive) is None
    assert keep(board, verdict("mover", "3" * 64, wrong=True), None, archive).name == "3" * 64
    assert not checked(board, "mover", "3" * 64).accepted
