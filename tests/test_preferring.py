import base64
import json

import pytest
from helpers.pictures import photograph, png
from helpers.tiny_judge_server import failing, judging, saying
from test_judging import number_of, own_answers, tiny_bench  # noqa: F401 (a fixture)

from motionedit_bench.files import read_lines


def prefer(mebench, bench, preds, tiny, *more):
    return mebench("prefer", preds, "--bench", bench, "--judge", "openai:m", "--base-url", tiny.url, *more)


def rows(preds):
    return list(read_lines(preds / "comparisons.jsonl"))


def saying_winner(word):
    return saying(json.dumps({"reason": "it moves more", "winner": word}))


def edits_of(asked):
    """The two edits that were shown, in order."""
    return tuple(part["image_url"]["url"] for part in asked.body["messages"][0]["content"][2:])


def by_content(asked, before):
    """Prefers always the same of two edits."""
    first, second = edits_of(asked)
    return saying_winner("A" if first > second else "B")


def test_every_pair_is_shown_in_both_orders_and_rated(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 4, 3)
    with judging(by_content) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny, "--all-pairs")
        assert len(tiny.asked) == 4 * 3 * 2
        pairs = {edits_of(asked) for asked in tiny.asked}
        assert {pair[::-1] for pair in pairs} == pairs
        again = prefer(mebench, bench, preds, tiny, "--all-pairs")
        assert len(tiny.asked) == 24
    assert (status, again[:2]) == (0, (0, out))
    found = rows(preds)
    assert len(found) == 12
    assert {row["outcome"] for row in found} <= {"a", "b"}
    assert all(row["orders"][0]["winner"] != row["orders"][1]["winner"] for row in found)
    assert found[0]["orders"][0]["why"] == "it moves more"
    assert "8/8" in out
    assert "preferred in 12/24 answers (50.0 %)" in out


def test_a_judge_that_always_takes_the_first_gives_ties(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 3, 2)
    with judging(saying_winner("A")) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny)
    assert status == 0
    assert {row["outcome"] for row in rows(preds)} == {"tie"}
    assert "preferred in 6/6 answers (100.0 %)" in out


def test_no_outcome_is_invented(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 6, 2)
    (preds / "model-0" / "item-0.png").unlink()
    replies = [saying("neither"), failing(413), saying("I'm sorry, I can't."), saying_winner("tie")]

    def reply(asked, before):
        return replies[number_of(asked) % 4]

    with judging(reply) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny)
    assert status == 1
    found = rows(preds)
    assert found[0]["status"] == "missing"
    assert "model-0" in found[0]["reason"]
    for row in found:
        said = [order["winner"] for order in row["orders"]]
        assert (row["outcome"] is None) == (row["status"] != "ok") == (None in said or not said)
        assert row["status"] == "ok" or row["reason"]
    scored = sum(row["outcome"] is not None for row in found)
    assert f"{scored}/6" in out


def test_the_reference_judge_compares_offline(mebench, bench, tmp_path):
    for name, source in (("target", "target"), ("identity", "input")):
        folder = tmp_path / "preds" / name
        folder.mkdir(parents=True)
        for path in (bench / source).iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
    status, out, _ = mebench(
        "prefer", tmp_path / "preds", "--bench", bench, "--judge", "reference", "--flow", "dis"
    )
    assert status == 0
    assert {row["outcome"] for row in rows(tmp_path / "preds")} == {"b"}
    assert "No strengths: some models won all" in out


def test_one_model_has_nobody_to_be_compared_with(mebench, tmp_path):
    folder = tmp_path / "alone"
    folder.mkdir()
    (folder / "x.png").write_bytes(png(photograph(0)))
    status, _, err = mebench("prefer", folder, "--bench", "sample", "--judge", "reference")
    assert (status, err.count("\n")) == (2, 1)
    assert "several models" in err


@pytest.mark.parametrize("more", [("--all-pairs",), ("--max-calls", 1)])
def test_a_dry_run_asks_nothing(mebench, tmp_path, more):
    bench, preds = tiny_bench(tmp_path, 3, 3)
    with judging(by_content) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny, "--dry-run", *more)
        assert (status, len(tiny.asked)) == (0, 0)
    assert "9 pairs of edits in both orders: 18 calls" in out
    assert f"The next {9 if '--all-pairs' in more else 6} pairs" in out


@pytest.mark.parametrize("more", [("--max-calls", 1), ("--until", 100)])
def test_where_nothing_can_be_compared_there_is_no_board(mebench, tmp_path, more):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    with judging(by_content) as tiny:
        status, out, err = prefer(mebench, bench, preds, tiny, *more)
        assert tiny.asked == []
    assert (status, out) == (2, "")
    assert "nothing was compared" in err
    assert not (preds / "comparisons.jsonl").exists()


def by_model(asked, before):
    """Prefers the model with the higher number, whichever is shown first."""
    one, other = edits_of(asked)
    return saying_winner("A" if MADE_BY[one] > MADE_BY[other] else "B")


MADE_BY = {}
"""The number of the model that made an edit."""


def made_by(preds):
    for path in preds.glob("model-*/*.png"):
        shown = "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
        MADE_BY[shown] = int(path.parent.name.removeprefix("model-"))


def test_what_is_clear_is_not_asked_to_the_end(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 10, 4)
    made_by(preds)
    with judging(by_model) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny)
        asked = len(tiny.asked)
        again = prefer(mebench, bench, preds, tiny)
        assert len(tiny.asked) == asked
    assert status == 0
    assert asked < 10 * 6 * 2
    assert "all models are told apart" in out
    assert f"Compared {asked // 2} of 60 pairs" in out
    assert again[:2] == (0, out)


