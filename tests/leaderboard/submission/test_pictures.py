"""The images of a submission on a board with others."""

import numpy as np
import pytest
from helpers.honest_submission import CARD, look_at, name_images, rows_of, seal, write_rows
from helpers.hostile import change, rows_with
from PIL import Image

from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.history import note
from motionedit_bench.leaderboard.submission.pictures import PICTURES, check_images, of_others
from motionedit_bench.leaderboard.submission.policy import Limits, Policy
from motionedit_bench.leaderboard.submission.recording import keep
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.records import digest


@pytest.fixture
def nearly_the_target(place, spoiled):
    """An honest scoring of the target with one pixel changed."""
    pixels = np.asarray(Image.open(place / "bench" / "target" / "item-1.png")).copy()
    pixels[60, 80] = 255 - pixels[60, 80]
    Image.fromarray(pixels).save(spoiled / "images" / "item-1.png")
    rows = [row for row in rows_of(spoiled) if row["item_id"] != "item-1"]
    write_rows(spoiled, rows)
    seal(spoiled)
    return spoiled


def test_the_target_handed_in_as_an_edit_is_found(place, spoiled, benchmark):
    target = Image.open(place / "bench" / "target" / "item-1.png")
    target.save(spoiled / "images" / "item-1.png", compress_level=1, dpi=(72, 72))
    name_images(spoiled)
    seal(spoiled)
    found = look_at(spoiled, benchmark).findings
    assert [one.where for one in found if "the target's own pixels" in one.what] == ["item-1"]


def test_nearly_the_target_is_for_a_person_to_look_at(nearly_the_target, benchmark):
    verdict = look_at(nearly_the_target, benchmark)
    assert verdict.findings == []
    assert verdict.looks == ["the edit of item-1 is nearly the target"]
    assert (verdict.word, verdict.accepted) == ("to be looked at by a person: not verified", False)
    seen = look_at(nearly_the_target, benchmark, seen=True)
    assert (seen.word, seen.accepted) == ("verified", True)
    assert "seen by a person: the edit of item-1 is nearly the target" in seen.notes


def on_a_board(board, folder, verdict, by="ann"):
    """Put a checked submission on a board."""
    place = board / "submissions" / verdict.model / verdict.hash
    place.parent.mkdir(parents=True)
    folder.rename(place)
    note(place.parent, "submitted", verdict.hash)
    keep(board, verdict, by)


def test_another_models_edits_in_another_encoding_are_for_a_person_to_look_at(
    place, spoiled, benchmark, tmp_path
):
    board = tmp_path / "board"
    honest = tmp_path / "copy"
    spoiled.rename(honest)
    on_a_board(board, honest, look_at(honest, benchmark))
    (there,) = (board / "submissions" / "shifter").glob("*/")
    ours = tmp_path / "ours"
    for part in ("", "images"):
        (ours / part).mkdir(exist_ok=True)
    for path in there.glob("*.json*"):
        (ours / path.name).write_bytes(path.read_bytes())
    for path in (there / "images").iterdir():
        pixels = np.roll(np.asarray(Image.open(path)), 1, 1)
        Image.fromarray(pixels).save(ours / "images" / path.name)
    (ours / "card.json").unlink()
    (ours / "card.json").write_text(str(CARD | {"name": "other"}).replace("'", '"').replace("True", "true"))
    change("scoring.json", model="other")(ours)
    rows_with(lambda row: row.update(model="other", value=None, status="failed", reason="none"))(ours)
    name_images(ours)
    seal(ours)
    verdict = look_at(ours, benchmark, board)
    assert verdict.findings == []
    assert verdict.looks == [f"the edit of item-{k} is nearly that of shifter" for k in range(3)]
    assert not verdict.accepted
    keep(board, verdict, "bob")
    kept = checked(board, "other", verdict.hash)
    assert (kept.accepted, kept.scores.read_text()) == (False, "")


def test_a_picture_of_more_pixels_than_the_board_takes_is_found(place, benchmark):
    policy = Policy(limits=Limits(pixels=160 * 120 - 1))
    found = look_at(place / "honest", benchmark, policy=policy).findings
    assert {one.kind for one in found} == {"image"}
    assert look_at(place / "honest", benchmark, policy=Policy(limits=Limits(pixels=160 * 120))).accepted


def test_rows_of_another_image_are_found(place, benchmark):
    rows = rows_of(place / "honest")
    with open_contents(place / "honest", Bounds(3)) as contents:
        ours = digest(contents.read("images/item-0.png"))
        for said, kinds in ((ours, []), (None, []), ("", []), ("0" * 64, ["image"])):
            verdict = Verdict()
            check_images(contents, benchmark, [row | {"image": said} for row in rows[:1]], verdict)
            assert rows[0]["item_id"] == "item-0"
            assert [one.kind for one in verdict.findings] == kinds


@pytest.mark.parametrize(
    "content", [b"", b"version https://git-lfs.example/spec/v1\n", b"PK\x03\x04" + b"\0" * 99]
)
def test_damaged_pictures_of_one_on_the_board_end_no_check_of_another(tmp_path, content):
    hash_ = "a" * 64
    (tmp_path / "submissions" / "other" / hash_).mkdir(parents=True)
    note(tmp_path / "submissions" / "other", "submitted", hash_)
    place = tmp_path / "checks" / "other" / hash_
    place.mkdir(parents=True)
    (place / PICTURES).write_bytes(content)
    verdict = Verdict()
    assert of_others(tmp_path, "mine", verdict) == {}
    assert verdict.notes == ["not compared with other: its pictures on the board cannot be read"]
