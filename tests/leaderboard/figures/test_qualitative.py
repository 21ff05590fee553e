"""Rows of edits: chosen by the data, each picture in its place, and what is not there says why."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.figure_texts import texts

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import PredictionsError, UsageError
from motionedit_bench.images import decode, to_array
from motionedit_bench.leaderboard.columns import column_of
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.figures.captions import qualitative
from motionedit_bench.leaderboard.figures.choosing import most_disputed, seen, vouched
from motionedit_bench.leaderboard.figures.edits import chosen_models, sheet
from motionedit_bench.leaderboard.figures.paper import styled
from motionedit_bench.leaderboard.figures.qualitative import Cell, Line, Sheet, draw, picture_width
from motionedit_bench.leaderboard.site.subject import read
from motionedit_bench.records import Picture

MODELS = ["mover", "half", "idler"]


@pytest.fixture(scope="module")
def benchmark(drawn):
    return open_benchmark(str(drawn / "bench"))


@pytest.fixture(scope="module")
def made(subject, drawn, benchmark):
    column = column_of(subject.board)
    return sheet(subject, benchmark, drawn / "preds", MODELS, ["item-2", "item-0"], column)


def test_items_on_which_models_differ_most_are_chosen_among_those_that_are_seen(subject):
    column = column_of(subject.board)
    among = seen(subject.board, column)
    assert among == {"item-0", "item-1", "item-2"}
    ids = [item for item, _ in subject.items]
    assert most_disputed(vouched(subject, column, MODELS), ids, among, 2) == ["item-2", "item-1"]
    assert most_disputed(vouched(subject, column, MODELS), ids, None, 1) == ["item-3"]
    assert seen(subject.board, column_of(subject.board, "psnr")) == among
    assert seen(replace(subject.board, sights=()), column) is None
    with pytest.raises(PredictionsError, match="name items with --items A,B"):
        most_disputed(vouched(subject, column, ["mover"]), ids, among, 2)


def test_models_are_those_that_are_named_or_all_but_those_that_are_claimed(subject, whole_board):
    assert chosen_models(subject, ["half", "mover"]) == ["half", "mover"]
    assert "claimer" not in chosen_models(read(contest(whole_board)), None)
    with pytest.raises(UsageError, match="unknown model 'mvoer': did you mean 'mover'"):
        chosen_models(subject, ["mvoer"])


def test_each_row_has_its_items_pictures_and_scores(made, drawn):
    assert made.heads == ("input", "target", *MODELS)
    assert made.scored == "motion_gain ↑"
    assert [line.instruction for line in made.lines] == [
        "Move the middle 4 pixels to the right.",
        "Move the middle 2 pixels to the right.",
    ]
    first, second = (line.cells for line in made.lines)
    assert [cell.below for cell in first] == ["", "", "45.00", "12.00", "0.00"]
    assert [cell.below for cell in second] == ["", "", "30.00", "", "0.00"]
    assert [cell.instead for cell in (first[3], second[3])] == ["corrupt", "missing"]
    wanted = decode((drawn / "bench" / "target" / "item-2.png").read_bytes())
    assert np.array_equal(to_array(first[1].picture), to_array(wanted))
    assert np.array_equal(to_array(first[2].picture), to_array(wanted))


def test_what_has_no_picture_or_no_score_says_why(subject, drawn, benchmark, tmp_path):
    (tmp_path / "mover").mkdir()
    (tmp_path / "mover" / "item-1.png").write_bytes((drawn / "bench" / "input" / "item-1.png").read_bytes())
    column = column_of(subject.board)
    found = sheet(subject, benchmark, tmp_path, ["mover", "half"], ["item-0", "item-1"], column)
    assert [cell.instead for cell in found.lines[0].cells[2:]] == ["missing", "images not here"]
    gone = replace(subject, results=tuple({} for _ in subject.results))
    found = sheet(gone, benchmark, drawn / "preds", ["mover"], ["item-0"], column)
    assert found.lines[0].cells[2].below == "unscored"
    again = replace(subject, results=(subject.results[2], *subject.results[1:]))
    found = sheet(again, benchmark, drawn / "preds", ["mover"], ["item-0"], column)
    assert found.lines[0].cells[2].below == "missing"


def test_pictures_of_the_benchmark_must_be_there(subject, drawn, benchmark):
    column = column_of(subject.board)
    lame = replace(benchmark.items[0], target=Picture("t.png", lambda: b"no picture"))
    broken = replace(benchmark, items=(lame, *benchmark.items[1:]))
    with pytest.raises(PredictionsError, match=r"cannot be shown: t\.png"):
        sheet(subject, broken, drawn / "preds", ["mover"], ["item-0"], column)
    without = replace(benchmark, items=(replace(lame, target=None), *benchmark.items[1:]))
    found = sheet(subject, without, drawn / "preds", ["mover"], ["item-0"], column)
    assert found.lines[0].cells[1] == Cell(None, "no target")
    with pytest.raises(UsageError, match="unknown item"):
        sheet(subject, benchmark, drawn / "preds", ["mover"], ["item-9"], column)


def test_pictures_are_drawn_undistorted_where_they_belong(made):
    with styled():
        figure = draw(made, 6.9)
    pictures = [panel for panel in figure.axes if panel.images]
    assert len(pictures) == 2 * 5 - 2
    across, down = figure.get_size_inches()
    for panel in pictures:
        place = panel.get_position()
        shown = panel.images[0].get_array()
        assert place.width * across * 300 == pytest.approx(shown.shape[1], abs=0.01)
        assert place.height * down * 300 == pytest.approx(shown.shape[0], abs=0.01)
        assert shown.shape[1] / shown.shape[0] == pytest.approx(160 / 120, rel=0.01)
    lefts = sorted({round(panel.get_position().x0, 3) for panel in pictures})
    assert len(lefts) == 4  # there is no edit by one of the models
    said = {"missing", "corrupt", "45.00", "motion_gain ↑", "half", made.lines[0].instruction}
    assert said <= texts(figure)


def test_a_high_picture_is_drawn_smaller_and_a_row_without_any_is_square(made):
    high = Line("Up.", (Cell(made.lines[0].cells[0].picture.resize((50, 400))), Cell(None, "no target")))
    with styled():
        figure = draw(Sheet(("input", "target"), (high,), "mas ↑"), 3.3)
    place = next(panel for panel in figure.axes if panel.images).get_position()
    assert place.width * 3.3 == pytest.approx(1.25 * picture_width(2, 3.3) / 8, abs=0.01)
    with styled():
        empty = draw(
            Sheet(("input", "target"), (Line("?", (Cell(None, "a"), Cell(None, "b"))),), "mas ↑"), 3.3
        )
    assert {"a", "b"} <= texts(empty)


def test_too_many_models_for_the_width_are_one_line():
    assert picture_width(4, 3.3) == pytest.approx(0.78)
    with pytest.raises(UsageError, match="6 models do not fit into 3.3 inches"):
        picture_width(8, 3.3)


def test_what_is_claimed_is_marked_and_chooses_no_item(whole_board):
    found = contest(whole_board)
    subject = read(found)
    column = column_of(subject.board)
    assert np.isnan(vouched(subject, column, ["claimer"])).all()
    ids = [item for item, _ in subject.items]
    made = sheet(subject, found.open(), whole_board, ["first", "claimer"], ids[:1], column)
    first, claimer = (cell.below for cell in made.lines[0].cells[2:])
    assert (first, claimer) == ("17.75", "99.00 (c)")
    told = qualitative(subject.board, column, ids[:1], False, True)
    assert "(c): the submitter's claim" in told
