"""What tables of text say of several seeds and of rewritten instructions, the site says too."""

import shutil

import pytest
from helpers.scored_models import FIVE, write_model
from helpers.shared import once

from motionedit_bench.leaderboard.blocks import REWRITTEN
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.site import page
from motionedit_bench.leaderboard.site.content import overview
from motionedit_bench.leaderboard.site.lines import with_ties
from motionedit_bench.leaderboard.site.subject import read

SAYS_SPREAD = "±: the standard deviation between the means"


@pytest.fixture(scope="module")
def mixed(scored, tmp_path_factory):
    """The site of three models: ``mover`` has a second seed, that of ``idler``, whose instructions are
    rewritten."""
    from motionedit_bench.cli import invoke

    def build(root):
        preds = shutil.copytree(scored, root / "preds")
        shutil.copytree(preds / "idler", preds / "mover" / "seeds" / "43")
        (preds / "idler" / "card.toml").write_text('prompt_rewrite = "GPT-5"\n')
        assert invoke(["leaderboard", str(preds), "--format", "html", "--out", str(root / "site")]) == 0

    return once(tmp_path_factory, "seeds-and-rewriters", build) / "site"


def test_a_spread_stands_beside_each_figure_of_several_seeds(mixed, visit):
    page = visit(mixed / "index.html", "#density=full", width=1360)
    mover = page.locator("#board tr", has_text="mover")
    spreads = mover.locator(".spread:visible").all_inner_texts()
    assert spreads
    assert all(text.startswith("±") and float(text[1:]) > 0 for text in spreads)
    assert "each figure is over 2 seeds of 4 items" in mover.inner_text()
    assert page.locator("#board tr", has_text="idler").locator(".spread").count() == 0
    assert SAYS_SPREAD in page.locator("#table").inner_text()
    mover.locator(".opens").click()
    opened = page.locator("#board tr.opened .interval").all_inner_texts()
    assert any(text.endswith(f" {spreads[0]}") for text in opened)
    page.get_by_role("radio", name="compact").check()
    assert mover.locator(".spread:visible").count() == 0


def test_rewriters_stand_apart_however_the_table_is_sorted(mixed, visit):
    page = visit(mixed / "index.html", width=1360)
    divider = page.locator("#board tr.rewritten")
    names = page.locator("#board tbody tr[data-place]:visible .opens, #board tr.rewritten:visible td")

    def told():
        return [text.split("\n")[0].strip() for text in names.all_inner_texts()]

    assert told() == ["mover", "<b>half", REWRITTEN, "idler (w)"]
    assert page.locator("#board tr", has_text="idler").locator(".rank").inner_text() == "1"
    for column in ("model", "scored"):
        page.get_by_role("button", name=f"sort by {column}", exact=True).click()
        assert told()[2:] == [REWRITTEN, "idler (w)"]
    page.locator("#filter").fill("mov")
    assert told() == ["mover"]
    assert divider.is_hidden()
    page.locator("#filter").fill("idl")
    assert told() == [REWRITTEN, "idler (w)"]


def test_one_seed_and_no_rewriter_need_no_word(tmp_path):
    write_model(tmp_path, "m", dict.fromkeys(FIVE, 50.0))
    write_model(tmp_path, "n", dict.fromkeys(FIVE, 40.0))
    subject = read(contest(tmp_path))
    text = page.render(subject)
    assert SAYS_SPREAD not in text
    assert 'class="apart rewritten"' not in text
    assert overview(subject)["models"][0]["cells"][0]["spread"] is None


def test_a_report_of_one_model_says_its_spread(tmp_path):
    write_model(tmp_path, "m", dict.fromkeys(FIVE, 50.0))
    write_model(tmp_path / "m" / "seeds", "43", dict.fromkeys(FIVE, 52.0))
    text = page.render(read(contest(tmp_path / "m")))
    assert SAYS_SPREAD in text
    assert '<span class="spread">±1.41</span>' in text


def test_no_bar_joins_those_that_are_ranked_apart():
    lines = [{"rank": 1, "rewriter": rewriter} for rewriter in (None, "GPT-5", "Qwen")]
    assert [one["tie"] for one in with_ties(lines)] == [None, "first", "last"]
