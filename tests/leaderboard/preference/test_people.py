import numpy as np
import pytest
from helpers.scored_models import write_model

from motionedit_bench.leaderboard.preference.agreement import fleiss_kappa
from motionedit_bench.leaderboard.preference.people import kappa_of_people, read_votes

VOTES = "item_id,model_a,model_b,annotator,choice\n"


def votes_of(tmp_path, lines):
    path = tmp_path / "humans.csv"
    path.write_text(VOTES + "".join(f"{line}\n" for line in lines))
    return path


def test_people_and_a_metric_that_agree(tmp_path, mebench):
    """Three annotators of one mind; `good` is better than `bad` on every item, and people say so."""
    items = [f"i{k}" for k in range(6)]
    write_model(tmp_path / "preds", "good", {item: 60.0 + k for k, item in enumerate(items)}, ids=items)
    write_model(tmp_path / "preds", "bad", {item: 50.0 + k for k, item in enumerate(items)}, ids=items)
    lines = [
        f"{item},{first},{second},{who},{choice}"
        for k, item in enumerate(items)
        for first, second, choice in [("good", "bad", "a") if k % 2 else ("bad", "good", "b")]
        for who in "xyz"
    ]
    humans = votes_of(tmp_path, lines)
    status, out, _ = mebench("agree", humans, tmp_path / "preds")
    assert status == 0
    # all choices are the same once the pair is in alphabetical order: nothing to disagree on
    assert "among 3 annotators: undefined, on 6/6" in out
    line = next(line for line in out.splitlines() if line.startswith("mas"))
    assert line.split() == ["mas", "undefined", "6/6", "1.000", "2"]


def test_kappas_by_hand(tmp_path, mebench):
    choices = ["aaa", "aab", "bbb", "ab-", "bba"]
    name = {"a": "a", "b": "b", "-": "tie"}
    lines = [
        f"i{k},m1,m2,{who},{name[letter]}"
        for k, word in enumerate(choices)
        for who, letter in zip("xyz", word, strict=True)
    ]
    votes = read_votes(votes_of(tmp_path, [*lines, "i9,m1,m2,x,a"]))
    counts = np.array([[3, 0, 0], [2, 1, 0], [0, 3, 0], [1, 1, 1], [1, 2, 0]])
    assert kappa_of_people(votes) == (fleiss_kappa(counts), 5)
    values = {"i0": 1.0, "i1": -1.0, "i2": -1.0, "i3": 0.0, "i4": 1.0}
    items = list(values)
    write_model(tmp_path / "preds", "m1", {item: 50 + value for item, value in values.items()}, ids=items)
    write_model(tmp_path / "preds", "m2", dict.fromkeys(items, 50.0), ids=items)
    status, out, _ = mebench("agree", tmp_path / "humans.csv", tmp_path / "preds")
    # people: a a b tie b (and a on i9); the metric: a b b tie a
    by_hand = fleiss_kappa(np.array([[2, 0, 0], [1, 1, 0], [0, 2, 0], [0, 0, 2], [1, 1, 0]]))
    line = next(line for line in out.splitlines() if line.startswith("mas"))
    assert line.split()[1:3] == [f"{by_hand:.3f}", "5/6"]
    assert status == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("item,model_a\n", "no column 'item_id'"),
        (VOTES, "no vote"),
        (VOTES + "i,m,n,x,A\n", "choice must be one of a, b, tie"),
        (VOTES + "i,m,m,x,a\n", "two different models"),
        (VOTES + "i,m,n,x,a\ni,n,m,x,b\n", "votes twice"),
        ("\0", "no column"),
    ],
)
def test_a_file_that_holds_no_votes_is_one_clear_line(tmp_path, mebench, text, why):
    path = tmp_path / "humans.csv"
    path.write_text(text)
    status, _, err = mebench("agree", path)
    assert (status, err.count("\n")) == (2, 1)
    assert why in err


def test_models_that_nobody_voted_on(tmp_path, mebench):
    write_model(tmp_path / "preds", "other", {"a": 1.0})
    status, _, err = mebench("agree", votes_of(tmp_path, ["i,m,n,x,a"]), tmp_path / "preds")
    assert status == 2
    assert "none of other" in err


def test_the_order_of_files_changes_nothing(tmp_path, mebench):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text(VOTES + "i1,x,y,1,a\ni2,x,y,1,a\ni3,x,z,1,b\ni4,y,z,1,a\n")
    other.write_text(VOTES + "i5,x,y,2,b\ni6,x,z,2,a\ni7,y,z,2,tie\ni8,y,z,2,b\n")
    first, second = (mebench("agree", *files) for files in ((one, other), (other, one)))
    assert first[0] == 0
    assert first[:2] == second[:2]
