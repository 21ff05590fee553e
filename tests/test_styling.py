"""What stands out on a terminal: the best, what is amiss, what is ready; nowhere else, and never alone."""

from dataclasses import replace

import pytest
from click import unstyle
from helpers.scored_models import FIVE, write_model
from helpers.terminal import as_printed

from motionedit_bench import styling
from motionedit_bench.cli import doctor
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.render import FORMATS, View, render
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.listing import table

BENCH = {"name": "toy", "revision": None, "fingerprint": "0123456789abcdef" * 4, "items": 4}
MAS, LPIPS = Column("mas"), Column("lpips")
STYLED = View(styled=True)


def whole(mean):
    return Summary(mean, (mean, mean), 4, 4, mean, {"ok": 4})


def board(*rows):
    found = (Row(str(n), "measured", dict(zip((MAS, LPIPS), row, strict=True))) for n, row in enumerate(rows))
    return Board(BENCH, (MAS, LPIPS), tuple(found), headline=(MAS, LPIPS))


def strong(text):
    return [part.partition("[0m")[0].split()[0] for part in text.split("\x1b[1m")[1:]]


@pytest.mark.parametrize("wide", [False, True])
def test_the_best_of_each_column_is_strong_whichever_way_is_better(wide):
    found = board((whole(50.0), whole(0.5)), (whole(60.0), whole(0.7)), (whole(59.999), whole(0.6)))
    text = render(found, "plain", view=View(styled=True, wide=wide))
    assert strong(text) == ["0.5000", "60.00", "60.00"]  # those that read the same are both the best
    assert unstyle(text) == render(found, "plain", view=View(wide=wide))


def test_a_part_a_claim_and_one_alone_are_never_the_best():
    part = Summary(90.0, None, 3, 4, 70.0, {"ok": 3, "missing": 1})
    claim = replace(whole(95.0), standing="claimed")
    rows = [(whole(50.0), whole(0.5)), (part, whole(0.5)), (claim, whole(0.5)), (whole(40.0), whole(0.5))]
    assert strong(render(board(*rows), "plain", view=STYLED))[0] == "50.00"
    assert strong(render(board(rows[0]), "plain", view=STYLED)) == []


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "plain"])
def test_no_other_format_has_styles(form):
    assert "\x1b" not in render(board((whole(1.0), whole(1.0)), (whole(2.0), whole(2.0))), form, view=STYLED)


def test_on_a_terminal_unless_the_user_says_otherwise(tmp_path, mebench, monkeypatch):
    for model, value in (("a", 10.0), ("b", 20.0)):
        write_model(tmp_path, model, dict.fromkeys(FIVE, value))
    assert strong("\n".join(as_printed(80, "leaderboard", tmp_path))) == ["20.00"]
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "\x1b" not in mebench("leaderboard", tmp_path)[1]
    assert "\x1b" not in mebench("leaderboard", tmp_path / "absent")[2]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert strong(mebench("leaderboard", tmp_path)[1]) == ["20.00"]
    assert mebench("leaderboard", tmp_path / "absent")[2].startswith("\x1b[31m\x1b[1mmebench:")


def test_no_color_wins_and_a_dumb_terminal_has_none():
    assert styling.wanted({"NO_COLOR": "1", "FORCE_COLOR": "1"}) is False
    assert styling.wanted({"FORCE_COLOR": "1", "TERM": "dumb"}) is True
    assert styling.wanted({"TERM": "dumb"}) is False
    assert styling.wanted({"NO_COLOR": "", "FORCE_COLOR": ""}) is None


def test_adapters_that_are_ready_stand_out_and_the_table_stays_as_wide():
    text = table("adapters")
    assert "\x1b[32mready\x1b[0m" in text
    assert max(len(unstyle(line)) for line in text.splitlines()) <= 80


@pytest.mark.parametrize(
    ("fact", "styled"),
    [
        ("ready", styling.good),
        ("not reached (URLError)", styling.amiss),
        ("2 usable of 2", None),
    ],
)
def test_facts_of_the_machine_are_styled_by_what_they_say(fact, styled):
    assert doctor._style_of(fact) is styled
