"""What is wrong with one submission on a board is named, and is nobody else's affair."""

import json
import shutil

import pytest
from helpers.honest_submission import in_many_ways, rows_of, write_rows
from helpers.mixed_board import of

from motionedit_bench.leaderboard.board import load


def broken_row(**change):
    def spoil(place):
        lines = rows_of(place)
        lines[0] |= change
        (place / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    return spoil


def write(name, content):
    return lambda place: (place / name).write_bytes(content)


def link(name, to):
    def spoil(place):
        (place / name).unlink(missing_ok=True)
        (place / name).symlink_to(to)

    return spoil


def named(name, **bench):
    def spoil(place):
        about = json.loads((place / name).read_text())
        about["bench"] |= bench
        (place / name).write_text(json.dumps(about))

    return spoil


BROKEN = {
    "no scoring": lambda place: (place / "scoring.json").unlink(),
    "no JSON": write("scoring.json", b"{"),
    "a list": write("scoring.json", b"[]"),
    "deep": write("scoring.json", b"[" * 100_000),
    "another benchmark": named("scoring.json", fingerprint="1" * 64),
    "bytes": write("scores.jsonl", b"\xff\xfe\x00\n"),
    "no rows of their form": write("scores.jsonl", b"{}\n"),
    "a number for a line": write("scores.jsonl", b"7\n"),
    "NaN": write("scores.jsonl", b'{"value": NaN}\n'),
    "a text for a value": broken_row(value="99"),
    "above the bounds": broken_row(value=1e6),
    "ok without a value": broken_row(value=None),
    "a value without ok": broken_row(status="missing", reason="x"),
    "an unknown status": broken_row(status="best"),
    "a list for a detail": broken_row(detail=[]),
    "a variant of nothing": broken_row(variant={"choice": ["nothing"], "versions": []}),
    "a link to another's scores": link("scores.jsonl", "../../first/scores.jsonl"),
    "a link to a device": link("scores.jsonl", "/dev/zero"),
    "a foreign file": write("run.sh", b"#!"),
    "a column for each row": lambda place: write_rows(place, in_many_ways(rows_of(place))),
    "no rows": write("scores.jsonl", b"\n"),
    "more bytes than items need": lambda place: (place / "scores.jsonl").write_bytes(b" " * 7_000_000),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_broken_submission_is_left_out_by_name_and_breaks_nobody_elses_row(board, mebench, spoil):
    spoil(of(board, "claimer"))
    status, out, err = mebench("leaderboard", board, "--format", "csv")
    assert status == 0
    assert [line.split(",")[1] for line in out.splitlines()[1:]] == [
        *("first", "second", "third", "in-part", "partly", "best-alone", "refused")
    ]
    assert "mebench: left out: the submission of claimer: " in err
    assert "Traceback" not in err


def test_a_manifest_that_cannot_be_read_tells_nothing(board):
    (of(board, "claimer") / "run.json").write_bytes(b"[" * 100_000)
    assert next(row for row in load(board).rows if row.model == "claimer").errata == ()


def test_damage_to_a_boards_own_record_is_named_too(board, mebench):
    path = board / "checks" / "first" / of(board, "first").name / "scores.jsonl"
    path.write_text("{}\n{}\n")
    status, out, err = mebench("leaderboard", board, "--format", "csv")
    assert (status, "first" in out) == (0, False)
    assert "left out: the submission of first: " in err


def test_events_that_cannot_be_read_are_one_models_own(board, mebench):
    (board / "submissions" / "second" / "status.jsonl").write_text("{\n{\n")
    status, out, err = mebench("leaderboard", board, "--format", "csv")
    assert (status, "second" in out, "first" in out) == (0, False, True)
    assert "second is left out" in err


def test_a_board_of_nothing_that_can_be_read_is_one_line(board, mebench):
    for model in (board / "submissions").iterdir():
        if model.name != "claimer":
            shutil.rmtree(model)
    (of(board, "claimer") / "scores.jsonl").write_text("{}")
    status, out, err = mebench("leaderboard", board)
    assert (status, out) == (2, "")
    assert "no submission" in err.splitlines()[-1]


def test_what_a_submitter_says_of_a_flow_is_not_the_boards_word(board):
    """A judge's row that was read again is its submitter's, with all else that it says."""
    place = of(board, "first")
    path = board / "checks" / "first" / place.name / "scores.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    judged = next(row for row in rows if row["standing"] == "reread")
    judged["detail"] |= {"flow": "dis", "flow_trust": 0.0}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert load(board).sights == ()
    own = next(row for row in rows if row["standing"] == "recomputed" and row["metric"] == "mas")
    own["detail"] |= {"flow_trust": 0.75}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (seen,) = load(board).sights
    assert seen.trusts == {own["item_id"]: 0.75}
