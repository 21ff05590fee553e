"""Tables to be pasted: TeX can read them, what is best is marked, and only what may be is compared."""

from dataclasses import replace

import pytest
from helpers.latex_tables import printed, tables
from helpers.scored_models import FIVE, write_model

from motionedit_bench.leaderboard.board import Board, Row, load
from motionedit_bench.leaderboard.latex import MARKED, board_text, paper_text
from motionedit_bench.leaderboard.published import published_rows
from motionedit_bench.leaderboard.render import View, render
from motionedit_bench.leaderboard.summary import Column, Summary

GAIN, SSIM, LPIPS = (Column(name) for name in ("motion_gain", "ssim", "lpips"))
BENCH = {"name": "toy", "revision": None, "fingerprint": "0123456789abcdef" * 4, "items": 12}


def whole(mean, low=None, high=None, standing="measured"):
    return Summary(mean, (low, high) if low is not None else None, 12, 12, mean, {"ok": 12}, standing)


def part(mean):
    return Summary(mean, None, 6, 12, -50.0, {"ok": 6, "missing": 6})


def row(model, rank, gain, lpips, **more):
    return Row(model, "measured", {GAIN: gain, LPIPS: lpips}, rank, **more)


ROWS = (
    row("first", 1, whole(20.204, 17.71, 23.01), whole(0.2)),
    row("second", 2, whole(-0.016, -1.12, 1.03), whole(0.1)),
    row("tied", 2, whole(-0.0161, -1.0, 1.0), whole(0.10001)),
    row("last", 4, whole(-16.4), whole(0.3)),
    row("partial", None, part(99.0), whole(0.01), unranked=("motion_gain 6/12",)),
)


def board(*rows, columns=(GAIN, LPIPS)):
    return Board(BENCH, columns, rows, headline=columns[:1])


def of(model, table):
    return next(cells for cells in table if printed(cells[1]).startswith(model))


LABELS = {GAIN: "motion_gain", LPIPS: "lpips"}


def test_best_is_bold_and_second_underlined_by_direction_and_equal_ones_alike():
    (table,) = tables(board_text(board(*ROWS), LABELS))
    gains = {printed(cells[1]): cells[2] for cells in table[1:]}
    assert gains == {
        "first": r"\textbf{20.20}",
        "second": r"\underline{$-$0.02}",
        "tied": r"\underline{$-$0.02}",
        "last": "$-$16.40",
        "partial": "99.00",
    }
    assert [cells[4] for cells in table[1:]] == [
        r"\underline{0.2000}",
        r"\textbf{0.1000}",
        r"\textbf{0.1000}",
        "0.3000",
        "0.0100",
    ]


def test_a_figure_of_a_ranked_model_that_is_not_of_all_items_is_not_compared():
    rows = (row("a", 1, whole(2.0), part(0.01)), row("b", 2, whole(1.0), whole(0.2)))
    (table,) = tables(board_text(board(*rows), LABELS))
    assert [cells[4] for cells in table[1:]] == ["0.0100", "0.2000"]
    assert printed(of("a", table)[-1]) == "6/12 lpips"


def test_one_model_alone_is_not_the_best():
    text = board_text(board(ROWS[0]), LABELS)
    assert r"\textbf" not in text
    assert MARKED not in text
    assert MARKED in board_text(board(*ROWS), LABELS)


def test_intervals_have_both_ends_and_minus_signs():
    text = board_text(board(*ROWS), LABELS)
    assert of("second", tables(text)[0])[3] == r"{\scriptsize [$-$1.12, 1.03]}"
    assert r"\pm" not in text
    assert of("last", tables(text)[0])[3] == ""


def test_models_without_a_rank_stand_below_a_rule_and_say_how_much_was_scored():
    text = board_text(board(*ROWS), LABELS)
    assert text.index("last") < text.index(r"\midrule", text.index("last")) < text.index("partial")
    cells = of("partial", tables(text)[0])
    assert (cells[0], cells[-1]) == ("--", r"6/12 motion\_gain")


def test_heads_have_arrows_and_span_mean_and_interval():
    (table,) = tables(board_text(board(*ROWS), LABELS))
    assert [printed(cell) for cell in table[0]] == [
        *("#", "model", "motion_gain ↑", "motion_gain ↑", "lpips ↓", "lpips ↓", "scored"),
    ]


def test_wide_tables_have_all_of_each_figure():
    (table,) = tables(render(board(*ROWS), "latex", view=View(wide=True)))
    assert printed(of("first", table)[3]) == "[17.71, 23.01] 12/12"
    assert printed(of("partial", table)[3]) == "6/12, as worst -50.00"
    gone = replace(ROWS[0], summaries={GAIN: Summary(None, None, 0, 12, None, {"unavailable": 12})})
    (table,) = tables(render(board(gone, ROWS[1]), "latex", view=View(wide=True)))
    assert of("first", table)[2:4] == ["--", "0/12"]
    assert of("first", table)[4:6] == ["--", ""]