def test_a_run_that_is_cut_short_makes_the_same_plan(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 6, 3)
    made_by(preds)
    with judging(by_model) as tiny:
        whole = prefer(mebench, bench, preds, tiny, "--until", 0, "--concurrency", 3)[1]
        before = {key_of(row): row for row in rows(preds)}
        asked = len(tiny.asked)
        (preds / "comparisons.jsonl").unlink()
        assert prefer(mebench, bench, preds, tiny, "--until", 0, "--concurrency", 1)[1] == whole
        assert len(tiny.asked) == asked, "the same plan asks for nothing that was not asked"
    assert {key_of(row): row for row in rows(preds)} == before


def key_of(row):
    return row["item_id"], row["model_a"], row["model_b"]


def test_a_budget_ends_the_plan_and_the_next_run_goes_on(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 6, 3)
    made_by(preds)
    with judging(by_model) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny, "--until", 0, "--max-calls", 8)
        assert len(tiny.asked) == 8
        assert (status, len(rows(preds))) == (0, 4)
        assert "Compared 4 of 18 pairs of edits: the budget is spent" in out
        first = {key_of(row) for row in rows(preds)}
        _, out, _ = prefer(mebench, bench, preds, tiny, "--until", 0)
        assert len(tiny.asked) == 2 * len(rows(preds))
        assert first < {key_of(row) for row in rows(preds)}
        before = (preds / "comparisons.jsonl").read_bytes()
        assert prefer(mebench, bench, preds, tiny, "--until", 0)[1] == out
    assert (preds / "comparisons.jsonl").read_bytes() == before


def test_nobody_there_ends_the_plan(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 6, 3)
    with judging(failing(401)) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny)
    assert status == 1
    assert "Compared 6 of 18 pairs of edits: no judge could be asked" in out
    assert {row["outcome"] for row in rows(preds)} == {None}


def test_a_panel_asks_each_judge_the_same_and_marks_its_kin(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 4, 3)
    made_by(preds)
    (preds / "model-0").rename(preds / "own-of-m")
    families = tmp_path / "families.toml"
    families.write_text('[m]\njudges = ["openai:M"]\nmodels = ["own-*"]\n')
    with judging(by_model) as tiny:
        status, out, _ = prefer(
            *(mebench, bench, preds, tiny, "--judge", "openai:other", "--all-pairs", "--families", families),
        )
        assert len(tiny.asked) == 2 * 2 * 12
    assert status == 0
    assert {row["judge"] for row in rows(preds)} == {"openai:m", "openai:other"}
    assert "openai:other: The order changed the verdict in 0/12 pairs" in out
    assert "own-of-m and openai:m are of m (8 pairs)" in out
    assert "Compared 12 of 12 pairs" in out


def test_the_board_shows_what_was_preferred_below_its_table(mebench, tmp_path):
    preds = tmp_path / "preds"
    for name, source in (("target", "target"), ("identity", "input")):
        (preds / name).mkdir(parents=True)
        for path in (tiny_bench(tmp_path / name, 2, 1)[0] / source).iterdir():
            (preds / name / path.name).write_bytes(path.read_bytes())
    bench = tmp_path / "target" / "bench"
    assert mebench("score", preds, "--bench", bench, "--metrics", "psnr")[0] == 0
    with judging(by_content) as tiny:
        _, told, _ = prefer(mebench, bench, preds, tiny)
    with (preds / "comparisons.jsonl").open("a") as file:
        file.write('{"of": "another form"}\n')
    _, out, _ = mebench("leaderboard", preds)
    assert "By direct comparison" in out
    assert told.partition("Compared")[0].strip() in out
    assert "By direct comparison" not in mebench("leaderboard", preds, "--format", "github")[1]


def test_a_dry_run_tells_what_it_may_cost(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 3, 3)
    prices = tmp_path / "prices.toml"
    prices.write_text('["openai:m"]\ninput = 1000\noutput = 1000\n')
    with judging(by_model) as tiny:
        status, out, _ = prefer(mebench, bench, preds, tiny, "--dry-run", "--prices", prices)
        assert (status, tiny.asked) == (0, [])
    assert "The next 6 pairs:" in out
    assert "US dollars at the most" in out
    assert not (preds / "comparisons.jsonl").exists()


def test_what_is_no_table_of_families_is_said(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    families = tmp_path / "families.toml"
    families.write_text('[m]\njudges = "m"\nmodels = []\n')
    with judging(by_model) as tiny:
        status, _, err = prefer(mebench, bench, preds, tiny, "--families", families)
        assert (status, tiny.asked, err.count("\n")) == (2, [], 1)
    assert "--families" in err
    assert "lists of patterns" in err


def test_money_bounds_a_round_as_calls_do(mebench, tmp_path):
    """A call costs 1.5 dollars: 1,000 tokens in and 50 out at a thousand and ten thousand a million."""
    bench, preds = tiny_bench(tmp_path, 6, 3)
    made_by(preds)
    prices = tmp_path / "prices.toml"
    prices.write_text('["openai:m"]\ninput = 1000\noutput = 10000\npixels_per_token = 1000\n')
    with judging(by_model) as tiny:
        _, out, _ = prefer(
            *(mebench, bench, preds, tiny, "--prices", prices, "--max-cost", 26, "--until", 0),
            *("--concurrency", 1),
        )
        assert len(tiny.asked) == 16
    assert "Compared 8 of 18 pairs of edits: the budget is spent" in out
    assert all(row["outcome"] for row in rows(preds))
