"""Whose a submission is."""

import pytest
from helpers.honest_submission import look_at, rows_of, seal, write_rows
from helpers.hostile import change, rejected, rows_with

from motionedit_bench.leaderboard.submission.history import current, first_of, note
from motionedit_bench.leaderboard.submission.identity import skeleton
from motionedit_bench.leaderboard.submission.recording import keep
from motionedit_bench.leaderboard.submission.standing import checked, checked_before
from motionedit_bench.records import digest


def rename(folder, name):
    change("card.json", name=name)(folder)
    change("scoring.json", model=name)(folder)
    rows_with(lambda row: row.update(model=name))(folder)
    seal(folder)


def vary(folder, number):
    """The same submission with other bytes."""
    change("card.json", contact=f"someone{number}@example.org")(folder)
    seal(folder)


def hash_of(folder):
    return digest((folder / "checksums.json").read_bytes())


def lay(board, folder, name="shifter", hash_=None):
    """Put a submission on a board as somebody does who may write there."""
    place = board / "submissions" / name / (hash_ or hash_of(folder))
    place.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(place)
    note(place.parent, "submitted", place.name)
    return place


@pytest.fixture
def board(tmp_path):
    return tmp_path / "own-board"


def kinds(verdict):
    return [finding.kind for finding in verdict.findings]


@pytest.mark.parametrize("name", ["Shifter", "sh1fter", "shift_er", "SHIFTER", "shlfter"])
def test_names_that_can_be_taken_for_one_on_the_board(place, spoiled, benchmark, name):
    assert skeleton(name) == skeleton("shifter")
    rename(spoiled, name)
    assert kinds(rejected(spoiled, benchmark, place / "board")) == ["name", "duplicate"]


def test_a_copy_under_another_name_is_found(place, spoiled, benchmark):
    rename(spoiled, "our-own")
    verdict = rejected(spoiled, benchmark, place / "board")
    assert kinds(verdict) == ["duplicate"]
    assert "21 of 21 scores are those of shifter" in verdict.findings[0].what


def test_a_copy_whose_scores_are_a_hair_off_is_found(place, spoiled, benchmark):
    rename(spoiled, "our-own")
    rows_with(lambda row: row.update(value=row["value"] + 1e-6))(spoiled)
    seal(spoiled)
    assert "duplicate" in kinds(rejected(spoiled, benchmark, place / "board"))


def test_one_that_lies_on_the_board_is_no_duplicate_of_itself(place, benchmark):
    (made,) = (path for path in (place / "board" / "submissions" / "shifter").iterdir() if path.is_dir())
    assert look_at(made, benchmark, place / "board").word == "verified"


def test_the_same_one_again(place, benchmark):
    assert kinds(look_at(place / "honest", benchmark, place / "board", sample=0)) == ["duplicate"]


def test_a_card_in_the_folder_of_another_name_is_found(spoiled, benchmark, board):
    made = lay(board, spoiled, name="zzz")
    found = look_at(made, benchmark, board, sample=0).findings
    assert [(one.kind, one.what) for one in found] == [
        ("name", "the card of shifter lies in the folder of zzz")
    ]
    assert kinds(look_at(made, benchmark, sample=0)) == ["name"]


@pytest.mark.parametrize("hash_", ["0" * 64, "latest"])
def test_a_folder_of_another_hash_is_found(spoiled, benchmark, board, hash_):
    made = lay(board, spoiled, hash_=hash_)
    assert "name" in kinds(look_at(made, benchmark, board, sample=0))


def accept(made, benchmark, board, by):
    verdict = look_at(made, benchmark, board, by=by)
    assert verdict.findings == []
    keep(board, verdict, by)


@pytest.fixture
def second(spoiled, place, benchmark, board, tmp_path):
    """A further submission of a model whose first one is ann's."""
    from shutil import copytree

    accept(lay(board, copytree(spoiled, tmp_path / "first")), benchmark, board, "ann")
    vary(spoiled, 2)
    return lay(board, spoiled)


