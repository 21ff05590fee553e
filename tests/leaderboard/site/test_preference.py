"""What the page says of direct comparisons, where there are some."""

import json
import shutil
from itertools import combinations

import pytest
from helpers.scored_models import FIVE, write_model
from helpers.shared import once

from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.preference.families import Family
from motionedit_bench.leaderboard.preference.ratings import rate
from motionedit_bench.leaderboard.site import page
from motionedit_bench.leaderboard.site.preference import preference
from motionedit_bench.leaderboard.site.subject import read
from motionedit_bench.predictions import COMPARISONS

WINNERS = {"a": ("first", "second"), "b": ("second", "first"), "tie": ("first", "first")}
KIN = [Family("own", ("openai:own",), ("own-*",))]


def compared(item, a, b, outcome, judge="openai:j", **more):
    orders = [{"first": first, "winner": said} for first, said in zip("ab", WINNERS[outcome], strict=True)]
    row = {"judge": judge, "item_id": item, "model_a": a, "model_b": b, "status": "ok", "reason": None}
    return row | {"outcome": outcome, "orders": orders} | more


def left_by(folder, rows):
    (folder / COMPARISONS).write_text("".join(json.dumps(row) + "\n" for row in rows))


def models(folder, *names):
    for number, name in enumerate(names):
        write_model(folder, name, dict.fromkeys(FIVE, 50.0 + number))
    return folder


def section(folder, families=KIN):
    return preference(read(contest(folder)), families)


def text(folder):
    return page.render(read(contest(folder)))


ROWS = [compared(item, "own-x", "y", "ab"[k % 2]) for k, item in enumerate(FIVE)]
ROWS += [compared(item, "own-x", "y", "b" if k else "tie", "openai:own") for k, item in enumerate(FIVE)]


def test_strengths_judges_and_kin_are_those_of_the_rows(tmp_path):
    left_by(models(tmp_path, "own-x", "y", "z"), ROWS)
    (tmp_path / "own-x" / "card.toml").write_text('prompt_rewrite = "GPT-5"')
    found = section(tmp_path)
    assert (found["compared"], found["most"]) == (5, 15)
    (panel,) = found["panels"]
    best, other = panel["lines"]
    rated = rate(ROWS).models
    assert [(one["model"], one["rating"]) for one in (best, other)] == [(one.model, one) for one in rated]
    assert best["model"] == "y"
    assert best["rating"].share == pytest.approx((2 + 4.5) / 10)
    assert (best["free"].share, other["free"].share) == (pytest.approx(0.4), pytest.approx(0.6))
    assert [position.share for position in best["each"]] == [pytest.approx(0.4), pytest.approx(0.9)]
    assert (other["marks"], best["marks"]) == (["(w)", "(*)"], [])
    own = {judge["name"]: judge for judge in panel["judges"]}["openai:own"]
    assert (own["found"].flips, own["found"].scored, own["found"].first, own["found"].decided) == (
        1,
        5,
        6,
        10,
    )
    assert own["akin"] == ["own-x"]
    assert panel["agreement"].endswith("in 2/5 (40.0 %).")


def test_all_dots_lie_on_the_axis_in_the_order_of_what_they_stand_for(tmp_path):
    left_by(models(tmp_path, "own-x", "y"), ROWS)
    (panel,) = section(tmp_path)["panels"]
    for line in panel["lines"]:
        drawn, rating = line["drawn"], line["rating"]
        assert 0 <= drawn["whisker"][0] <= drawn["dot"] <= drawn["whisker"][1] <= 100
        assert all(0 <= at <= 100 for at in (line["free_at"], *drawn["alone"]))
        assert (line["free_at"] < drawn["dot"]) == (line["free"].share < rating.share)
    (mark,) = panel["scale"]["marks"]
    first, second = (line["drawn"]["dot"] for line in panel["lines"])
    assert mark["text"] == "50.0"
    assert second < mark["at"] < first


