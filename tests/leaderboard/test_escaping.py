"""Whatever a model is called, every format shows that name, on one line, and nothing else of it."""

import csv
import io
import json
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from helpers.latex_tables import printed, tables
from helpers.scored_models import FIVE, write_model
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.escaping import escaped, for_spreadsheets, latex
from motionedit_bench.leaderboard.render import render
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.texts import visible

NAMES = (
    *("x|y", "`x|y`", "*bold*", "_em_", "a__b", "flux_kontext", "[a](b)", "![a](b)", "~~gone~~"),
    *("<b>&amp;<!--", "<script>alert(1)<", "a\\|b", "\\", "$x$", "https:", "www.example.org", "#", "- x"),
    *("=1+1", "+1", "-1", "@sum(1)", '"quoted",', "%", "\\input{x}", "{", "~^"),
    *("two\nlines", "tab\there", "\x1b[31mred", "\u202eturned", "a\u2028b", "\u200bnothing", "ü", "模型"),
)
MAS = Column("mas")


def board(*names, metric=MAS):
    summary = Summary(50.0, (49.0, 51.0), 5, 5, 50.0, {"ok": 5})
    rows = tuple(Row(name, "measured", {metric: summary}, 1) for name in names)
    bench = {"name": names[0], "revision": None, "fingerprint": "0" * 64, "items": 5}
    return Board(bench, (metric,), rows, headline=(metric,))


def inner(tokens):
    """The text of an inline token, and the kinds of what is in it."""
    text = "".join(child.content for child in tokens.children)
    return text, {child.type for child in tokens.children}


def github_cells(text):
    """What GitHub makes of a table: its rows as texts; everything in them is text."""
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    rows = []
    for token, following in zip(parsed, [*parsed[1:], None], strict=True):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            shown, kinds = inner(following)
            assert kinds <= {"text", "text_special"}, (kinds, following.content)
            rows[-1].append(shown)
    return rows


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
def test_github_shows_the_name_in_its_cell(names):
    rows = github_cells(render(board(*names), "github"))
    assert [len(row) for row in rows] == [4] * (1 + len(names))
    assert [row[1] for row in rows[1:]] == [visible(name).strip() for name in names]


@given(st.text(min_size=1, max_size=30).filter(lambda text: visible(text).strip() == visible(text)))
def test_github_shows_any_text(text):
    parsed = MarkdownIt("commonmark").enable("strikethrough").parse(f"| {escaped(text, 'github')}")
    assert inner(parsed[1])[0] == f"| {visible(text)}"


def test_github_makes_no_links_of_addresses():
    assert escaped("https://x.org", "github") == r"https\://x.org"
    assert escaped("www.x.org", "github") == r"www\.x.org"


class Texts(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_comment(self, data):
        self.tags.add("comment")

    def handle_data(self, data):
        self.text += data


PLAIN = Texts()
PLAIN.feed(render(board("m"), "html"))


@pytest.mark.parametrize("name", NAMES)
def test_pages_have_no_element_more(name):
    found = Texts()
    found.feed(render(board(name), "html"))
    assert found.tags == PLAIN.tags
    assert visible(name) in found.text


@pytest.mark.parametrize("name", NAMES)
def test_plain_tables_and_csv_have_one_line_a_model(name):
    for form in ("plain", "csv"):
        assert len(render(board(name), form).splitlines()) == len(render(board("m"), form).splitlines())
    line = next(line for line in render(board(name), "plain").splitlines()[2:])
    assert visible(name).strip() in line
    assert all(one.isprintable() for one in line)


@pytest.mark.parametrize("name", NAMES)
def test_csv_holds_no_formula_and_json_the_very_name(name):
    (line,) = csv.DictReader(io.StringIO(render(board(name), "csv")))
    assert line["model"] in (visible(name), "'" + visible(name))
    assert line["model"][0] not in "=+-@\t\r"
    assert json.loads(render(board(name), "json"))["rows"][0]["model"] == name


def test_names_that_are_no_formula_have_no_quote():
    assert [for_spreadsheets(name) for name in ("flux-1", "a=b", "'x")] == ["flux-1", "a=b", "'x"]


@pytest.mark.parametrize("name", NAMES)
def test_latex_prints_the_name_in_its_cell(name):
    text = render(board(name), "latex")
    ((_, row),) = tables(text)
    assert printed(row[1]) == visible(name).strip()
    assert all(line.startswith("%") for line in text.split(r"\end{tabular}")[1].splitlines() if line)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX on this machine")
def test_latex_of_such_names_compiles(tmp_path):
    names = [name for name in NAMES if name.isascii()]
    body = render(board(*names), "latex") + "\n\n" + latex("_&%$#{}~^\\<>")
    source = "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\\tiny\n%s\n\\end{document}\n"
    (tmp_path / "t.tex").write_text(source % body)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("name", ["x|y\n| z", "<b>`"])
def test_labels_of_columns_are_escaped_too(name):
    metric = Column("overall", (("judge", name),))
    rows = github_cells(render(board("m", metric=metric), "github"))
    assert rows[0][2] == f"overall ({visible(name)}) ↑"
    assert len(render(board("m", metric=metric), "plain").splitlines()[0].split("|")) <= 3
    found = Texts()
    found.feed(render(board("m", metric=metric), "html"))
    assert found.tags == PLAIN.tags


def test_folders_with_such_names_go_through_the_command(tmp_path, mebench):
    names = sorted(name for name in NAMES if visible(name) == name)
    for name in names:
        write_model(tmp_path / "preds", name, dict.fromkeys(FIVE, 50.0))
    rows = json.loads(mebench("leaderboard", tmp_path / "preds", "--format", "json")[1])["rows"]
    assert sorted(row["model"] for row in rows) == names
    for form in ("plain", "github", "latex", "html"):
        status, out, _ = mebench("leaderboard", tmp_path / "preds", "--format", form)
        assert (status, out.count("50.00") >= len(names)) == (0, True)


@pytest.mark.parametrize("name", [name for name in NAMES if visible(name) != name])
def test_folders_with_names_that_cannot_be_seen_are_refused_in_one_line(name, tmp_path, mebench):
    write_model(tmp_path / "preds", name, dict.fromkeys(FIVE, 50.0))
    status, out, err = mebench("leaderboard", tmp_path / "preds")
    assert (status, out, err.count("\n"), visible(err.rstrip("\n"))) == (2, "", 1, err.rstrip("\n"))
