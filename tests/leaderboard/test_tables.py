"""Tables as wide as there is room: whole in a pipe, within its columns on a terminal."""

from dataclasses import replace

import pytest
from helpers.scored_models import FIVE, write_model
from helpers.terminal import on_terminal
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.render import View, render
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.tables import _cut

BENCH = {"name": "toy", "revision": None, "fingerprint": "0123456789abcdef" * 4, "items": 1015}
NAMES = ("mas", "motion_gain", "ssim", "psnr", "lpips")
COLUMNS = {name: Column(name) for name in NAMES}
WIDEST = {"mas": (100.0, 100.0, 100.0), "motion_gain": (-99.99, -100.0, -99.98)}


def row(model, rank=1, **changed):
    found = {}
    for name, column in COLUMNS.items():
        mean, low, high = WIDEST.get(name, (0.5, 0.4, 0.6))
        found[column] = Summary(mean, (low, high), 1015, 1015, mean, {"ok": 1015})
    return Row(model, "measured", found | changed, rank)


def board(*models):
    headline = (COLUMNS["mas"], COLUMNS["motion_gain"])
    return Board(BENCH, tuple(COLUMNS.values()), tuple(map(row, models)), headline=headline)


LONG = ("qwen_image_edit_first", "a_model_with_a_very_long_name_indeed_of_2026", "x")


@pytest.mark.parametrize("width", [120, 80, 60, 40])
def test_no_line_is_wider_than_the_terminal_and_each_model_has_one(width):
    lines = render(board(*LONG), "plain", view=View(width=width)).splitlines()
    assert max(map(len, lines)) <= width
    table = lines[: lines.index("")]
    assert len(table) == 2 + len(LONG)
    assert all("1015/1015" in line for line in table[2:])
    assert all(line.split()[2].startswith("100.00") for line in table[2:])


def test_eighty_columns_have_rank_model_headline_intervals_and_coverage():
    lines = render(board("flux_kontext", "identity"), "plain", view=View(width=80)).splitlines()
    assert lines[0].split() == ["#", "model", "mas", "↑", "motion_gain", "↑", "scored"]
    assert lines[2].split(maxsplit=2)[:2] == ["1", "flux_kontext"]
    assert lines[2].endswith("100.00 [100.00, 100.00]  -99.99 [-100.00, -99.98]  1015/1015")


def test_what_a_narrow_terminal_leaves_out_is_said():
    said = "Left out, for want of width: "
    assert said not in render(board(*LONG), "plain", view=View(width=81))
    assert said + "95 % intervals." in render(board(*LONG), "plain", view=View(width=60))
    assert "95 % intervals, motion_gain." in " ".join(
        render(board(*LONG), "plain", view=View(width=40)).split()
    )


def test_in_a_pipe_nothing_is_cut_nor_wrapped():
    text = render(board(*LONG), "plain")
    (line,) = (line for line in text.splitlines() if LONG[1] in line)
    assert line.endswith("100.00 [100.00, 100.00]  -99.99 [-100.00, -99.98]  1015/1015")
    assert "…" not in text


@given(
    st.lists(st.text("abcxyz_-0", min_size=1, max_size=40), min_size=1, max_size=6, unique=True),
    st.integers(5, 40),
)
def test_cut_names_fit_and_short_ones_are_whole(names, room):
    cut = _cut(names, room)
    assert all(len(short) <= room for short in cut)
    assert all(short == name for short, name in zip(cut, names, strict=True) if len(name) <= room)


def test_names_are_cut_where_they_are_still_told_apart():
    names = [f"a_model_with_a_long_name_{size}_and_more_of_it" for size in ("7b", "9b")]
    cut = _cut(names, 16)
    assert len(set(cut)) == 1  # what tells them apart is in the middle of both: it cannot be shown in 16
    names = [f"run_{number}_of_a_model_with_a_long_name" for number in (1, 2)]
    assert len(set(_cut(names, 16))) == 2


def test_wide_tables_have_full_names_and_every_metric():
    for width in (None, 80):
        text = render(board(*LONG), "plain", view=View(wide=True, width=width))
        assert LONG[1] in text
        assert all(name in text for name in NAMES)
        assert text.count("1015/1015") == len(LONG) * len(NAMES)


