"""A reader of any format can tell what the board computed from what is said."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from helpers.site_pieces import piece

TEXT = ("plain", "github", "latex")
MEANING = "computed by this board from the images"


def lines_of(mebench, whole_board, form, *more):
    return mebench("leaderboard", whole_board, "--format", form, *more)[1].splitlines()


@pytest.mark.parametrize("form", TEXT)
def test_tables_mark_each_figure_and_say_what_the_marks_mean(mebench, whole_board, form):
    lines = lines_of(mebench, whole_board, form, "--wide")
    (first,) = (line for line in lines if " first " in line and "71.0" in line)
    assert first.count("(r)") == 2  # overall, win_rate
    assert "(c)" not in first
    (part,) = (line for line in lines if " in-part " in line and "50.0" in line)
    assert part.count("(c)") == 1  # lpips
    claims = [line for line in lines if "claimer " in line and "99.0" in line]
    assert claims[0].count("(c)") == 4
    shown = [line.lstrip("-% ") for line in lines if MEANING in line and (form != "latex" or line[0] != "%")]
    assert len(shown) == 1
    assert all(f"({mark}): " in shown[0] for mark in "rc")


@pytest.mark.parametrize("form", [*TEXT, "html"])
@pytest.mark.parametrize("more", [(), ("--by-category",)])
def test_claims_stand_in_a_table_of_their_own_below_a_heading(mebench, whole_board, form, more):
    text = "\n".join(lines_of(mebench, whole_board, form, *more))
    parts = text.split("Claimed by the submitter, not computed again here")
    assert len(parts) == (3 if more else 2)
    assert "claimer" not in parts[0]
    for below in parts[1:]:
        assert below.index("claimer") < below.index("refused")


def test_data_say_it_of_each_figure(mebench, whole_board):
    rows = json.loads("\n".join(lines_of(mebench, whole_board, "json")))["rows"]
    found = {row["model"]: row for row in rows}
    assert found["first"]["metrics"]["mas"]["standing"] == "recomputed"
    assert found["first"]["metrics"]["overall"]["standing"] == "reread"
    assert found["in-part"]["metrics"]["lpips"]["standing"] == "claimed"
    assert (found["claimer"]["source"], found["claimer"]["rank"]) == ("claimed", None)
    assert found["best-alone"]["unranked"] == ["motion_gain 0/4"]
    lines = {
        line["model"]: line
        for line in csv.DictReader(io.StringIO("\n".join(lines_of(mebench, whole_board, "csv"))))
    }
    assert len(lines) == len(rows)
    assert lines["first"]["mas_standing"] == "recomputed"
    assert lines["first"]["overall_standing"] == "reread"
    assert lines["claimer"]["mas_standing"] == lines["claimer"]["source"] == "claimed"


class Tables(HTMLParser):
    """The texts of each table's rows."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell = [], None

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None


def tables_of(text):
    parser = Tables()
    parser.feed(text)
    return [table for table in parser.tables if table]


def test_a_page_says_it_in_a_word_beside_the_figure(mebench, whole_board):
    own, claims = tables_of("\n".join(lines_of(mebench, whole_board, "html")))
    (first,) = (row for row in own if row[1] == "first")
    assert [("re-read" in cell, "claimed" in cell) for cell in first] == [
        *[(False, False)] * 6,
        *[(True, False)] * 2,
    ]
    assert [row[0].split()[0] for row in claims[1:]] == ["claimer", "refused"]
    assert all("claimed" in cell for cell in claims[1][1:])


def test_a_site_keeps_claims_out_of_its_table_and_charts(mebench, whole_board, tmp_path):
    assert mebench("leaderboard", whole_board, "--format", "html", "--out", tmp_path / "site")[0] == 0
    page = (tmp_path / "site" / "index.html").read_text()
    own, claims = tables_of(page)[:2]
    assert "claimer" not in str(own)
    assert [row[0].split()[0] for row in claims[1:]] == ["claimer", "refused"]
    assert MEANING in page
    script = (tmp_path / "site" / "data" / "wins-0.js").read_text()
    shares = piece(script)["shares"]
    assert shares[-1] == shares[-2] == [None] * 8
    assert {line[-1] for line in shares} == {None}


def test_the_sites_script_sorts_claims_below_and_draws_none(whole_board, mebench, tmp_path, visit):
    mebench("leaderboard", whole_board, "--format", "html", "--out", tmp_path / "site")
    page = visit(tmp_path / "site" / "index.html", "#columns=all&item=item-1&models=claimer")
    page.get_by_role("button", name="sort by lpips").click()
    names = page.locator("#board tbody .opens").all_text_contents()
    assert names[0] == "in-part"  # the only one that has a figure, and it is claimed
    page.get_by_role("button", name="sort by ssim").click()
    names = page.locator("#board tbody .opens").all_text_contents()
    assert names[:4] == ["first", "second", "third", "in-part"]
    page.locator("#scatter").scroll_into_view_if_needed()
    page.locator("#scatter-figure svg circle").first.wait_for()
    assert page.locator("#scatter-figure circle").count() == 5
    assert page.locator("#exhibit .results .word").first.inner_text() == "claimed"


def test_scores_that_were_made_here_need_no_marks(mebench, tmp_path):
    from helpers.scored_models import FIVE, write_model

    write_model(tmp_path, "mine", dict.fromkeys(FIVE, 50.0))
    for form in (*TEXT, "html"):
        text = "\n".join(lines_of(mebench, tmp_path, form))
        assert MEANING not in text
        assert "claimed" not in text.rpartition("</style>")[2]
    (line,) = csv.DictReader(io.StringIO("\n".join(lines_of(mebench, tmp_path, "csv"))))
    assert line["mas_standing"] == "measured"
