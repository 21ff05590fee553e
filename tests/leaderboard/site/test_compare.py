"""Models on one item, as a reader compares them."""

import shutil

import pytest
from helpers.browsing import address

TWO = "#item=item-1&models=mover,idler"


def opened(visit, site, fragment=TWO, **how):
    page = visit(site / "index.html", fragment, **how)
    page.locator("#exhibit .tile").first.wait_for()
    return page


def tile(page, name):
    return page.locator(".tile", has=page.locator(f"figcaption :text-is('{name}')"))


def seen(page, name):
    """What the pictures on top of a tile are of."""
    return tile(page, name).locator(".stage.on img").evaluate_all("each => each.map((image) => image.alt)")


def transforms(page):
    """How the pictures are zoomed and moved; to a tenth, as widths of columns differ by fractions."""
    found = page.locator(".stage.on").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).transform.match(/-?[\\d.]+/g))"
    )
    return {tuple(round(float(number), 1) for number in each) for each in found}


def test_an_item_shows_input_target_edits_scores_and_the_reason_of_the_judge(site, visit):
    page = opened(visit, site, "#item=item-2&models=mover")
    assert page.locator("figcaption").all_inner_texts() == ["input", "target", "mover"]
    for image in page.locator(".stage.on img").all():
        image.evaluate("image => image.decode()")
    lines = page.locator("#scores tbody tr")
    assert lines.nth(0).inner_text().split() == ["mas", "↑", "100.00"]
    assert page.locator("#scores .why").inner_text().startswith("The arm is raised.")


def test_a_page_that_is_open_gives_no_models_edits_of_a_later_build_to_another(
    scored, site, visit, tmp_path, mebench
):
    copy, preds = shutil.copytree(site, tmp_path / "site"), shutil.copytree(scored, tmp_path / "preds")
    page = opened(visit, copy, "#item=item-1")
    (preds / "mover").rename(preds / "zz")
    assert mebench("leaderboard", preds, "--format", "html", "--out", copy)[0] == 0
    assert not page.locator("#outdated").is_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.get_by_text("The scores have changed").wait_for()
    assert page.locator("#heading .note").inner_text().startswith("item-")
    page.reload()
    assert not page.locator("#outdated").is_visible()
    assert page.locator("#board", has_text="zz").count() == 1


def test_keys_change_what_all_pictures_show_and_the_space_bar_blinks(site, visit):
    page = opened(visit, site)
    edit, before = ["Edit of item item-1 by mover"], ["The input in the place of the edit by mover"]
    assert seen(page, "mover") == edit
    for key, shown in {
        "i": before,
        " ": edit,
        "b": before,
        "t": ["The target in the place of the edit by mover"],
    }.items():
        page.keyboard.press(key)
        assert seen(page, "mover") == shown, key
    assert address(page).endswith(f"{TWO}&view=target")
    assert page.get_by_role("radio", name="Target", exact=True).is_checked()
    page.keyboard.press("e")
    assert address(page).endswith(TWO)


def test_the_line_parts_two_pictures_and_moves_by_keys_and_by_the_pointer(site, visit):
    page = opened(visit, site, f"{TWO}&view=wipe")
    assert len(seen(page, "mover")) == 2
    page.keyboard.press("]")
    assert page.locator("#wipe").input_value() == "55"
    box = tile(page, "mover").locator(".pane").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 20, steps=3)
    page.mouse.up()
    assert page.locator("#wipe").input_value() == "25"
    clips = page.locator(".stage.over.on").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).clipPath)"
    )
    assert len(clips) == 3  # of the target and both edits, not of the input itself
    page.keyboard.press("v")
    assert "The target in the place" in seen(page, "mover")[1]


def test_all_pictures_are_zoomed_and_moved_together(site, visit):
    page = opened(visit, site)
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowLeft")
    (one,) = transforms(page)
    assert one[:4] == (1.5, 0, 0, 1.5)
    page.keyboard.press("0")
    box = tile(page, "idler").locator(".pane").bounding_box()
    place = box["x"] + 10, box["y"] + 10
    page.mouse.click(*place)
    assert page.locator("#zoom").inner_text().startswith("2.5")
    before = transforms(page)
    page.mouse.move(*place)
    page.mouse.down()
    page.mouse.move(place[0] - 60, place[1], steps=3)
    page.mouse.up()
    (moved,) = transforms(page)
    assert {moved} != before
    page.mouse.click(*place)
    assert transforms(page) == {(1, 0, 0, 1, 0, 0)}


