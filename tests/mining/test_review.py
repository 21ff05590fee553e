"""The page for review, driven as a person does."""

import json
import time

import pytest
from helpers.candidates import make_candidates

from motionedit_bench.mining.judging import Judged
from motionedit_bench.mining.records import candidate_folder
from motionedit_bench.mining.review import write_review
from motionedit_bench.mining.written import Written, read_written

HOSTILE = "</script><img src=x onerror=\"document.title='taken'\">"


@pytest.fixture
def candidates(tmp_path):
    return make_candidates(tmp_path)


@pytest.fixture
def review(tmp_path, candidates):
    said = Judged(
        candidates[1].id,
        "ok",
        kept=False,
        rule="motion",
        value=2,
        verdict={"setting": 5, "motion": 2, "integrity": 4},
        why={"verdict": HOSTILE},
    )
    waits = Judged(candidates[3].id, "refused", "verdict: sorry")
    written = {
        candidates[1].id: Written("", "", False),
        candidates[2].id: Written(f"Say it. {HOSTILE}", "Pose / Posture", True),
    }
    flow = candidate_folder(tmp_path, candidates[0].id)
    (flow / "flow.png").write_bytes((flow / "target.png").read_bytes())
    return write_review(tmp_path, candidates, written, [said, waits])


def saved(page, tmp_path):
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save").click()
    assert waiting.value.suggested_filename == "instructions.csv"
    path = tmp_path / f"saved-{time.monotonic_ns()}.csv"
    waiting.value.save_as(path)
    return path


def test_pairs_are_kept_dropped_and_written_by_keys_and_the_file_is_read_again(
    review, candidates, visit, tmp_path
):
    ids = [one.id for one in candidates]
    page = visit(review, width=1360)
    assert page.title() == "Which pairs become items?"
    assert page.locator("#where").inner_text() == "1 of 4: clip-0.mp4, 0:00.00 to 0:03.00"
    assert page.locator("#count").inner_text() == "2 of 4 decided, 1 become items"
    page.keyboard.press("k")  # kept, and the sentence is asked for
    assert page.locator("#state").inner_text() == "kept, but without an instruction"
    page.keyboard.type("Slide the square, slowly, to the “right”.")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    assert page.locator("#where").inner_text().startswith("2 of 4")
    assert (
        "setting 5, motion 2, integrity 4; dropped by motion. </script>"
        in page.locator("#verdict").inner_text()
    )
    page.keyboard.press("u")
    assert page.locator("#state").inner_text() == "undecided"
    page.keyboard.press("d")
    page.keyboard.press("ArrowRight")
    assert page.locator("#verdict").inner_text() == "The judge gave no verdict (refused): verdict: sorry"
    page.keyboard.press("d")
    assert page.locator("#count").inner_text() == "4 of 4 decided, 2 become items"
    found = read_written(saved(page, tmp_path))
    assert found == {
        ids[0]: Written("Slide the square, slowly, to the “right”.", "Locomotion / Distance", True),
        ids[1]: Written("", "", False),
        ids[2]: Written(f"Say it. {HOSTILE}", "Pose / Posture", True),
        ids[3]: Written("", "", False),
    }


def test_what_was_done_outlives_a_reload_until_the_file_says_otherwise(review, candidates, visit, tmp_path):
    page = visit(review, width=1360)
    page.keyboard.press("d")
    page.get_by_role("button", name="Pair before").click()
    page.locator("#prompt").fill("Half a sen")
    page.reload()
    assert page.locator("#where").inner_text().startswith("4 of 4")  # the first that is undecided
    assert page.locator("#count").inner_text() == "3 of 4 decided, 1 become items"
    assert read_written(saved(page, tmp_path))[candidates[0].id] == Written("Half a sen", "", False)
    write_review(tmp_path, candidates, {candidates[0].id: Written("Written by hand.", "", True)})
    page.reload()
    assert page.locator("#where").inner_text().startswith("2 of 4")
    page.get_by_role("button", name="Pair before").click()
    assert page.locator("#prompt").input_value() == "Written by hand."


