"""The first screen as a reader has it: one line a model, and what the reader chooses of it."""

import re

import pytest
from helpers.browsing import address


@pytest.fixture(scope="module")
def mixed(whole_board, tmp_path_factory):
    """The site of a board with figures of every standing."""
    from motionedit_bench.cli import invoke

    out = tmp_path_factory.mktemp("mixed") / "site"
    assert (
        invoke(["leaderboard", str(whole_board), "--format", "html", "--out", str(out), "--published"]) == 0
    )
    return out


def names(page):
    return [
        text.split("\n")[0].strip()
        for text in page.locator("#board tr[data-place]:visible .opens").all_inner_texts()
    ]


def heads(page):
    texts = page.locator("#board thead th[data-column]:visible").all_inner_texts()
    return [text.split()[0] for text in texts if text.strip()]


def test_the_ranking_opens_with_the_columns_of_what_leads(mixed, visit):
    page = visit(mixed / "index.html", width=1360)
    assert heads(page) == ["#", "model", "motion_gain", "mas", "scored"]
    assert names(page)[:3] == ["first", "second", "third"]
    assert (
        page.locator("#board tr.apart")
        .inner_text()
        .startswith("Not ranked: a rank needs a score of motion_gain")
    )
    first = page.locator("#board tbody tr", has_text="first")
    assert "Example Lab · open weights" in first.inner_text()
    assert first.locator(".standing").inner_text() == "recomputed"
    assert first.locator(".plot .whisker").count() == 1
    assert first.locator(".interval:visible, .scored:visible").count() == 0
    assert page.locator("#board tr", has_text="partly").locator(".coverage").inner_text() == "3/4"


def test_columns_and_density_are_chosen_and_kept_in_the_address(mixed, visit):
    page = visit(mixed / "index.html", width=1360)
    page.get_by_role("radio", name="judged").check()
    assert heads(page) == ["#", "model", "motion_gain", "overall", "win_rate", "scored"]
    page.get_by_role("radio", name="full").check()
    assert page.locator("#board .interval:visible").count() > 0
    assert address(page).endswith("#columns=judged&density=full")
    again = visit(mixed / "index.html", "#columns=similarity&density=full&sort=-ssim", width=1360)
    assert heads(again) == ["#", "model", "motion_gain", "ssim", "lpips", "scored"]
    assert names(again)[0] == "in-part"
    again.evaluate("location.hash = '#columns=motion&sort=mas'")
    again.get_by_role("radio", name="motion", checked=True).wait_for()
    assert names(again)[0] == "best-alone"
    again.get_by_role("radio", name="compact").check()
    assert "density" not in address(again)


def test_rows_are_a_table_to_all_and_cost_nothing_out_of_view(mixed, visit):
    page = visit(mixed / "index.html", width=1360)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    assert {"table", "row", "columnheader", "rowheader", "cell"} <= {node["role"]["value"] for node in tree}
    drawn = page.evaluate("""() => new Promise((done) => {
        for (let k = 0; k < 200; k++) board.tBodies[0].append(lines[0].cloneNode(true));
        const isDrawn = (row) => row.cells[1].checkVisibility({ contentVisibilityAuto: true });
        requestAnimationFrame(() => setTimeout(() => done([board.rows[1], board.rows[200]].map(isDrawn))));
    })""")
    assert drawn == [True, False]


def test_partial_runs_stand_below_a_line_that_says_why(mixed, visit):
    page = visit(mixed / "index.html", "#columns=all", width=1360)
    page.get_by_role("button", name="sort by mas").click()
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert names(page)[-1] == "partly"
    assert "Not scored on every item" in page.locator("#board tr.apart:visible").inner_text()
    page.get_by_role("button", name="sort by lpips").click()
    assert page.locator("#board tr.apart:visible").all_inner_texts() == [
        "lpips is claimed, not computed here.",
        "Without a figure of lpips.",
    ]
    page.get_by_role("button", name="sort by model").click()
    assert address(page).endswith("#columns=all&sort=model")


def test_complete_means_what_decides_on_the_rank(mixed, visit):
    page = visit(mixed / "index.html", "#columns=all", width=1360)
    page.get_by_role("checkbox", name="complete runs only").check()
    assert names(page) == ["first", "second", "third", "in-part"]  # lpips of one model alone empties nothing
    assert page.locator("#board tr.apart:visible").count() == 0
    page.locator("#filter").fill("nobody")
    assert page.locator("#count").inner_text() == "no model is left"


def test_the_names_of_models_are_sorted_by_their_numbers(mixed, visit):
    page = visit(mixed / "index.html")
    assert page.evaluate("compare('model-9', 'model-10') < 0")