def test_motion_has_arrows_a_wheel_and_a_scale(site, visit):
    page = opened(visit, site, f"{TWO}&view=arrows")
    paths = {name: tile(page, name).locator(".arrows path").first for name in ("target", "mover", "idler")}
    assert paths["target"].get_attribute("d") == paths["mover"].get_attribute("d") != ""
    assert paths["idler"].get_attribute("d") == ""
    assert tile(page, "input").locator(".arrows").count() == 0
    assert "times as long as it is" in page.locator("#legend").inner_text()
    page.keyboard.press("a")
    assert page.locator("#legend").inner_text() == ""
    page.keyboard.press("m")
    page.get_by_alt_text("Colour wheel").evaluate("image => image.decode()")
    assert "px (" in page.locator("#legend").inner_text()
    assert seen(page, "mover") == ["Motion from input to the edit by mover, as colours"]
    assert "seen, camera still" in tile(page, "mover").inner_text()
    page.keyboard.press("x")
    page.get_by_alt_text("Scale of the error").evaluate("image => image.decode()")
    assert "The line encloses what moves" in page.locator("#legend").inner_text()


def test_models_that_have_an_edit_are_opened_and_six_at_most(site, visit):
    page = opened(visit, site, "#item=item-0")
    assert sorted(page.locator("#exhibit h3").all_inner_texts()) == ["idler", "mover"]
    assert "models=" not in address(page)
    page.evaluate("open(0, [0, 1, 2, 3, 4, 5, 6, 7].map((k) => k % 3))")
    page.get_by_text("No picture and no scores: no image for this item").wait_for()


@pytest.fixture
def altered(site, tmp_path):
    """A copy of the site in which a piece reads otherwise."""

    def call(piece, changes):
        copy = tmp_path / "site"
        shutil.copytree(site, copy, dirs_exist_ok=True)
        path = copy / "data" / f"{piece}.js"
        text = path.read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
        return copy

    return call


def test_what_the_flow_does_not_see_is_not_shown_as_motion(altered, visit):
    page = opened(visit, altered("item-1", {'"seen":true': '"seen":false'}), f"{TWO}&view=colours")
    assert "not to be read as motion" in tile(page, "mover").locator(".unseen").inner_text()
    assert tile(page, "mover").get_attribute("class") == "tile doubted"
    assert "metrics of motion say little on this item" in page.locator("#aside").inner_text()
    page.keyboard.press("x")
    assert tile(page, "idler").locator(".unseen").is_visible()
    page.keyboard.press("e")
    assert not tile(page, "mover").locator(".unseen").is_visible()
    site = altered("item-2", {'"trust":1.0': '"trust":null', '"seen":true': '"seen":false'})
    page = opened(visit, site, "#item=item-2&models=idler&view=error")
    assert "is not known" in tile(page, "idler").locator(".unseen").inner_text()


def test_items_are_listed_by_number_or_by_what_disagrees(altered, visit):
    numbers = {f'"id":"item-{k}"': f'"id":"{10 - k}"' for k in range(4)}
    page = opened(visit, altered("items", numbers), "#item=9&models=mover")
    names = page.locator("#items b")
    assert names.all_text_contents() == ["7", "8", "9", "10"]
    assert page.locator("#order-note").is_hidden()
    for order, words in {
        "models most apart": "the highest of all models",
        "metrics most apart": "two metrics are apart",
    }.items():
        page.get_by_label("Order").select_option(order)
        assert words in page.locator("#order-note").inner_text()
        apart = [float(text.split()[0]) for text in page.locator("#items .apart").all_text_contents()]
        assert apart == sorted(apart, reverse=True)
        first = names.first.text_content()
        page.get_by_text(f"{first} · ").wait_for()


def test_another_shape_than_the_inputs_has_a_badge(altered, visit):
    page = opened(visit, altered("item-1", {'-160x120.webp",160,120': '-160x120.webp",160,116'}))
    assert page.locator(".badge").count() == 0  # all are alike
    assert page.evaluate("isStretched(['', 160, 116], ['', 160, 120])")
    assert not page.evaluate("isStretched(['', 160, 118], ['', 160, 120])")


def test_the_keys_are_listed(site, visit):
    page = opened(visit, site)
    page.keyboard.press("?")
    assert page.get_by_role("dialog").locator("dt").count() > 12
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_a_phone_shows_one_picture_at_a_time(site, visit):
    page = opened(visit, site, width=390)
    strip = page.locator("#tiles")
    widths = page.locator(".pane").evaluate_all("all => all.map((one) => one.getBoundingClientRect().width)")
    assert min(widths) > 320
    page.keyboard.press(".")
    page.wait_for_function("document.getElementById('tiles').scrollLeft > 290")
    assert strip.evaluate("strip => strip.scrollWidth > 3 * strip.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_stands_in_the_way_of_anybody(altered, visit, axe, scheme):
    changed = altered("item-1", {'"seen":true': '"seen":false'})
    page = opened(visit, changed, f"{TWO}&view=colours,arrows", scheme=scheme)
    page.evaluate(axe)
    for key in ("m", "w", "?"):
        page.keyboard.press(key)
        found = page.evaluate("axe.run('#gallery', { preload: false }).then((result) => result.violations)")
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], key


def test_printed_the_pictures_are_there_and_the_controls_are_not(site, visit):
    page = opened(visit, site)
    page.emulate_media(media="print")
    assert page.locator(".pane").first.is_visible()
    assert page.locator("#lens, .chooser, .walk").first.is_hidden()
