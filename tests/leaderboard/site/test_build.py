"""The site as a reader has it: opened from a folder, in a browser."""

import shutil
from urllib.parse import quote

import pytest
from helpers.browsing import address
from helpers.pictures import make_benchmark


def names(page) -> list[str]:
    """The models' names, without what stands below them."""
    return page.locator("#board tbody tr:visible .opens").all_text_contents()


def test_the_table_is_sorted_by_a_click_and_the_other_way_by_another(site, visit):
    page = visit(site / "index.html", "#columns=all")
    head = page.get_by_role("button", name="sort by ssim")
    head.click()
    assert names(page) == ["mover", "idler", "<b>half"]  # the partial run stands below, whatever its mean
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    head.click()
    assert names(page) == ["idler", "mover", "<b>half"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="sort by model").click()
    assert names(page) == ["<b>half", "idler", "mover"]


def test_the_table_is_filtered_by_name(site, visit):
    page = visit(site / "index.html")
    page.locator("#filter").fill("OVE")
    assert names(page) == ["mover"]
    assert page.locator("#count").inner_text() == "1 of 3 models"
    page.locator("#filter").fill("")
    assert len(names(page)) == 3


def test_every_figure_stands_beside_scored_of_expected(site, visit):
    page = visit(site / "index.html", "#columns=all&density=full")
    half = page.locator("#board tbody tr", has_text="<b>half")
    assert half.locator(".rank").inner_text() == "\N{EN DASH}"
    assert half.locator("td .scored").all_inner_texts() == ["2/4"] * 4
    assert half.locator("td .worst").count() == 4


def test_what_is_missing_is_said_in_words(site, visit):
    page = visit(site / "index.html", "#item=item-3&models=%3Cb%3Ehalf")
    page.get_by_text("No picture and no scores: the image cannot be shown: not an image").wait_for()
    assert set(page.locator("#exhibit td").all_inner_texts()) == {"", "corrupt"}


def test_a_deep_link_opens_the_item_and_choices_go_into_the_address(site, visit):
    page = visit(site / "index.html", "#item=item-1&models=idler,mover")
    page.locator("#exhibit h3").first.wait_for()
    assert sorted(page.locator("#exhibit h3").all_inner_texts()) == ["idler", "mover"]
    page.get_by_role("option", name="item-3").click()
    page.get_by_alt_text("Input of item item-3").wait_for()
    page.get_by_role("checkbox", name="idler").uncheck()
    assert address(page).endswith("#item=item-3&models=mover")
    page.evaluate("location.hash = '#item=item-0&models=idler'")
    page.get_by_alt_text("Edit of item item-0 by idler").wait_for()
    page.evaluate("location.hash = '#item=nowhere'")
    page.get_by_text("There is no item nowhere on this board.").wait_for()


def test_a_link_to_a_section_stays_there_while_others_are_drawn(site, visit):
    page = visit(site / "index.html")
    for name in ("wins", "gallery", "categories", "extremes"):
        page.evaluate(f"document.getElementById('{name}').scrollIntoView({{ behavior: 'instant' }})")
        page.locator("#extremes .strip, #wins-figure svg, #category-panels td").first.wait_for()
        top = page.evaluate(f"document.getElementById('{name}').getBoundingClientRect().top")
        bottom = page.evaluate("document.documentElement.scrollHeight - innerHeight - scrollY")
        assert abs(top) < 120 or bottom < 2, name


def test_the_keyboard_goes_from_item_to_item(site, visit):
    page = visit(site / "index.html", "#item=item-0&models=mover")
    page.get_by_alt_text("Input of item item-0").wait_for()
    page.get_by_role("option", name="item-0").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_alt_text("Input of item item-1").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_alt_text("Input of item item-2").wait_for()
    assert page.locator(":focus").get_attribute("aria-selected") == "true"
    page.locator("#item-filter").fill("item-0")
    page.get_by_role("option", name="item-0").wait_for()
    assert page.locator("#items [role=option]:visible").count() == 1
    page.get_by_role("button", name="Previous").press("Enter")
    page.get_by_alt_text("Input of item item-0").wait_for()
    page.get_by_role("button", name="sort by model").press("Enter")
    assert names(page)[0] == "<b>half"


def test_hostile_text_is_shown_as_text(site, visit, hostile):
    page = visit(site / "index.html", "#item=item-1&models=mover,%3Cb%3Ehalf")
    page.locator("#exhibit .why").wait_for()
    assert hostile in page.locator("#exhibit .instruction").inner_text()
    assert hostile in page.locator("#exhibit .why").inner_text()
    assert "<b>half" in names(page)
    page.locator("#categories").scroll_into_view_if_needed()
    page.locator("#category-panels tbody tr").first.wait_for()
    assert hostile in page.locator("#category-panels").inner_text()
    assert page.title() == "MotionEdit-Bench: bench"
    assert page.locator("img[src=x]").count() == 0
    for path in [site / "index.html", *(site / "data").glob("*.js")]:
        assert "<img src=x" not in path.read_text(encoding="utf-8")


