"""The page for voting, in a browser: from edits to what people prefer."""

import json
import re
import shutil

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.images import decode
from motionedit_bench.leaderboard.voting.plan import WHOLE

MODELS = ["zeta-one", "zeta-two", "zeta-three", "zeta-four", "zeta-five"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Five models on five items, of which one edit is missing and one is no picture."""
    root = tmp_path_factory.mktemp("voting")
    bench = make_benchmark(root / "bench", count=5)
    for number, name in enumerate(MODELS):
        shutil.copytree(bench / ("target" if number % 2 else "input"), root / "preds" / name)
    (root / "preds/zeta-one/item-0.png").unlink()
    (root / "preds/zeta-two/item-1.png").write_bytes(b"no picture")
    return root


@pytest.fixture
def page_of(models, mebench, tmp_path):
    def call(*options):
        out = tmp_path / "vote"
        arguments = ["vote", models / "preds", "--bench", models / "bench", "--out", out, *options]
        return out, *mebench(*arguments)

    return call


def asked_on(out):
    """The questions of each annotator, and what the key says of their pictures."""
    text = (out / "page/index.html").read_text()
    data = json.loads(re.search(r'id="plan">(.*?)</script>', text, re.DOTALL)[1])
    return data["people"], json.loads((out / "key.json").read_text())["pictures"]


def answer(question, pictures):
    """Of somebody who looks, and likes what comes first in the alphabet."""
    a, b = (pictures[name]["shows"] for name in question[1:])
    if WHOLE in (a, b):
        return "1" if a == WHOLE else "3"
    return "1" if a < b else "3"


def test_forty_votes_by_keyboard_with_a_reload_between(page_of, visit, axe, mebench, tmp_path):
    out, status, _, err = page_of("--annotators", 1)
    assert (status, "8 of 50 pairs of edits are not asked about" in err) == (0, True)
    (questions,), pictures = asked_on(out)
    page = visit(out / "page/index.html", width=1100)

    def reply(first, last):
        for number in range(first, last):
            page.wait_for_selector(f"#question[data-ready='{number}']")
            page.keyboard.press(answer(questions[number], pictures))

    page.get_by_role("button", name="Begin").click()
    reply(0, 5)
    page.wait_for_selector("#question[data-ready='5']")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#question[data-ready='6']")
    page.keyboard.press("u")
    page.wait_for_selector("#question[data-ready='5']")
    page.keyboard.press(" ")
    assert page.locator(".under:visible").count() == 2
    page.evaluate(axe)
    assert problems(page) == []
    reply(5, 20)
    page.reload()
    page.wait_for_selector("#question[data-ready='20']")
    assert page.locator("#count").inner_text() == "21 of 48"
    reply(20, 48)
    page.get_by_text("That was the last one").wait_for()
    page.evaluate(axe)
    assert problems(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "humans-1.csv"
    download.value.save_as(tmp_path / "humans-1.csv")
    assert page.locator("#text").input_value() == (tmp_path / "humans-1.csv").read_text()

    assert "give its key.json with --key" in mebench("agree", tmp_path / "humans-1.csv")[2]
    status, found, _ = mebench("agree", tmp_path / "humans-1.csv", "--key", out / "key.json")
    assert status == 0
    lines = [line.split() for line in found.splitlines()]
    (person,) = [line for line in lines if line[:2] == ["1", "40/40"]]
    assert person[3:] == ["4/4", "4/4"]
    order = [line[0] for line in lines if line and line[0] in MODELS]
    assert order == sorted(MODELS)


def problems(page):
    found = page.evaluate("axe.run({ preload: false }).then((result) => result.violations)")
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def test_a_phone_in_the_dark_votes_by_touch_and_scrolls_down_only(page_of, visit, axe):
    out, *_ = page_of("--annotators", 2, "--per-annotator", 3)
    page = visit(out / "page/index.html", width=360, scheme="dark")
    assert page.get_by_role("option").all_inner_texts() == ["1", "2"]
    page.evaluate(axe)
    assert problems(page) == []
    page.evaluate("void (Storage.prototype.setItem = () => { throw new Error('full') })")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_label("You are number").select_option("2")
    page.get_by_role("button", name="Begin").click()
    for number, choice in enumerate(["A", "Neither", "B"]):
        page.wait_for_selector(f"#question[data-ready='{number}']")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.get_by_role("button", name=re.compile(f"^{choice}")).click()
    page.wait_for_selector("#question[data-ready='3']")
    assert "keeps nothing" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("is selected").wait_for()
    assert page.evaluate("getSelection().toString()").startswith("item_id,")
    text = page.locator("#text").input_value()
    assert [line.rpartition(",")[2] for line in text.splitlines()] == ["choice", "a", "tie", "b"]
    page.get_by_role("button", name="Back to the questions").click()
    page.wait_for_selector("#question[data-ready='3']")


def test_nothing_handed_out_names_a_model_or_carries_its_bytes(page_of, models):
    out, *_ = page_of("--annotators", 2, "--per-annotator", 20, "--seed", 5)
    page = out / "page"
    assert {path.name for path in out.iterdir()} == {"key.json", "page"}
    for path in page.rglob("*"):
        assert "zeta" not in str(path.relative_to(page))
        assert path.is_dir() or b"zeta" not in path.read_bytes()
    people, pictures = asked_on(out)
    names = {path.stem for path in (page / "pictures").iterdir()}
    assert names > pictures.keys()
    assert all(
        decode((page / f"pictures/{name}.webp").read_bytes()).size == (160, 120)
        for name in pictures
        if pictures[name]["kind"] != "check"
    )
    assert {name for questions in people for _, *sides in questions for name in sides} == pictures.keys()
    assert not any(one["shows"] == "zeta-one" and one["item"] == "item-0" for one in pictures.values())
    assert not any(one["shows"] == "zeta-two" and one["item"] == "item-1" for one in pictures.values())
    assert json.loads((out / "key.json").read_text())["seed"] == 5


def test_what_cannot_be_voted_on_is_one_clear_line(page_of, models, mebench, tmp_path):
    out, status, _, err = page_of("--per-annotator", 300)
    assert (status, "at most 42 each" in err, out.exists()) == (2, True, False)
    assert list(tmp_path.glob(".vote*")) == []
    out.mkdir()
    (out / "key.json").touch()
    assert "is not empty" in page_of()[3]
    lone = models / "preds/zeta-one"
    status, _, err = mebench("vote", lone, "--bench", models / "bench", "--out", tmp_path / "v")
    assert (status, "holds one model" in err) == (2, True)


def test_an_item_whose_own_picture_is_unusable_is_not_asked_about(mebench, tmp_path):
    bench = make_benchmark(tmp_path / "bench", count=2)
    for name in ("one", "two"):
        shutil.copytree(bench / "target", tmp_path / "preds" / name)
    (bench / "target/item-0.png").write_bytes(b"no picture")
    arguments = ("vote", tmp_path / "preds", "--bench", bench, "--out", tmp_path / "vote")
    status, _, err = mebench(*arguments, "--annotators", 1, "--per-annotator", 1)
    assert status == 0
    assert "item item-0 is not asked about, for a picture of its own: not an image" in err
    (questions,), _ = asked_on(tmp_path / "vote")
    assert {item for item, *_ in questions} == {"item-1"}
    assert "not empty" in mebench(*arguments)[2]
