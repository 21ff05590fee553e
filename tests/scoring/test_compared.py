"""Every judge's comparisons stay in one file, and those that count are read from it."""

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from helpers.pictures import photograph, png
from helpers.tiny_judge_server import failing, judging, saying
from test_judging import own_answers, tiny_bench  # noqa: F401 (a fixture)

from motionedit_bench.errors import StorageError
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.preference.board import preference_board
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.opening import Terms, open_judge
from motionedit_bench.predictions import COMPARISONS
from motionedit_bench.scoring.compared import JUDGE, by_judge, judge_of, read_comparisons, write_comparisons
from motionedit_bench.scoring.prefer import about


def compared(judge, item="i", outcome="a", **more):
    return {"judge": judge, "item_id": item, "model_a": "x", "model_b": "y", "outcome": outcome, **more}


def counting(folder):
    found = read_comparisons(folder, ["x", "y"], ["i", "j"])
    return [(row["judge"], row["item_id"], row["outcome"]) for row in found]


def test_each_judge_replaces_its_own_rows_alone(tmp_path):
    write_comparisons([compared("a"), compared("a", "j")], tmp_path)
    write_comparisons([compared("b", outcome="tie")], tmp_path)
    write_comparisons([compared("a", outcome="b"), compared("c")], tmp_path)
    assert counting(tmp_path) == [("b", "i", "tie"), ("a", "i", "b"), ("c", "i", "a")]
    assert len(list(read_lines(tmp_path / COMPARISONS))) == 3


def test_a_pair_votes_once_whichever_edit_a_row_names_first(tmp_path):
    turned = compared("a", outcome="tie") | {"model_a": "y", "model_b": "x"}
    write_comparisons([compared("a"), compared("a", "j"), turned], tmp_path)
    assert counting(tmp_path) == [("a", "j", "a"), ("a", "i", "tie")]


ODD = [
    *({"item_id": []}, {"judge": 7}, {"model_a": []}, {"model_b": "x"}, {"outcome": "c"}, {"outcome": []}),
    *({"orders": 7}, {"orders": [7]}, {"orders": [{"winner": "a"}]}, {"answered_by": []}),
]


@pytest.mark.parametrize("change", ODD, ids=repr)
def test_rows_of_another_form_say_nothing(tmp_path, change):
    write_comparisons([compared("a"), compared("a", "j") | change], tmp_path)
    assert counting(tmp_path) == [("a", "i", "a")]


def test_what_a_server_calls_itself_acts_on_no_terminal():
    rows = [compared(f"j\x1b[2J{k}", item, answered_by="m\x07", orders=[]) for k in range(2) for item in "ij"]
    shown = preference_board(rows, [])
    assert "\\x1b[2J" in shown
    assert all(one.isprintable() or one == "\n" for one in shown)


@pytest.mark.parametrize("field", [name for name in JUDGE if name != "judge"])
def test_a_judge_that_is_asked_otherwise_is_another_one(tmp_path, field):
    """One with a setting has the rows of the plain one for a part, and neither replaces the other's."""
    plain, set_apart = compared("a"), compared("a", **{field: "other"})
    for first, second in ((plain, set_apart), (set_apart, plain)):
        write_comparisons([first], tmp_path)
        write_comparisons([second], tmp_path)
        assert list(read_lines(tmp_path / COMPARISONS)) == [first, second]
    assert list(by_judge([plain, set_apart, compared("b", **{field: "other"})])) == ["a", "a (other)", "b"]


@pytest.mark.parametrize("spec", ["reference", "openai:m", "gemini:m"])
def test_a_row_tells_all_that_sets_its_judge_apart(spec):
    judge = open_judge(spec, Instruments("dis"), Terms(dry_run=True))
    assert about(judge).keys() - {"rubric"} <= set(JUDGE)


def test_the_last_row_of_a_judge_on_a_pair_counts_and_others_form_is_passed_over(tmp_path):
    rows = [compared("a"), {"of": "another form"}, compared("a", outcome=None), compared("b", "elsewhere")]
    rows += [compared("b"), compared("b") | {"model_a": "gone"}]
    (tmp_path / COMPARISONS).write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert counting(tmp_path) == [("a", "i", None), ("b", "i", "a")]
    write_comparisons([compared("b", "j")], tmp_path)
    assert list(read_lines(tmp_path / COMPARISONS))[:3] == rows[:3], "what is not of the judge stays as it is"


