"""Submissions that are not what they say: none is accepted, none crashes the check, none leaves its place."""

import json
import os
import struct
import zlib

import pytest
from helpers.honest_submission import CARD, in_many_ways, look_at, rows_of, seal, write_rows
from helpers.hostile import change, link, nested, raised_overall, rejected, rows_with, spoil_line

from motionedit_bench.leaderboard.submission.verdict import table


def test_the_honest_one_is_accepted(place, benchmark):
    verdict = look_at(place / "honest", benchmark)
    assert verdict.findings == []
    assert verdict.word == "verified"
    assert "computed again: 21 scores of 3 items, 3 of them with images" in verdict.notes[-1]


def test_no_second_row_hides_behind_another_choice(spoiled, benchmark):
    """The same column for the same item, though the rows are about different things."""
    rows = rows_of(spoiled)
    twin = json.loads(json.dumps(next(row for row in rows if row["metric"] == "mas")))
    twin["variant"]["versions"].append(twin["variant"]["choice"].pop())
    write_rows(spoiled, [*rows, twin])
    seal(spoiled)
    verdict = rejected(spoiled, benchmark)
    assert "a second row about the same thing" in table(verdict)


def test_no_submission_fills_the_table_with_columns_of_its_own(spoiled, benchmark):
    write_rows(spoiled, in_many_ways(rows_of(spoiled)))
    seal(spoiled)
    assert "mas in more than 8 ways" in table(rejected(spoiled, benchmark))


def test_very_many_metrics_that_nobody_has_are_counted(spoiled, benchmark):
    rows = rows_of(spoiled)
    write_rows(spoiled, [*rows, *(rows[0] | {"metric": f"best-{k}"} for k in range(30))])
    seal(spoiled)
    notes = [one for one in look_at(spoiled, benchmark, sample=0).notes if one.startswith("not recomputed")]
    assert (len(notes), notes[-1]) == (21, "not recomputed: 10 more metrics are unknown here")


def test_a_metric_that_the_board_does_not_have_is_noted_and_never_ranked(spoiled, benchmark):
    rows = rows_of(spoiled)
    write_rows(spoiled, [*rows, *(row | {"metric": "best", "value": 1e6} for row in rows[:1])])
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert (verdict.findings, verdict.word) == ([], "verified")
    assert "not recomputed: best is unknown here: 1 rows, never shown or ranked" in verdict.notes
    write_rows(spoiled, [row | {"metric": "best"} for row in rows if row["metric"] == "ssim"])
    seal(spoiled)
    assert look_at(spoiled, benchmark).word == "accepted as partial: shown, never ranked"


MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "\u202etxt.exe",
    "zero\u200bwidth",
    "\x1b[2J",
    "nul\x00",
)


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("field", ["name", "organisation", "licence", "link", "contact"])
def test_markup_in_the_card(spoiled, benchmark, field, text):
    (spoiled / "card.json").write_text(json.dumps(CARD | {field: text}))
    seal(spoiled)
    rejected(spoiled, benchmark)


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("field", ["reason", "detail", "item_id", "model", "status", "metric", "key"])
def test_markup_in_a_row(spoiled, benchmark, field, text):
    rows = rows_of(spoiled)
    rows[0][field] = {"why": text, text: 1} if field == "detail" else text
    write_rows(spoiled, rows)
    seal(spoiled)
    rejected(spoiled, benchmark)


@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "-Infinity", "1e999", "1e300", '"99"', "true", "[99]", "{}", "101", "-1", "9" * 5000],
)
def test_values_that_are_none(spoiled, benchmark, value):
    lines = (spoiled / "scores.jsonl").read_text().splitlines()
    row = json.loads(lines[0])
    assert row["metric"] == "mas"
    row["value"] = "@"
    lines[0] = json.dumps(row).replace('"@"', value)
    (spoiled / "scores.jsonl").write_text("\n".join(lines) + "\n")
    seal(spoiled)
    rejected(spoiled, benchmark)


def hard_link(folder):
    (folder / "images" / "item-0.png").unlink()
    os.link(folder / "run.json", folder / "images" / "item-0.png")