def test_where_nothing_was_compared_there_is_no_section(tmp_path):
    models(tmp_path, "x", "y")
    assert section(tmp_path) is None
    assert 'id="preference"' not in text(tmp_path)
    assert "#preference" not in text(tmp_path).replace(page.asset("site.css"), "")
    left_by(tmp_path, [compared("a", "x", "gone", "a"), compared("elsewhere", "x", "y", "a")])
    assert section(tmp_path) is None
    left_by(tmp_path, [compared("a", "x", "y", "a")])
    assert '<a href="#preference">' in text(tmp_path)
    assert section(tmp_path / "x") is None, "one model has nobody to be compared with"


def test_a_board_of_submissions_shows_no_comparisons(board):
    names = [row.model for row in read(contest(board)).rows]
    left_by(board, [compared("item-0", *sorted(names[:2]), "a")])
    assert 'id="preference"' not in text(board)


def test_without_strengths_the_reason_stands_there_and_nothing_is_drawn(tmp_path):
    left_by(models(tmp_path, "x", "y"), [compared(i, "x", "y", "a", j) for i in FIVE for j in "jk"])
    (panel,) = section(tmp_path)["panels"]
    assert panel["scale"] is None
    assert [line["drawn"] for line in panel["lines"]] == [None, None]
    told = text(tmp_path)
    assert "No strengths: some models won all" in told
    part = told[told.index('<section id="preference"') : told.index('<section id="scatter"')]
    assert "<svg" not in part
    assert part.count('<td class="rank">1</td>') == 1, "a place needs no strength"


def test_a_judge_that_several_models_answered_for_has_a_table_for_each(tmp_path):
    rows = [compared(item, "x", "y", "a", answered_by=f"m-{k % 2}") for k, item in enumerate(FIVE)]
    left_by(models(tmp_path, "x", "y"), rows)
    assert [one["answered_by"] for one in section(tmp_path)["panels"]] == ["m-0", "m-1"]
    assert "<h3>Answered by m-1</h3>" in text(tmp_path)


@pytest.fixture(scope="module")
def preferred(scored, tmp_path_factory):
    """The site of models with hostile names, and what two judges said of them."""
    from motionedit_bench.cli import invoke

    def build(root):
        preds = shutil.copytree(scored, root / "preds")
        names = sorted(("mover", "idler", "<b>half"))
        items = [f"item-{number}" for number in range(4)]
        pairs = [(item, a, b) for item in items for a, b in combinations(names, 2)]
        outcomes = [("a", "b", "tie", "a", "b")[number % 5] for number in range(len(pairs))]
        rows = [
            compared(*pair, outcome, judge)
            for judge in ("openai:qwen3-vl-235b-a22b-<i>", "gemini:gemini-2.5-pro")
            for pair, outcome in zip(pairs, outcomes, strict=True)
        ]
        left_by(preds, rows)
        assert invoke(["leaderboard", str(preds), "--format", "html", "--out", str(root / "site")]) == 0

    return once(tmp_path_factory, "preferred", build) / "site"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1360), ("dark", 390)])
def test_nothing_stands_in_the_way_of_anybody(preferred, visit, axe, scheme, width):
    page = visit(preferred / "index.html", "#preference", width=width, scheme=scheme)
    assert page.locator("#preference .dot:not(.part)").count() == 3
    page.evaluate(axe)
    found = page.evaluate("axe.run('#preference', { preload: false }).then((told) => told.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.title() == "MotionEdit-Bench: bench"
    assert page.locator("#preference i, #preference b").count() == 0


def test_the_models_are_those_that_the_table_shows(preferred, visit):
    page = visit(preferred / "index.html", width=1360)
    for table in ("by-rank", "alone"):
        shown = page.locator(f"#preference .{table} tr[data-model]:visible th")
        page.locator("#filter").fill("")
        assert sorted(shown.all_inner_texts()) == ["<b>half", "idler", "mover"]
        page.locator("#filter").fill("mov")
        assert shown.all_inner_texts() == ["mover"]


def test_nothing_of_it_is_cut_at_any_width(preferred, visit):
    page = visit(preferred / "index.html", width=1360)
    cut = "[...document.querySelectorAll('#preference .scroll')].map((o) => o.scrollWidth - o.clientWidth)"
    for width in (1360, 1024, 768, 660, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(cut) == [0, 0, 0], width