def test_rows_are_grouped_by_verification(board, tmp_path, mebench, visit):
    with open(board / "board.toml", "a", encoding="utf-8") as policy:
        policy.write('headline = ["motion_gain", "overall"]\ntakes = ["recomputed", "reread"]\n')
    out = tmp_path / "site"
    assert mebench("leaderboard", board, "--format", "html", "--out", out)[0] == 0
    page = visit(out / "index.html", "#columns=all")
    page.get_by_role("checkbox", name="group by verification").check()
    assert page.locator("#board tr.apart:visible").all_inner_texts()[0] == (
        "Figures that decide on the rank: computed by this board"
    )
    assert names(page)[-4:] == ["first", "second", "third", "best-alone"]
    assert address(page).endswith("#columns=all&group=verification")
    page.get_by_role("checkbox", name="group by verification").uncheck()
    assert names(page)[:3] == ["first", "second", "third"]
    assert address(page).endswith("#columns=all")


def test_a_metrics_name_leads_to_what_it_means(mixed, visit):
    page = visit(mixed / "index.html", width=1360)
    page.locator("#board thead").get_by_role("link", name="motion_gain").click()
    told = page.locator("#metrics div:target").inner_text()
    assert "\N{MINUS SIGN}100 to 100; higher is better" in told
    assert "doing nothing gets 0.00, the target 59.98" in " ".join(told.split())
    assert (
        page.locator("#board svg.axis").get_attribute("aria-label") == "doing nothing 0.00, the target 59.98"
    )


def test_a_row_opens_to_its_figures_categories_and_items(site, visit):
    page = visit(site / "index.html", width=1360)
    page.get_by_role("button", name="mover", exact=True).press("Enter")
    row = page.locator("#board tr.opened")
    row.locator(".strip a").first.wait_for()
    assert page.get_by_role("button", name="mover", exact=True).get_attribute("aria-expanded") == "true"
    assert row.locator("h3").all_inner_texts() == [
        "Every figure ticks: other models; dotted: doing nothing, the target",
        *("motion_gain by category", "Best items", "Worst items"),
    ]
    assert row.locator(".strip a").count() == 4
    row.locator(".strip a").first.click()
    page.locator("#exhibit h3").first.wait_for()
    assert re.search("#item=item-.&models=mover$", address(page))
    page.get_by_role("button", name="mover", exact=True).click()
    assert row.count() == 0


def test_the_page_opens_with_edits_that_lead_to_where_they_are_compared(site, visit):
    page = visit(site / "index.html", "#columns=all")
    strip = page.locator("#glance li")
    captions = [text.split("\n")[0] for text in strip.all_inner_texts()]
    assert captions[:2] == ["Input", "Target"]
    assert captions[2].startswith("mover")
    for image in strip.locator("img").all():
        image.evaluate("image => image.decode()")
    page.get_by_role("link", name="Compare these edits").click()
    page.locator("#exhibit h3").nth(1).wait_for()
    assert address(page).endswith("&models=mover,idler")
    assert "#columns=all&item=item-" in address(page)  # what else was chosen stays


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_it_stands_in_anybodys_way(mixed, visit, axe, scheme):
    page = visit(mixed / "index.html", "#columns=all&density=full&sort=mas", width=1360, scheme=scheme)
    page.get_by_role("button", name="first", exact=True).click()
    page.locator("#board tr.opened .strip").first.wait_for()
    page.evaluate(axe)
    found = page.evaluate("axe.run({ preload: false }).then((result) => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("width", [390, 768, 1360])
def test_no_table_is_cut(mixed, visit, width):
    page = visit(mixed / "index.html", width=width)
    page.get_by_role("button", name="first", exact=True).click()
    page.locator("#board tr.opened .strip").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wide = (
        "[...document.querySelectorAll('#table .scroll')].map((each) => each.scrollWidth - each.clientWidth)"
    )
    assert set(page.evaluate(wide)) == {0}


def test_columns_without_room_are_named(mixed, visit):
    page = visit(mixed / "index.html", "#columns=judged", width=660)
    assert page.locator("#dropped").inner_text().startswith("No room for ")
    assert "win_rate" not in heads(page)
    page.set_viewport_size({"width": 1360, "height": 900})
    page.locator("#board th[data-column] >> text=win_rate").wait_for()
    assert page.locator("#dropped").is_hidden()


def test_paper_has_the_table_whole(mixed, visit):
    page = visit(mixed / "index.html", "#columns=all", width=1360)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth") == 700
    assert "motion_gain" in heads(page)


def test_a_claim_is_not_the_best_of_an_item(mixed, visit):
    page = visit(mixed / "index.html", "#item=item-1&models=first,second,claimer")
    line = page.locator("#scores tbody tr", has=page.locator("th:text-is('mas ↑')"))
    cells = line.locator("td")
    assert cells.nth(2).inner_text().split() == ["99.01", "claimed"]
    assert line.locator("b").all_inner_texts() == ["71.01"]