def test_metrics_that_are_named_are_shown_in_that_order():
    text = render(board("m"), "plain", view=View(metrics=("lpips", "ssim")))
    assert text.splitlines()[0].split() == ["#", "model", "lpips", "↓", "ssim", "↑", "scored"]
    assert (
        list(render(board("m"), "csv", view=View(metrics=("ssim",))).splitlines()[0].split(","))[3]
        == "ssim_mean"
    )


def test_coverage_is_told_once_a_row_and_names_the_weakest():
    short = Summary(0.0, (0.0, 0.0), 1000, 1015, -1.0, {"ok": 1000, "missing": 15})
    lame = row("lame", None)
    lame = replace(lame, summaries=dict(lame.summaries) | {COLUMNS["motion_gain"]: short})
    found = replace(board("whole"), rows=(row("whole"), lame))
    lines = render(found, "plain").splitlines()
    assert lines[2].endswith(" 1015/1015")
    assert lines[3].endswith(" 1000/1015 motion_gain")


def write(folder, model, **metrics):
    """A model scored on several metrics, by hand."""
    for number, (metric, value) in enumerate(metrics.items()):
        place = folder if number == 0 else folder.parent / "more"
        write_model(place, model, dict.fromkeys(FIVE, value), metric=metric)
        if number:
            added = (place / model / "scores.jsonl").read_text()
            with (folder / model / "scores.jsonl").open("a") as file:
                file.write(added)
            (place / model / "scores.jsonl").unlink()
            (place / model / "scoring.json").unlink()
            (place / model).rmdir()


def test_on_a_terminal_and_in_a_pipe(tmp_path, mebench):
    preds = tmp_path / "preds"
    for model in ("short", "a_model_with_a_name_that_is_far_too_long_for_this_terminal"):
        write(preds, model, mas=100.0, motion_gain=-16.2, ssim=0.5, mas_noop=79.8, motion_magnitude=0.05)
    lines = on_terminal(80, "leaderboard", preds)
    assert max(map(len, lines)) <= 80
    assert "…" in lines[2] + lines[3]
    assert any(
        "a_name_that_is_far_too_long" in line for line in on_terminal(80, "leaderboard", preds, "--wide")
    )
    piped = mebench("leaderboard", preds)[1]
    (line,) = (line for line in piped.splitlines() if "too_long" in line)
    assert line.split()[-1] == "5/5"
    lines = on_terminal(40, "leaderboard", preds)
    assert max(map(len, lines)) <= 40


def test_a_benchmark_without_categories_is_said_to_have_none(tmp_path, mebench):
    write_model(tmp_path, "m", dict.fromkeys(FIVE, 50.0))
    _, out, err = mebench("leaderboard", tmp_path, "--by-category")
    assert err == "mebench: no tables by category: no item of bench-f has one\n"
    assert out == mebench("leaderboard", tmp_path)[1]


def test_properties_of_the_benchmark_stand_below_and_in_no_row(tmp_path, mebench):
    preds = tmp_path / "preds"
    write(preds, "one", mas=50.0, mas_noop=79.8)
    write(preds, "two", mas=40.0, mas_noop=79.8)
    (preds / "two" / "scores.jsonl").write_text(
        "".join(line + "\n" for line in (preds / "two" / "scores.jsonl").read_text().splitlines()[:-3])
    )
    for form in ("plain", "github", "latex"):
        for more in ((), ("--wide",)):
            text = mebench("leaderboard", preds, "--format", form, *more)[1].replace("\\", "")
            assert text.count("mas_noop") == 1
            assert "Of the benchmark, not of a model: mas_noop 79.80 [79.80, 79.80] 5/5." in text
    assert mebench("leaderboard", preds, "--format", "html")[1].count("mas_noop") == 1


@pytest.mark.parametrize(
    ("metrics", "told"),
    [("mas,msa", "did you mean 'mas'"), ("lpips", "no model here was scored on lpips: there are mas")],
)
def test_metrics_that_are_not_there_are_one_line(tmp_path, mebench, metrics, told):
    write(tmp_path / "preds", "one", mas=50.0)
    status, out, err = mebench("leaderboard", tmp_path / "preds", "--metrics", metrics)
    assert (status, out, told in err, err.count("\n")) == (2, "", True, 1)