def test_rows_on_pictures_that_have_changed_since_count_no_longer(tmp_path):
    old = [compared("a", item, image_a="1", image_b="2") for item in "ij"]
    write_comparisons(old, tmp_path)
    write_comparisons([compared("b", image_a="1", image_b="3")], tmp_path)
    assert counting(tmp_path) == [("a", "j", "a"), ("b", "i", "a")]
    write_comparisons([row | {"image_b": "3"} for row in old], tmp_path)
    assert len(counting(tmp_path)) == 3
    write_comparisons([compared("c", image_a="1", image_b="")], tmp_path)
    assert ("a", "i", "a") not in counting(tmp_path), "the picture is gone"


def test_a_damaged_file_is_not_written_over(tmp_path):
    (tmp_path / COMPARISONS).write_text("no JSON\n{}\n")
    with pytest.raises(StorageError, match="line 1 is damaged"):
        write_comparisons([compared("a")], tmp_path)
    assert (tmp_path / COMPARISONS).read_text() == "no JSON\n{}\n"


def write_often(folder, judge):
    for number in range(30):
        write_comparisons([compared(judge, f"{one}") for one in range(number + 1)], folder)


def test_judges_that_are_asked_at_the_same_time_lose_nothing(tmp_path):
    judges, preds = ["a", "b", "c", "d"], tmp_path / "preds"
    preds.mkdir()
    with ProcessPoolExecutor(len(judges), mp_context=get_context("spawn")) as pool:
        list(pool.map(write_often, [preds] * len(judges), judges))
    found = read_comparisons(preds, ["x", "y"], [str(one) for one in range(30)])
    assert {judge: len(rows) for judge, rows in by_judge(found).items()} == dict.fromkeys(judges, 30)
    assert [path.name for path in preds.iterdir()] == [COMPARISONS]


def winner(name):
    return saying(json.dumps({"reason": "", "winner": name}))


def test_one_judge_after_the_other_is_a_panel(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    for name in ("model-0", "model-1"):
        assert mebench("score", preds / name, "--bench", bench, "--metrics", "psnr")[0] == 0

    def prefer(tiny, judge, *more):
        arguments = ("--judge", judge, "--base-url", tiny.url, "--all-pairs", *more)
        return mebench("prefer", preds, "--bench", bench, *arguments)

    with judging(winner("A")) as tiny:
        status, _, err = prefer(tiny, "openai:one")
        assert (status, "beside" in err) == (0, False)
        before = list(read_lines(preds / COMPARISONS))
        tiny.reply = lambda *_: winner("tie")
        _, out, err = prefer(tiny, "openai:other")
        assert "by judge openai:other." in out
        assert "beside what openai:one said: `mebench leaderboard` has all together" in err
        rows = list(read_lines(preds / COMPARISONS))
        assert rows[:2] == before
        assert {row["judge"] for row in rows[2:]} == {"openai:other"}
        _, shown, _ = mebench("leaderboard", preds)
        asked = len(tiny.asked)
        _, panel, _ = prefer(tiny, "openai:one", "--judge", "openai:other")
        assert len(tiny.asked) == asked
        tiny.reply = lambda *_: failing(413)
        (preds / "model-0" / "item-0.png").write_bytes(png(photograph(77, 48, 40)))
        assert prefer(tiny, "openai:other")[0] == 1
    for text in (shown, panel):
        assert "by judge openai:one, openai:other." in text
        assert "Two judges that compared the same pair have the same outcome in 2/2 (100.0 %)." in text
    lines = [line.split() for line in mebench("leaderboard", preds)[1].splitlines()]
    assert ["model", "all", "openai:", "openai:"] in lines
    left = read_comparisons(preds, ["model-0", "model-1"], ["item-0", "item-1"])
    assert [(judge_of(row)[0], row["item_id"], row["outcome"]) for row in left] == [
        ("openai:one", "item-1", "tie"),
        ("openai:other", "item-0", None),
        ("openai:other", "item-1", "tie"),
    ], "what was said of the picture before does not count"
