"""What a key makes of the files that come back."""

import json
import re

import numpy as np
import pytest
from helpers.scored_models import write_model

from motionedit_bench.leaderboard.preference.agreement import fleiss_kappa
from motionedit_bench.leaderboard.voting.key import Attention, Key, read_key
from motionedit_bench.leaderboard.voting.plan import SHUFFLED, WHOLE, Side

HEAD = "item_id,model_a,model_b,annotator,choice\n"
PICTURES = {
    **{f"v{item}{model}": Side("vote", item, model) for item in "xyz" for model in ("good", "bad")},
    **{f"r{item}{model}": Side("repeat", item, model) for item in "xyz" for model in ("good", "bad")},
    **{f"c{item}{side}": Side("check", item, side) for item in "xyz" for side in (WHOLE, SHUFFLED)},
}


@pytest.fixture
def key(tmp_path):
    Key("p", {"models": ["bad", "good"]}, PICTURES, {"1": 3, "2": 3}).write(tmp_path)
    return tmp_path / "key.json"


def returned(tmp_path, name, lines):
    path = tmp_path / name
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines))
    return path


def careful(who):
    """Prefers the good one wherever it stands, looks at checks, and stays with what it said."""
    return [
        f"x,vxgood,vxbad,{who},a",
        f"y,vybad,vygood,{who},b",
        f"z,vzbad,vzgood,{who},b",
        f"x,cx{WHOLE},cx{SHUFFLED},{who},a",
        f"y,cy{SHUFFLED},cy{WHOLE},{who},b",
        f"x,rxbad,rxgood,{who},b",
    ]


def always_left(who):
    return [f"{line.rpartition(',')[0]},a" for line in careful(who)]


def test_a_key_is_read_as_it_was_written(key):
    found = read_key(key)
    assert (found.plan, found.pictures, found.annotators) == ("p", PICTURES, {"1": 3, "2": 3})
    assert found.facts == {"models": ["bad", "good"]}


def test_checks_and_repeats_are_told_apart_and_are_no_votes(tmp_path, key, mebench):
    files = [returned(tmp_path, "1.csv", careful("1")), returned(tmp_path, "2.csv", always_left("2"))]
    status, out, _ = mebench("agree", *files, "--key", key, "--out", tmp_path / "all.csv")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["1", "3/3", "1/3", "2/2", "1/1"] in lines
    (second,) = [line for line in out.splitlines() if line.startswith("2 ")]
    assert second.split()[1:5] == ["3/3", "3/3", "1/2", "0/1"]
    assert second.endswith("checks passed as by chance")
    # all votes count, the doubtful ones as well: good wins 3 + 1 of 6
    assert next(line for line in lines if line[:1] == ["good"])[:3] == ["good", "66.7", "66.7"]
    assert "on 3/3 pairs of edits" in out
    known = (tmp_path / "all.csv").read_text()
    assert known.startswith(HEAD + "x,good,bad,1,a\ny,bad,good,1,b\n")
    assert known.count("\n") == 7
    assert mebench("agree", tmp_path / "all.csv")[0] == 0


@pytest.mark.parametrize(
    ("passed", "checks", "consistent", "repeats", "doubt"),
    [
        (0, 0, 0, 0, None),
        (4, 4, 0, 4, None),
        (3, 4, 0, 5, "repeats less alike than by chance"),
        (2, 4, 4, 4, "checks passed as by chance"),
        (0, 1, 1, 8, "checks passed as by chance; repeats less alike than by chance"),
        (8, 8, 2, 8, None),
    ],
)
def test_doubt_takes_more_than_a_few_changes_of_mind(passed, checks, consistent, repeats, doubt):
    assert Attention("1", 40, 40, 0, 0, passed, checks, consistent, repeats).doubt == doubt


def test_strengths_mind_whom_a_model_met(tmp_path, mebench):
    """By hand: b beats c 3 to 1 and loses to a 1 to 3, so that strengths are as 9 to 3 to 1."""
    sides = {"ab": "aaab", "bc": "aaab"}
    lines = [
        f"i{number},{pair[0]},{pair[1]},x,{choice}"
        for pair, choices in sides.items()
        for number, choice in enumerate(choices)
    ]
    out = mebench("agree", returned(tmp_path, "h.csv", lines))[1]
    found = [re.split(r"\s{2,}", line) for line in out.splitlines()[2:5]]
    assert [(line[0], line[1], line[2], line[4]) for line in found] == [
        ("a", "69.2", "75.0", "4"),
        ("b", "23.1", "50.0", "8"),
        ("c", "7.7", "25.0", "4"),
    ]
    assert "No strengths: some models won all" in mebench("agree", returned(tmp_path, "h.csv", lines[:3]))[1]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("x,vxgood,nobody,1,a", "line 2: no pair of edits of the page"),
        ("x,vxgood,rxbad,1,a", "line 2: no pair of edits of the page"),
        ("y,vxgood,vxbad,1,a", "line 2: no pair of edits of the page"),
        ("x,vxgood,vxbad,3,a", "line 2: no annotator of the page"),
        (f"x,cx{WHOLE},cx{SHUFFLED},1,a", "no vote is left"),
    ],
)
def test_files_of_another_page_are_refused(tmp_path, key, mebench, line, why):
    status, _, err = mebench("agree", returned(tmp_path, "h.csv", [line]), "--key", key)
    assert (status, err.count("\n")) == (2, 1)
    assert why in err


