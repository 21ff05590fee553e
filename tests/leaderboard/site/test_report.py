"""One model as one file to send."""

import pytest

from motionedit_bench.leaderboard.site import build


def test_a_report_is_one_file_with_all_inside(scored, tmp_path, mebench, visit, hostile):
    out = tmp_path / "alone" / "mover.html"
    out.parent.mkdir()
    assert mebench("report", scored / "mover", "--out", out)[:2] == (0, f"{out}\n")
    page = visit(out, "#item=item-1&models=mover")
    page.get_by_alt_text("Edit of item item-1 by mover").wait_for()
    assert page.title() == "mover: bench"
    assert hostile in page.locator("#exhibit .why").inner_text()
    page.get_by_alt_text("Edit of item item-1 by mover").evaluate("image => image.decode()")
    page.locator("#extremes").scroll_into_view_if_needed()
    assert page.locator("#extremes .strip li").count() == 4
    assert page.locator("#wins, #scatter, #models, .rank").count() == 0
    page = visit(out, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#category-panels .panel").count() == 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")  # draws what nobody scrolled to
    page.get_by_alt_text("Edit of item item-0 by mover").wait_for()
    assert page.locator("#category-panels .panel").count() == 2
    assert page.locator("#extremes .strip li").count() == 4


def test_a_report_of_many_items_holds_pictures_of_the_worst_and_best(scored, tmp_path, mebench, monkeypatch):
    monkeypatch.setattr(build, "PICTURED", 2)
    out = tmp_path / "mover.html"
    assert mebench("report", scored / "mover", "--out", out)[0] == 0
    text = out.read_text(encoding="utf-8")
    assert "the pictures of 2 items" in " ".join(text.split())
    assert text.count("not pictured in this file") == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["mover", "--out", "page.pdf"], "must end in .html"), (["."], "give the folder of one")],
)
def test_a_report_is_of_one_model_and_a_page(scored, mebench, arguments, words):
    status, _, err = mebench("report", scored / arguments[0], *arguments[1:])
    assert status == 2
    assert words in err