def test_the_blink_shows_the_input_where_the_target_is(review, visit):
    page = visit(review, width=1360)
    button = page.get_by_role("button", name="Blink")
    page.keyboard.press(" ")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("#under").is_visible()
    assert page.locator("#under").evaluate("image => image.src") == page.locator("#input").evaluate(
        "image => image.src"
    )
    assert page.locator("#shown").inner_text() == "Target: the input"
    page.locator("#target").locator("..").click()
    assert not page.locator("#under").is_visible()
    button.click()
    page.keyboard.press("ArrowRight")
    assert not page.locator("#under").is_visible()
    assert not page.locator("#flow").is_visible()  # of this one there is none


def test_a_filter_leaves_the_pairs_of_one_state(review, visit):
    page = visit(review)
    page.get_by_label("Show").select_option("no")
    assert page.locator("#where").inner_text().startswith("2 of 4")
    assert page.get_by_role("button", name="Next pair").is_disabled()
    page.get_by_label("Show").select_option("open")
    assert page.locator("#where").inner_text().startswith("1 of 4")
    page.keyboard.press("Escape")
    page.locator("#where").click()
    page.keyboard.press("d")
    assert page.locator("#where").inner_text().startswith("4 of 4")
    page.get_by_role("button", name="Drop").click()
    assert page.locator("#nothing").is_visible()
    page.get_by_label("Show").select_option("all")
    assert page.locator("#pair").is_visible()


def test_all_pairs_are_listed_and_lead_there(review, visit):
    page = visit(review)
    page.get_by_text("All pairs").click()
    lines = page.locator("#list li").all_inner_texts()
    assert [line.split(":")[0] for line in lines] == ["undecided", "dropped", "kept", "undecided"]
    page.locator("#list button").nth(2).click()
    assert page.locator("#prompt").input_value().startswith("Say it. </script>")
    assert page.get_by_label("Pose / Posture").is_checked()


def test_a_sentence_that_will_not_do_is_told(review, visit):
    page = visit(review)
    page.locator("#prompt").fill("Turn the whole Image.")
    assert page.locator("#words").inner_text() == "better without the word “image”"
    page.locator("#prompt").fill("word " * 31)
    assert page.locator("#words").inner_text() == "31 words, better at most 30"
    page.locator("#prompt").fill("Turn the imagery.")
    assert page.locator("#words").inner_text() == ""


def test_a_browser_that_keeps_nothing_is_told_of(review, visit):
    page = visit(review)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    page.keyboard.press("d")
    assert "keeps nothing" in page.get_by_role("alert").inner_text()


def test_the_file_can_be_copied_as_text(review, visit):
    page = visit(review)
    page.get_by_text("The file as text").click()
    page.get_by_role("button", name="Copy as text").click()
    page.locator("#said", has_text="op").wait_for()
    assert page.locator("#text").input_value().startswith("id,prompt,category,keep\n")


def test_a_review_without_candidates_says_so(tmp_path, visit):
    page = visit(write_review(tmp_path, [], {}))
    assert page.locator("#nothing").is_visible()
    assert page.locator("#count").inner_text() == "0 of 0 decided, 0 become items"
    page.keyboard.press("k")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1360, "dark")])
def test_nothing_stands_in_anybodys_way(review, visit, axe, width, scheme):
    page = visit(review, width=width, scheme=scheme)
    page.keyboard.press("ArrowRight")
    page.get_by_text("All pairs").click()
    page.get_by_text("The file as text").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate(axe)
    found = page.evaluate("axe.run({ preload: false }).then((result) => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_what_the_page_is_given_is_data(review):
    text = review.read_text()
    assert "<img src=x" not in text
    start = text.index('id="plan">') + len('id="plan">')
    plan = json.loads(text[start : text.index("</script>", start)])
    assert [one["written"] for one in plan["pairs"]][1] == ["", "", "no"]