def test_a_hostile_name_of_a_model_is_shown_as_text(scored, tmp_path, mebench, visit, hostile):
    preds, out = tmp_path / "preds", tmp_path / "site"
    hostile = hostile.replace("/", "")  # a folder's name has none
    shutil.copytree(scored, preds)
    (preds / "idler").rename(preds / hostile)
    assert mebench("leaderboard", preds, "--format", "html", "--out", out)[0] == 0
    page = visit(out / "index.html", f"#item=item-1&models={quote(hostile, safe='')}")
    page.locator("#exhibit h3").wait_for()
    assert page.locator("#exhibit h3").inner_text() == hostile
    assert hostile in names(page)
    for name in ("scatter-figure", "wins-figure"):
        page.locator(f"#{name}").scroll_into_view_if_needed()
        page.locator(f"#{name} summary").click()
        page.locator(f"#{name} table", has_text="onerror").wait_for()
    assert page.title() == "MotionEdit-Bench: bench"
    assert page.locator("img[src=x]").count() == 0


def test_charts_are_drawn_when_seen_and_say_their_numbers(site, visit):
    page = visit(site / "index.html")
    page.locator("#wins").scroll_into_view_if_needed()
    page.locator("#wins-figure svg").wait_for()
    page.locator("#scatter-figure svg circle").first.wait_for()
    assert page.locator("#scatter-figure circle").count() == 3
    page.locator("#wins-figure summary").click()
    table = page.locator("#wins-figure table")
    assert "100 % of 4" in table.locator("tr", has=page.get_by_role("rowheader", name="mover")).inner_text()
    page.locator("#extremes").scroll_into_view_if_needed()
    page.locator("#extremes .strip a").first.click()
    page.locator("#exhibit h3").first.wait_for()
    assert "#item=item-" in address(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anybody(site, visit, axe, scheme):
    page = visit(site / "index.html", "#item=item-1&models=mover,idler", scheme=scheme)
    page.locator("#exhibit h3").first.wait_for()
    for name in ("categories", "scatter", "wins", "extremes"):
        page.locator(f"#{name}").scroll_into_view_if_needed()
    page.locator("#extremes .strip").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    page.evaluate(axe)
    found = page.evaluate("axe.run({ preload: false }).then((result) => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_a_phone_scrolls_down_only(site, visit):
    page = visit(site / "index.html", "#item=item-1&models=mover,idler", width=360)
    page.locator("#exhibit h3").first.wait_for()
    page.locator("#wins").scroll_into_view_if_needed()
    page.locator("#wins-figure svg").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_pictures_are_made_again_only_where_their_source_has_changed(scored, tmp_path, mebench):
    preds, out = tmp_path / "preds", tmp_path / "site"
    shutil.copytree(scored, preds)
    order = ["leaderboard", preds, "--format", "html", "--out", out]
    assert mebench(*order)[0] == 0
    before = {path.name: path.stat().st_mtime_ns for path in (out / "pictures").iterdir()}
    shutil.copy(preds / "idler" / "item-1.png", preds / "mover" / "item-0.png")
    assert mebench(*order)[0] == 0
    after = {path.name: path.stat().st_mtime_ns for path in (out / "pictures").iterdir()}
    kept = before.keys() & after.keys()
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    fresh = sorted(name.split(".")[1] for name in after.keys() - before.keys())
    assert fresh == ["json", "webp", "webp"]  # motion and error of a pair that is new
    assert len(kept) < len(before)  # those of the pair that is no more are removed


def test_a_folder_that_is_no_site_is_left_alone(scored, tmp_path, mebench):
    (tmp_path / "index.html").write_text("mine")
    status, _, err = mebench("leaderboard", scored, "--format", "html", "--out", tmp_path)
    assert (status, (tmp_path / "index.html").read_text()) == (2, "mine")
    assert "not a site" in err


def test_pictures_of_another_benchmark_are_not_shown(scored, tmp_path, mebench):
    other = make_benchmark(tmp_path / "other", count=2)
    out = tmp_path / "site"
    status, _, err = mebench("leaderboard", scored, "--format", "html", "--out", out, "--bench", other)
    assert (status, out.exists()) == (2, False)
    assert "another benchmark" in err


def test_where_pictures_are_is_said_only_for_a_site(scored, mebench):
    status, _, err = mebench("leaderboard", scored, "--preds", scored)
    assert status == 2
    assert "--out FOLDER" in err