def test_what_is_known_to_be_wrong_is_printed_and_not_only_in_a_comment():
    rows = (replace(ROWS[0], errata=("sharpened",)), replace(ROWS[1], trained_on="trained on the benchmark"))
    text = printed(board_text(board(*rows), LABELS))
    assert "(!) first: its edits were sharpened." in text
    assert "(t) second: its LoRA was trained on the benchmark." in text


def test_claims_are_marked_apart_and_never_the_best():
    claim = Row("claimer", "claimed", {GAIN: whole(99.0, standing="claimed")})
    text = board_text(board(*ROWS[:2], claim), LABELS)
    _, table = tables(text)
    assert table[1] == ["claimer", "99.00 (c)", "", "--", "", "0/12 lpips"]
    assert "(c): the submitter's claim" in printed(text)


@pytest.mark.parametrize("style", ["board", "paper"])
def test_the_papers_rows_are_marked_and_nothing_of_them_is_compared(style):
    text = render(board(*ROWS), "latex", published_rows(), View(layout=style))
    found = [cells for table in tables(text) for cells in table if printed(cells[0]) == "UltraEdit"]
    assert found == [["UltraEdit", "2.42", "1.88", "2.09", "2.13", "47.18", "28.33"]]
    assert "arXiv 2512.10284" in printed(text)
    missing = [cells for table in tables(text) for cells in table if "UniWorld-V2" in cells[0]]
    assert [cells[2:5] for cells in missing] == [["--"] * 3] * 2


def judged(overall, mas, rank, *, scored=12):
    overall = replace(whole(overall), scored=scored)
    return Row(f"of-{overall.mean}", "measured", {OVERALL: overall, MAS: whole(mas)}, rank)


OVERALL, MAS = Column("overall", (("judge", "reference"),)), Column("mas", (("flow", "far"),))


def test_the_papers_layout_has_its_columns_and_a_dash_for_what_is_not_there():
    rows = (judged(4.0, 60.0, 1), judged(3.0, 70.0, 2), judged(5.0, 90.0, 3, scored=11))
    text = paper_text(board(*rows, columns=(MAS, OVERALL)))
    (table,) = tables(text)
    assert [printed(cell) for cell in table[0]] == ["", *["Generative"] * 4, "Discriminative", "Preference"]
    heads = ("Overall", "Fidelity", "Preservation", "Coherence", "MAS", "Win rate")
    assert [printed(cell) for cell in table[1]] == ["Model", *(f"{name} ↑" for name in heads)]
    assert table[2:] == [
        ["of-4.0", r"\textbf{4.00}", "--", "--", "--", "60.00", "--"],
        ["of-3.0", r"\underline{3.00}", "--", "--", "--", r"\underline{70.00}", "--"],
        [r"of-5.0 {\scriptsize 11/12 overall}", "5.00", "--", "--", "--", r"\textbf{90.00}", "--"],
    ]
    assert "overall: judge reference; mas: flow far." in printed(text)


def test_a_name_is_no_argument_of_the_row_before():
    names = ["[x]", " [x]", "*", " *"]
    rows = [replace(judged(4.0, 60.0, None), model=name) for name in names]
    found = board(*rows, columns=(MAS, OVERALL))
    for text in (paper_text(found), board_text(found, {MAS: "mas"})):
        assert [printed(cells[0]) for cells in tables(text)[0][-4:]] == ["[x]", "[x]", "*", "*"]


def test_the_papers_layout_emphasises_no_model_without_a_rank():
    others = (
        replace(judged(1.0, 10.0, None), model="unranked"),
        replace(judged(5.0, 99.0, None), source="claimed"),
    )
    text = paper_text(board(judged(4.0, 60.0, 1), judged(3.0, 70.0, 2), *others, columns=(MAS, OVERALL)))
    assert [cells[1] for cells in tables(text)[0][2:]] == [
        *(r"\textbf{4.00}", r"\underline{3.00}", "1.00", "5.00"),
    ]


def test_a_ranked_models_claim_of_another_metric_is_not_compared():
    claims = replace(
        judged(5.0, 60.0, 1), summaries={MAS: whole(60.0), OVERALL: whole(5.0, standing="claimed")}
    )
    own = (claims, judged(4.0, 50.0, 2), judged(3.0, 40.0, 3))
    (table,) = tables(paper_text(board(*own, columns=(MAS, OVERALL))))
    assert [cells[1] for cells in table[2:]] == ["5.00 (c)", r"\textbf{4.00}", r"\underline{3.00}"]


def test_the_command_makes_them_and_refuses_what_does_not_go_together(tmp_path, mebench):
    write_model(tmp_path / "preds", "m", dict.fromkeys(FIVE, 50.0))
    status, out, _ = mebench("leaderboard", tmp_path / "preds", "--format", "latex", "--style", "paper")
    assert status == 0
    assert out == paper_text(load(tmp_path / "preds")) + "\n"
    for wrong in ((), ("--format", "latex", "--wide"), ("--format", "latex", "--metrics", "mas")):
        status, out, err = mebench("leaderboard", tmp_path / "preds", "--style", "paper", *wrong)
        assert (status, out, "--style paper goes with --format latex" in err) == (2, "", True)
