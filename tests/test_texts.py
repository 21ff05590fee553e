"""Which text from outside is let in."""

import pytest
from helpers.honest_submission import CARD
from pydantic import ValidationError

from motionedit_bench.leaderboard.submission.format import Card, Row, Scoring
from motionedit_bench.texts import line, name, plain, portable

LINES = {
    "a link of Markdown": "see [here](https://x.org)",
    "a link over two lines": "[here] (x)",
    "a reference": "[here][1]",
    "a picture": "![x](y)",
    "an entity": "a&lt;script&gt;",
    "a numbered entity": "a&#60;b",
    "an entity in hexadecimal": "a&#x3C;b",
    "HTML": "<img src=x>",
    "a comment": "<!-- x",
    "a script": "JavaScript:alert(1)",
    "a command of TeX": r"\input{x}",
    "a command in the middle": r"a \write18{x}",
    "mathematics": "a $x$ b",
    "code": "`x`",
    "a cell of a table": "a|b",
    "a turned text": "a\u202eb",
    "a turned text in isolation": "a\u2067b",
    "no width": "a\u200bb",
    "a joiner": "a\u2060b",
    "a mark of byte order": "\ufeffa",
    "a line separator": "a\u2028b",
    "a paragraph separator": "a\u2029b",
    "a new line": "a\nb",
    "a tab": "a\tb",
    "an escape": "a\x1b[31mb",
    "a C1 control": "a\x9bb",
    "a filler": "\u3164",
    "a blank of Braille": "\u2800",
    "a tag": "a\U000e0041b",
    "half a character": "a\ud83d",
    "private use": "a\ue000",
    "a formula": "=1+1",
    "a formula by plus": "+1",
    "a formula by minus": "-1",
    "a formula by at": "@SUM(A1)",
    "a formula behind a space": " =1+1",
    "a formula behind a wide space": "\u3000=1+1",
    "a tower of accents": "L" + "\u0301" * 5,
    "nothing": "",
    "spaces": "  ",
}


@pytest.mark.parametrize("field", ["organisation", "licence", "contact"])
@pytest.mark.parametrize("text", LINES.values(), ids=LINES)
def test_a_line_of_a_card_is_shown_as_it_is_written_or_refused(field, text):
    with pytest.raises(ValidationError):
        Card.model_validate(CARD | {field: text})


@pytest.mark.parametrize(
    "text",
    [
        "Лаборатория 3",
        "研究所",
        "École d'été & Söhne",
        "MIT (see a < b)",
        "someone@example.org",
        "مختبر",
        "AT&T",
    ],
)
def test_honest_lines_of_any_script_pass(text):
    assert line(text) == text


LINKS = {
    "a user": "https://example.org@evil.example/",
    "a password": "https://user:secret@example.org/",
    "a quotation's end": 'https://example.org/"onmouseover="x',
    "a single quotation's end": "https://example.org/'x",
    "a tag": "https://example.org/<b>",
    "a backslash": "https://example.org\\@evil.example/",
    "a space": "https://example.org/a b",
    "a space before it": " https://example.org/",
    "no host": "https://",
    "a host that is none": "https://a..b:99999/",
    "a script": "javascript:alert(1)",
    "a file": "file:///etc/passwd",
    "a number": 5,
    "nothing": None,
    "a list": ["https://example.org/"],
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_card_links_to_where_it_seems_to_or_is_refused(link):
    with pytest.raises(ValidationError):
        Card.model_validate(CARD | {"link": link})


@pytest.mark.parametrize(
    "link", ["https://example.org/@lab/model?v=2#a", "http://example.org", "https://пример.рф/", CARD["link"]]
)
def test_honest_links_pass(link):
    assert str(Card.model_validate(CARD | {"link": link}).link).startswith("http")


DEVICES = ["CON", "nul", "NUL.txt", "Aux", "com1", "LPT9.tar.gz", "prn"]


@pytest.mark.parametrize(
    "text", [*DEVICES, "a.", "a..", "-a", "=a", "+a", "@a", ".a", "a b", "é", "a\n", "", "x" * 65]
)
def test_what_cannot_be_a_folder_everywhere_is_no_name_on_a_board(text):
    with pytest.raises(ValidationError):
        Card.model_validate(CARD | {"name": text})


@pytest.mark.parametrize("text", ["console", "nullify-1", "a.con", "com10", "lpt", "FLUX.1-Kontext_dev"])
def test_names_that_are_almost_devices_pass(text):
    assert portable(text) == text
    assert Card.model_validate(CARD | {"name": text}).name == text


@pytest.mark.parametrize("model", [Row, Scoring])
def test_rows_and_scorings_have_no_other_names_than_cards(model):
    with pytest.raises(ValidationError, match="is a device on Windows"):
        model.model_validate({"model": "nul"})


def test_a_text_of_a_row_may_be_less_than_a_line():
    """What a judge said stays as it was said, as long as it shows what it holds."""
    for text in ("a\nb", r"\frac{1}{2}", "=5", "a|b", "&amp;"):
        assert plain(text) == text
    for text in ("<b>", "a\u202eb", "[a](b)"):
        with pytest.raises(ValueError, match="holds"):
            plain(text)


@pytest.mark.parametrize("text", ["модель", "x|y", "=1+1", "a.", "con", r"\LaTeX"])
def test_a_folder_here_may_have_any_name_that_can_be_seen(text):
    assert name(text) == text


@pytest.mark.parametrize("text", ["", "  ", "a\udcff", "a\u200b", "a\u2028", "a\x00", "\u3164"])
def test_a_name_that_cannot_be_seen_is_none(text):
    with pytest.raises(ValueError, match="is|holds"):
        name(text)
