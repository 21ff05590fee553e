import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.labels import cell, column_labels
from motionedit_bench.leaderboard.published import published_rows
from motionedit_bench.leaderboard.render import FORMATS, View, render
from motionedit_bench.leaderboard.summary import Column, Summary

DIS = Column("mas", (("flow", "dis"), ("flow_size", "input"), ("metric_version", "1")))
TVL1 = Column("mas", (("flow", "tvl1"), ("flow_size", "input"), ("metric_version", "1")))
GAIN = Column("motion_gain", DIS.variant)
SSIM = Column("ssim", (("metric_version", "1"),))
WHOLE = Summary(61.238, (58.0, 64.5), 12, 12, 61.238, {"ok": 12})
PART = Summary(70.5, (66.0, 75.25), 6, 12, 35.25, {"ok": 6, "missing": 6})
NONE = Summary(None, None, 0, 12, None, {"unavailable": 12})
BENCH = {"name": "toy", "revision": None, "fingerprint": "0123456789abcdef" * 4, "items": 12}


def board(columns=(DIS,), rows=None):
    rows = rows or (
        Row("first_model", "measured", {DIS: WHOLE}, 1),
        Row("<b>&x", "measured", {DIS: PART}, unranked=("mas 6/12",)),
    )
    return Board(BENCH, columns, rows, headline=columns[:1])


def with_categories():
    parts = (Row("first_model", "measured", {DIS: WHOLE}), Row("<b>&x", "measured", {}))
    return replace(board(), categories={"Pose/Posture": parts})


@pytest.mark.parametrize("form", [f for f in FORMATS if f not in ("json", "csv")])
def test_categories_are_tables_of_their_own(form):
    assert "Category Pose/Posture, 12 items" in render(with_categories(), form)
    assert "Category" not in render(board(), form)


def test_categories_are_data_too():
    rows = json.loads(render(with_categories(), "json"))["rows"]
    assert rows[0]["categories"]["Pose/Posture"]["mas"]["mean"] == 61.238
    assert rows[1]["categories"]["Pose/Posture"] == {}
    lines = list(csv.DictReader(io.StringIO(render(with_categories(), "csv"))))
    assert [(line["model"], line["category"]) for line in lines][::2] == [
        ("first_model", ""),
        ("first_model", "Pose/Posture"),
    ]
    assert "category" not in csv.DictReader(io.StringIO(render(board(), "csv"))).fieldnames


def test_json_is_as_promised():
    found = json.loads(render(board(), "json", published_rows()))
    assert found["bench"] == BENCH
    first, partial = found["rows"][:2]
    assert first["model"] == "first_model"
    assert first["source"] == "measured"
    assert first["metrics"]["mas"]["mean"] == 61.238
    assert first["metrics"]["mas"]["ci95"] == [58.0, 64.5]
    assert partial["metrics"]["mas"]["scored"] == 6
    assert partial["metrics"]["mas"]["expected"] == 12
    assert partial["metrics"]["mas"]["mean_failed_as_worst"] == 35.25
    published = [row for row in found["rows"] if row["source"] == "published"]
    assert len(published) == 13
    assert all(row["rank"] is None for row in published)
    assert published[0]["metrics"]["mas"]["mean"] == 34.15


def test_csv_is_one_line_a_model_and_the_papers_figures_have_columns_of_their_own():
    lines = list(csv.DictReader(io.StringIO(render(board(), "csv", published_rows()))))
    assert len(lines) == 15
    assert lines[0]["mas_mean"] == "61.238"
    assert lines[1]["model"] == "<b>&x"
    assert lines[1]["mas_mean_failed_as_worst"] == "35.25"
    assert lines[0]["mas@paper_mean"] == ""
    assert lines[2]["mas_mean"] == ""
    assert lines[2]["mas@paper_mean"] == "34.15"


@pytest.mark.parametrize("form", [f for f in FORMATS if f not in ("json", "csv")])
@pytest.mark.parametrize("view", [View(), View(wide=True)], ids=["narrow", "wide"])
def test_every_figure_stands_beside_its_coverage(form, view):
    text = render(board(), form, view=view)
    figures = ("61.24", "58.00", "64.50", "12/12", "70.50", "6/12", "35.25")
    for part in (*figures, "first", "fingerprint 0123456789ab"):
        assert part in text


@pytest.mark.parametrize("form", [f for f in FORMATS if f not in ("json", "csv")])
def test_the_papers_rows_come_in_a_table_of_their_own(form):
    text = render(board(), form, published_rows())
    assert text.index("61.24") < text.index("Published: MotionEdit") < text.index("53.73")


def test_how_columns_were_computed_is_said_once():
    both = Row("m", "measured", {DIS: WHOLE, SSIM: WHOLE, GAIN: WHOLE, TVL1: WHOLE})
    text = render(board((DIS, SSIM, GAIN, TVL1), (both,)), "plain", view=View(wide=True))
    lines = [line for line in text.splitlines() if line.startswith(("mas: ", "Computed with "))]
    assert lines[1:] == [
        "Computed with flow dis: mas[flow=dis], motion_gain.",
        "Computed with flow_size input: mas[flow=dis], motion_gain, mas[flow=tvl1].",
        "Computed with flow tvl1: mas[flow=tvl1].",
    ]
    assert lines[0].startswith("mas: Motion Alignment Score")


def test_columns_are_named_by_what_sets_them_apart():
    assert column_labels([DIS, SSIM]) == {DIS: "mas", SSIM: "ssim"}
    assert column_labels([DIS, TVL1]) == {DIS: "mas[flow=dis]", TVL1: "mas[flow=tvl1]"}


def test_cells():
    assert cell(WHOLE, "mas") == "61.24 [58.00, 64.50] 12/12"
    assert cell(PART, "mas") == "70.50 [66.00, 75.25] 6/12, as worst 35.25"
    assert cell(NONE, "lpips") == "- 0/12"
    assert cell(None, "mas") == "-"


def test_plain_tables_fit_the_terminal():
    names = ("mas", "motion_gain", "ssim", "psnr", "lpips")
    columns = tuple(Column(name) for name in names)
    rows = (Row("a_model_of_some_length", "measured", dict.fromkeys(columns, WHOLE), 1),)
    text = render(board(columns, rows), "plain", published_rows(), View(wide=True, width=80))
    assert max(map(len, text.splitlines())) <= 80
    assert all(name in text for name in names)
    assert max(map(len, render(board(columns, rows), "plain", view=View(wide=True)).splitlines())) > 80


class Strict(HTMLParser):
    """Collects what a browser would see as elements and as text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def test_pages_are_escaped_and_need_nothing_from_elsewhere():
    page = render(board(), "html")
    parser = Strict()
    parser.feed(page)
    assert "b" not in parser.tags
    assert "<b>&x" in parser.text
    assert "table" in parser.tags
    assert not re.search(r"(src|href)=|https?://", page)


def test_latex_is_escaped():
    text = render(board(), "latex", published_rows())
    assert r"first\_model" in text
    assert r"\toprule" in text
    assert "↑" not in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX on this machine")
def test_latex_compiles(tmp_path):
    body = render(board(), "latex", published_rows())
    source = (
        "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\\tiny\n"
        + body
        + "\n\\end{document}\n"
    )
    (tmp_path / "t.tex").write_text(source)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stdout[-2000:]