def test_the_first_submitter_may_replace(second, benchmark, board):
    assert look_at(second, benchmark, board, sample=0, by="ann").findings == []


@pytest.mark.parametrize("by", [None, "bob", "Ann"])
def test_nobody_else_may(second, benchmark, board, by):
    verdict = look_at(second, benchmark, board, sample=0, by=by)
    assert kinds(verdict) == ["owner"]
    assert "submitted by ann" in verdict.findings[0].what


def test_nor_may_whoever_was_let_through_by_mistake(second, benchmark, board):
    """A record of a rejected check gives no right, and the first one's stays."""
    keep(board, look_at(second, benchmark, board, sample=0, by="bob"), "bob")
    assert kinds(look_at(second, benchmark, board, sample=0, by="bob")) == ["owner"]
    assert [one.record.by for one in checked_before(board, "shifter")] == ["ann", "bob"]


def test_who_submitted_is_remembered_when_it_is_checked_again(second, benchmark, board):
    accept(second, benchmark, board, "ann")
    assert look_at(second, benchmark, board, sample=0).findings == []
    keep(board, look_at(second, benchmark, board), None)
    assert checked(board, "shifter", second.name).record.by == "ann"


def test_a_first_submission_that_nobody_checked_binds_as_well(spoiled, place, benchmark, board, tmp_path):
    from shutil import copytree

    first = lay(board, copytree(spoiled, tmp_path / "first"))
    vary(spoiled, 2)
    other = lay(board, spoiled)
    assert first_of(first.parent) == first.name
    verdict = look_at(other, benchmark, board, sample=0, by="bob")
    assert kinds(verdict) == ["owner"]
    assert "no check of its first submission says" in verdict.findings[0].what
    accept(first, benchmark, board, "ann")
    assert look_at(other, benchmark, board, sample=0, by="ann").findings == []


def test_links_and_broken_events_hide_nobody(spoiled, benchmark, board, tmp_path, capsys):
    made = lay(board, spoiled)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (board / "submissions" / "aaa").symlink_to(made.parent)
    broken = board / "submissions" / "bbb"
    broken.mkdir()
    (broken / "status.jsonl").write_text("no JSON\n{}\n")
    linked = board / "submissions" / "ccc"
    linked.mkdir()
    (linked / "status.jsonl").symlink_to(made.parent / "status.jsonl")
    inner = board / "submissions" / "ddd"
    inner.mkdir()
    (inner / made.name).symlink_to(made)
    note(inner, "submitted", made.name)
    odd = board / "submissions" / "\x1b[2Jeee"
    odd.mkdir()
    (odd / "status.jsonl").write_text("no JSON\n{}\n")
    assert current(board) == {"shifter": made}
    assert "bbb is left out" in capsys.readouterr().err


def test_a_broken_neighbour_is_named_and_stops_nothing(spoiled, benchmark, board, tmp_path):
    from shutil import copytree

    other = copytree(spoiled, tmp_path / "other")
    rename(other, "other")
    made = lay(board, other, name="other")
    (made / "scores.jsonl").write_text('{"no": "row"}\n')
    write_rows(spoiled, rows_of(spoiled))
    seal(spoiled)
    verdict = look_at(spoiled, benchmark, board)
    assert verdict.findings == []
    assert "not compared with other: its scores on the board cannot be read" in verdict.notes


def test_a_name_that_was_rejected_takes_nobodys_place(spoiled, benchmark, board, tmp_path):
    from shutil import copytree

    alike = copytree(spoiled, tmp_path / "alike")
    rename(alike, "sh1fter")
    (alike / "images" / "item-0.png").unlink()
    seal(alike)
    verdict = look_at(alike, benchmark, board)
    assert verdict.findings
    keep(board, verdict, "bob")
    assert look_at(spoiled, benchmark, board, by="ann").word == "verified"