def key_of(annotators, **fields):
    side = {"kind": "vote", "item": "x", "shows": "m"} | fields
    return json.dumps(
        {"plan": "p", "pictures": {"a": side, "b": side | {"shows": "n"}}, "annotators": annotators}
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", json.dumps({"plan": "p", "pictures": {"a": {}}})),
        *(key_of(["1"]), key_of({"1": "many"})),
        *(key_of({"1": 1}, kind="guess"), key_of({"1": 1}, shows=5), key_of({"1": 1}, item=None)),
    ],
)
def test_what_is_no_key_is_one_clear_line(tmp_path, mebench, text):
    path = tmp_path / "key.json"
    path.write_text(text)
    votes = returned(tmp_path, "h.csv", ["x,a,b,1,a"])
    status, _, err = mebench("agree", votes, "--key", path)
    assert (status, err.count("\n")) == (2, 1)
    assert "is no key of `mebench vote`" in err


def test_votes_of_a_page_among_others_are_no_votes_on_models(tmp_path, mebench):
    own = returned(tmp_path, "own.csv", ["x,m,n,ann,a"])
    page = returned(tmp_path, "page.csv", [f"x,{'0a' * 8},{'1b' * 8},1,a"])
    status, out, err = mebench("agree", own, page)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "give its key.json" in err


def test_one_persons_votes_in_two_files_count_once_or_not_at_all(tmp_path, mebench):
    first = returned(tmp_path, "1.csv", ["x,m,n,ann,a"])
    second = returned(tmp_path, "2.csv", ["y,m,n,ann,a", "x,n,m,ann,b"])
    status, _, err = mebench("agree", first, second)
    assert status == 2
    assert "2.csv, line 3: ann votes twice on it, first in" in err
    assert "1.csv, line 2" in err
    status, _, err = mebench("agree", tmp_path)
    assert (status, "one or more files of votes" in err) == (2, True)


def test_judges_that_compared_edits_stand_beside_the_metrics(tmp_path, mebench):
    """People: good on x and y, a tie on z. A judge: good on x, bad on y, nothing on z; another: all ties."""
    choices = zip("xyz", ("a", "a", "tie"), strict=True)
    people = [f"{item},good,bad,{who},{choice}" for item, choice in choices for who in "pq"]
    rows = [
        {
            "judge": "openai:j",
            "item_id": item,
            "model_a": "bad",
            "model_b": "good",
            "outcome": end,
            **more,
        }
        for item, end, more in (
            *(("x", "a", {}), ("x", "b", {}), ("y", "a", {}), ("z", None, {})),
            *((item, "tie", {"address": "at:2"}) for item in "xyz"),
        )
    ]
    preds = tmp_path / "preds"
    preds.mkdir()
    lines = [json.dumps(row) for row in [*rows, {"of": "another form"}]]
    (preds / "comparisons.jsonl").write_text("\n".join(lines) + "\n")
    humans = returned(tmp_path, "h.csv", people)
    status, out, _ = mebench("agree", humans, preds)
    assert status == 0
    by_hand = [
        fleiss_kappa(np.array(counts))
        for counts in ([[0, 2, 0], [1, 1, 0]], [[0, 1, 1], [0, 1, 1], [0, 0, 2]])
    ]
    found = [re.split(r"\s{2,}", line) for line in out.splitlines() if line.startswith("pairs by")]
    assert found == [
        ["pairs by openai:j", f"{by_hand[0]:.3f}", "2/3", "undefined", "2"],
        ["pairs by openai:j, at:2", f"{by_hand[1]:.3f}", "3/3", "undefined", "2"],
    ]
    assert "Krippendorff's alpha: 1.000, on 3/3" in out
    for name, value in (("good", 60.0), ("bad", 50.0)):
        write_model(preds, name, dict.fromkeys("xyz", value), ids=list("xyz"))
    lines = mebench("agree", humans, preds)[1].splitlines()
    assert [line.split()[0] for line in lines[-3:]] == ["mas", "pairs", "pairs"]
    (preds / "comparisons.jsonl").unlink()
    assert mebench("agree", humans, tmp_path / "preds/good")[0] == 0
