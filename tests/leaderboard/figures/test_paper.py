import io
import re

import matplotlib
import pytest
from matplotlib.figure import Figure
from PIL import Image

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.figures.paper import (
    SUFFIXES,
    check_suffix,
    encoded,
    length,
    styled,
    wrapped,
)


def drawing(text="Größe of $x_1$", width=3.3):
    def draw():
        figure = Figure(figsize=(width, 0.5))
        figure.add_axes((0.1, 0.4, 0.8, 0.5)).plot([0, 1], [1, 2])
        figure.text(0.1, 0.1, text)
        return figure

    return draw


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_figures_are_equal_bytes_whenever_and_however_they_are_drawn(suffix, monkeypatch):
    first = encoded(drawing(), suffix, "A caption.")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": None, "pdf.compression": 0}):
        assert encoded(drawing(), suffix, "A caption.") == first
    assert not re.search(rb"CreationDate|<dc:date>", first)


def test_a_pdf_has_whole_fonts_in_it_and_its_caption():
    pdf = encoded(drawing(), ".pdf", "A caption.")
    assert pdf.count(b"/FontFile2") >= 1
    assert b"/Type3" not in pdf
    assert b"A caption." in pdf


def test_an_svg_needs_no_font():
    svg = encoded(drawing(), ".svg", "A caption.").decode()
    assert "<text" not in svg
    assert "A caption." in svg


def test_a_png_is_as_wide_as_a_column_at_300_dots_an_inch():
    with Image.open(io.BytesIO(encoded(drawing(), ".png", "A caption."))) as image:
        assert image.size == (990, 150)
        assert image.info["Description"] == "A caption."


def test_characters_that_no_font_has_are_told_in_one_line(capsys):
    encoded(drawing("模型 模型"), ".png", "")
    assert capsys.readouterr().err.count("\n") == 1
    encoded(drawing("Привет ↑"), ".png", "")
    assert capsys.readouterr().err == ""


def test_other_warnings_are_not_swallowed():
    def draw():
        with pytest.warns(UserWarning, match="set_ticklabels"):
            drawing()().axes[0].set_xticklabels(["a"])
        drawing()().axes[0].set_xticklabels(["a"])
        return drawing()()

    with pytest.warns(UserWarning, match="set_ticklabels"):
        encoded(draw, ".png", "")


def test_only_files_that_can_be_written_have_a_name(tmp_path):
    with pytest.raises(UsageError, match=r"must end in \.pdf, \.svg or \.png, but got 'x.jpg'"):
        check_suffix(tmp_path / "x.jpg")


def test_a_long_text_is_measured_seldom(monkeypatch):
    measured = []

    def noted(text, size=8.0):
        measured.append(text)
        return length(text, size)

    monkeypatch.setattr("motionedit_bench.leaderboard.figures.paper.length", noted)
    assert wrapped("Raise the left paw. " * 20, 6.8).count("\n") == 2
    assert len(measured) < 50


def test_wrapped_text_fits_and_is_whole():
    name = "qwen_image_edit_2511_lora_by_someone abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
    with styled():
        lines = wrapped(name, 1.0).split("\n")
    assert max(map(length, lines)) <= 1.0
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert lines[0].endswith(("_", "t"))
    assert wrapped("bagel", 1.0) == "bagel"
    assert wrapped("a\nb", 1.0) == "a\\nb"