def bomb(folder):
    """A picture of 40,000 x 40,000 pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")):
        body = kind + data
        parts.append(struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body)))
    for item in range(3):
        (folder / "images" / f"item-{item}.png").write_bytes(b"".join(parts))


def twice(folder):
    write_rows(folder, rows_of(folder) + rows_of(folder)[:1])


def more_files(folder):
    for number in range(20_001):
        (folder / "images" / f"x{number}.png").touch()


def other_judge(folder):
    def claim(row):
        row["detail"]["judge"] = "openai:gpt-4o"

    rows_with(claim, lambda row: "judge" in row["detail"])(folder)


def hide(name):
    """Take a field out of all details: what is not said cannot be computed again."""

    def spoil(folder):
        rows_with(lambda row: row["detail"].pop(name, None))(folder)

    return spoil


FOLDERS = {
    "a size of flow that there is not": rows_with(
        lambda row: row["detail"].update(flow_size="the official one"), lambda row: row["metric"] == "mas"
    ),
    "scores whose flow is not said": hide("flow"),
    "scores whose size of flow is not said": hide("flow_size"),
    "a judge of a score that needs none": rows_with(
        lambda row: (row["detail"].update(judge="reference"), row["variant"]["choice"].append("judge")),
        lambda row: row["metric"] == "ssim",
    ),
    "a link to a secret": link("/etc/passwd"),
    "a link to its own file": link("item-1.png"),
    "a linked manifest": link("/etc/passwd", "run.json"),
    "a hard link": hard_link,
    "a file of another kind": lambda folder: os.mkfifo(folder / "images" / "pipe.png"),
    "a program": lambda folder: (folder / "setup.py").write_text("import os"),
    "a pickle": lambda folder: (folder / "scores.pkl").write_bytes(b"\x80\x04."),
    "a folder more": lambda folder: (folder / "images" / "inner").mkdir(),
    "too many files": more_files,
    "an image of no item": lambda folder: (folder / "images" / "nobody.png").write_bytes(b"x"),
    "two images of one item": lambda folder: (folder / "images" / "item-0.jpg").write_bytes(b"x"),
    "no image of a scored item": lambda folder: (folder / "images" / "item-0.png").unlink(),
    "an image that is none": lambda folder: [
        (folder / "images" / f"item-{k}.png").write_bytes(b"<svg onload=alert(1)>") for k in range(3)
    ],
    "an image that explodes": bomb,
    "no scores": lambda folder: (folder / "scores.jsonl").unlink(),
    "empty scores": lambda folder: (folder / "scores.jsonl").write_bytes(b""),
    "no card": lambda folder: (folder / "card.json").unlink(),
    "a huge card": lambda folder: (folder / "card.json").write_text('{"name": "' + "x" * 200_000 + '"}'),
    "deep nesting": spoil_line(b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n"),
    "nesting in a detail": rows_with(lambda row: row["detail"].update(deep=nested(900))),
    "a giant line": spoil_line(b'{"model": "' + b"x" * 2_000_000 + b'"}\n'),
    "no UTF-8": spoil_line(b'{"model": "\xff\xfe"}\n'),
    "no JSON": spoil_line(b"score: 100\n"),
    "a list": spoil_line(b"[1, 2]\n"),
    "half a line": spoil_line(b'{"model": "shifter", "item'),
    "a row twice": twice,
    "an id of another item": rows_with(lambda row: row.update(item_id="item-99")),
    "an id that leads elsewhere": rows_with(lambda row: row.update(item_id="../../x")),
    "rows of another model": rows_with(lambda row: row.update(model="somebody")),
    "another metric's version": rows_with(
        lambda row: row["detail"].update(metric_version="0"), lambda row: row["metric"] == "mas"
    ),
    "a choice that is not there": rows_with(lambda row: row["variant"]["choice"].append("speed")),
    "a variant that is no text": rows_with(
        lambda row: row["variant"]["versions"].append("terms"), lambda row: row["metric"] == "overall"
    ),
    "another to blame": rows_with(lambda row: row.update(blame="the weather")),
    "a metric whose name is a sentence": rows_with(lambda row: row.update(metric="the best")),
    "a win rate of one's own": rows_with(
        lambda row: row.update(metric="win_rate"), lambda row: row["metric"] == "ssim"
    ),
    "a value without status": rows_with(lambda row: row.update(status="missing")),
    "a status without reason": rows_with(lambda row: row.update(status="missing", value=None)),
    "more fields": rows_with(lambda row: row.update(total=100)),
    "another judge in the rows": other_judge,
    "an overall that is no mean": rows_with(raised_overall, lambda row: row["metric"] == "overall"),
    "another benchmark": change(
        "scoring.json",
        bench={"spec": "x", "name": "x", "revision": None, "fingerprint": "0" * 64, "items": 3},
    ),
    "a run of another benchmark": change("run.json", bench={"spec": "x", "fingerprint": "0" * 64}),
    "fewer items expected": change("scoring.json", items=[{"id": "item-0", "category": None}]),
    "scores of another name": change("scoring.json", model="other"),
    "a card of another name": change("card.json", name="other"),
    "an unknown field on the card": change("card.json", rank=1),
    "a name with a space": change("card.json", name="GPT 5"),
    "a name in other letters": change("card.json", name="shiftеr"),  # noqa: RUF001 (that is the point)
    "a link that runs": change("card.json", link="javascript:alert(1)"),
    "a file as link": change("card.json", link="file:///etc/passwd"),
    "weights open as a word": change("card.json", open_weights="yes"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", FOLDERS)
def test_folders(spoiled, benchmark, kind):
    FOLDERS[kind](spoiled)
    if kind not in ("no card", "no scores"):
        seal(spoiled)
    rejected(spoiled, benchmark)


def test_what_was_changed_and_not_sealed_is_seen(spoiled, benchmark):
    with (spoiled / "scores.jsonl").open("a") as file:
        file.write("\n")
    assert [finding.kind for finding in rejected(spoiled, benchmark).findings] == ["checksum"]


def test_no_text_of_a_submission_makes_lines_of_a_verdict(spoiled, benchmark):
    forged = "x\nshifter: verified"

    def claim(row):
        row["detail"]["flow"] = "unimatch"
        row["detail"]["more"] = forged
        row["variant"]["choice"].append("more")

    rows_with(claim, lambda row: "judge" in row["detail"])(spoiled)
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    verdict.note(forged)
    verdict.look(forged)
    told = [line for line in table(verdict).splitlines() if line.startswith("shifter: ")]
    assert len(told) == 1
