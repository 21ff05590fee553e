"""What cards tell: training is marked, rewriting stands apart, and tables can be of some models alone."""

import json

import pytest
from helpers.scored_models import write_model

from motionedit_bench.benchmarks.hub import PAPERS
from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.cards import Told, told_by
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.filters import answers, parse_where

BENCH = {"name": PAPERS, "fingerprint": "f" * 64}
TRAIN = "elaine1wan/MotionEdit-Train"
CARDS = {
    "direct": 'open_weights = true\ntrained_on = ["a/b"]\nprompt_rewrite = "None"',
    "writer": 'open_weights = false\nprompt_rewrite = "GPT-5"',
    "second": 'prompt_rewrite = "Qwen3-VL"',
    "tuned": f'trained_on = ["https://example.org/datasets/{TRAIN}/"]',
    "silent": None,
}


@pytest.fixture
def models(tmp_path):
    """Five models, each better than the one before, with what their cards tell."""
    for place, (name, card) in enumerate(CARDS.items()):
        values = {item: 10.0 * place + number for number, item in enumerate("abcde")}
        write_model(tmp_path, name, values, categories=dict.fromkeys("ab", "c"))
        path = tmp_path / name / "scoring.json"
        about = json.loads(path.read_text())
        about["bench"]["name"] = PAPERS
        path.write_text(json.dumps(about))
        if card is not None:
            (tmp_path / name / "card.toml").write_text(card)
    return tmp_path


@pytest.mark.parametrize(
    ("sets", "told"),
    [
        ([TRAIN], f"trained on {TRAIN}, the training set of this benchmark"),
        ([TRAIN.upper()], f"trained on {TRAIN}, the training set of this benchmark"),
        (["x/y", PAPERS], f"trained on {PAPERS}, this very benchmark"),
        (["MotionEdit-Train"], f"trained on {TRAIN}, the training set of this benchmark"),
        ([f"{TRAIN}@main"], f"trained on {TRAIN}, the training set of this benchmark"),
        ([f"x{TRAIN}", "y/Not-MotionEdit-Train"], None),
        (["x/y"], None),
        ([], None),
        (None, None),
    ],
)
def test_what_a_card_says_of_training_is_held_against_the_benchmark(sets, told):
    assert Told(trained_on=sets).training(BENCH) == told
    assert Told(trained_on=sets).training(BENCH | {"name": "sample"}) is None


def test_a_data_set_whose_name_ends_like_the_benchmarks_is_another():
    assert Told(trained_on=["a/workbench"]).training(BENCH | {"name": "bench"}) is None


def test_what_is_told_is_yes_no_or_unknown(models):
    found = {entry.model: tuple(answers(entry).values()) for entry in contest(models).entries}
    assert found == {
        "direct": ("yes", "no", "no"),
        "writer": ("no", "unknown", "yes"),
        "second": ("unknown", "unknown", "yes"),
        "tuned": ("unknown", "yes", "unknown"),
        "silent": ("unknown", "unknown", "unknown"),
    }


def test_models_of_rewritten_instructions_stand_and_rank_apart(models, mebench):
    rows = load(models).rows
    assert [(row.model, row.rank) for row in rows] == [
        ("silent", 1),
        ("tuned", 2),
        ("direct", 3),
        ("second", 1),
        ("writer", 2),
    ]
    out = mebench("leaderboard", models)[1]
    first, second = out.split("Instructions rewritten before the edit: ranked among themselves")
    assert "silent" in first
    assert "writer" not in first
    assert "writer (w)" in second
    assert "(w) writer: each instruction was rewritten by GPT-5 before the edit." in second
    assert f"(t) tuned: by its card it was trained on {TRAIN}, the training set of this benchmark." in out
    assert "Category c, 2 items. Instructions rewritten" in mebench("leaderboard", models, "--by-category")[1]
    data = {
        row["model"]: row for row in json.loads(mebench("leaderboard", models, "--format", "json")[1])["rows"]
    }
    assert data["writer"]["prompt_rewrite"] == "GPT-5"
    assert "prompt_rewrite" not in data["direct"]
    latex = mebench("leaderboard", models, "--format", "latex", "--style", "paper")[1]
    assert latex.index("silent") < latex.index(r"\midrule", latex.index("silent")) < latex.index("second (w)")
    assert "second (w)" in mebench("leaderboard", models, "--format", "html")[1]


def test_a_table_may_be_of_those_alone_of_which_something_is_told(models, mebench):
    out = mebench("leaderboard", models, "--where", "trained_on=no,unknown", "--where", "prompt_rewrite=no")[
        1
    ]
    assert "Only models with trained_on=no,unknown and prompt_rewrite=no: 1 of 5." in out
    assert "direct" in out
    assert "silent" not in out
    assert [row.rank for row in load(models, where=["prompt_rewrite=yes"]).rows] == [1, 2]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (["trained_on=maybe"], "--where takes FIELD=ANSWER"),
        (["colour=yes"], "with each of open_weights, trained_on, prompt_rewrite once"),
        (["trained_on"], "but got 'trained_on'"),
        (["trained_on=no", "trained_on=yes"], "but got 'trained_on=yes'"),
    ],
)
def test_another_question_is_one_line(where, told):
    with pytest.raises(UsageError, match=told):
        parse_where(where)


def test_a_choice_that_nobody_fits_is_one_line(models, mebench):
    status, _, err = mebench(
        "leaderboard", models, "--where", "open_weights=yes", "--where", "trained_on=yes"
    )
    assert status == 2
    assert "none of 5 models has open_weights=yes and trained_on=yes" in err


@pytest.mark.parametrize(
    ("card", "told"),
    [("trained_on = 'x'", "trained_on: Input should be a valid list"), ("x =", "cannot be read")],
)
def test_a_card_that_is_wrong_is_one_line(models, card, told):
    (models / "silent" / "card.toml").write_text(card)
    with pytest.raises(UsageError, match=told):
        load(models)


def test_a_submissions_card_that_cannot_be_read_tells_nothing(tmp_path):
    assert told_by(tmp_path / "absent", 5) == Told()
    (tmp_path / "card.json").write_text("{")
    assert told_by(tmp_path, 5) == Told()
    (tmp_path / "card.json").write_text('{"name": "m", "trained_on": ["a/b"], "prompt_rewrite": "none"}')
    found = told_by(tmp_path, 5)
    assert (found.trained_on, found.rewriter) == (["a/b"], None)
