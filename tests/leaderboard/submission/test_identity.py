"""Whose a submission is."""

import pytest
from helpers.honest_submission import look_at, seal
from helpers.hostile import change, rejected, rows_with

from motionedit_bench.leaderboard.submission.identity import skeleton


@pytest.mark.parametrize("name", ["Shifter", "sh1fter", "shift_er", "SHIFTER", "shlfter"])
def test_names_that_can_be_taken_for_one_on_the_board(place, spoiled, benchmark, name):
    assert skeleton(name) == skeleton("shifter")
    change("card.json", name=name)(spoiled)
    change("scoring.json", model=name)(spoiled)
    rows_with(lambda row: row.update(model=name))(spoiled)
    seal(spoiled)
    verdict = rejected(spoiled, benchmark, place / "board")
    assert [finding.kind for finding in verdict.findings] == ["name", "duplicate"]


def test_a_copy_under_another_name_is_found(place, spoiled, benchmark):
    change("card.json", name="our-own")(spoiled)
    change("scoring.json", model="our-own")(spoiled)
    rows_with(lambda row: row.update(model="our-own"))(spoiled)
    seal(spoiled)
    verdict = rejected(spoiled, benchmark, place / "board")
    assert [finding.kind for finding in verdict.findings] == ["duplicate"]
    assert "21 of 21 scores are those of shifter" in verdict.findings[0].what


def test_one_that_lies_on_the_board_is_no_duplicate_of_itself(place, benchmark):
    (made,) = (path for path in (place / "board" / "submissions" / "shifter").iterdir() if path.is_dir())
    assert look_at(made, benchmark, place / "board").word == "verified"


def test_the_same_one_again(place, benchmark):
    verdict = look_at(place / "honest", benchmark, place / "board", sample=0)
    assert [finding.kind for finding in verdict.findings] == ["duplicate"]
