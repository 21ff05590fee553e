"""Plans of votes are even in all that could lean."""

from collections import Counter
from itertools import combinations

import pytest

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.voting.plan import SHUFFLED, WHOLE, Design, Question, plan

ITEMS = [f"i{number}" for number in range(30)]
MODELS = ["m0", "m1", "m2", "m3"]
PAIRS = list(combinations(MODELS, 2))
FULL = dict.fromkeys(ITEMS, MODELS)
SEEDS = range(4)


def votes(questions):
    return [one for one in questions if one.kind == "vote"]


def subject(one):
    return one.item, *sorted((one.left, one.right))


def spread(counted, among):
    found = [counted[one] for one in among]
    return max(found) - min(found)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("annotators", "each", "raters"), [(3, 40, 3), (5, 24, 2), (4, 18, 3), (1, 20, 3)])
def test_pairs_items_and_sides_are_even(seed, annotators, each, raters):
    asked = plan(FULL, Design(annotators, each, raters), seed)
    given = [one for questions in asked for one in votes(questions)]
    assert [len(votes(questions)) for questions in asked] == [each] * annotators
    raters = min(raters, annotators)
    seen = Counter(map(subject, given))
    assert set(seen.values()) - {raters} <= {annotators * each % raters}
    assert spread(Counter(subject(one)[1:] for one in given), PAIRS) <= raters
    assert spread(Counter(one.item for one in given), ITEMS) <= raters
    for pair in PAIRS:
        left = Counter(one.left for one in given if subject(one)[1:] == pair)
        assert spread(left, pair) <= 4
    for questions in asked:
        own = votes(questions)
        assert spread(Counter(subject(one)[1:] for one in own), PAIRS) <= 4
        for model in MODELS:
            assert abs(sum((one.left == model) - (one.right == model) for one in own)) <= 6


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_votes_twice_on_one_pair_and_repeats_come_later_with_sides_swapped(seed):
    for questions in plan(FULL, Design(3, 40), seed):
        assert len(set(map(subject, votes(questions)))) == 40
        repeats = [(place, one) for place, one in enumerate(questions) if one.kind == "repeat"]
        assert len(repeats) == 4
        for place, one in repeats:
            first = questions.index(Question("vote", one.item, one.right, one.left))
            assert place - first > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_checks_have_the_sound_side_as_often_left_as_right(seed):
    for questions in plan(FULL, Design(2, 40), seed):
        checks = [one for one in questions if one.kind == "check"]
        assert Counter(one.left for one in checks) == {WHOLE: 2, SHUFFLED: 2}
        assert len({one.item for one in checks}) == 4


def test_a_single_vote_has_a_check_and_a_repeat_behind_it():
    (questions,) = plan(FULL, Design(1, 1), 0)
    kinds = [one.kind for one in questions if one.kind != "check"]
    assert kinds == ["vote", "repeat"]
    assert len(questions) == 3


def test_equal_seeds_give_equal_plans_and_others_do_not():
    design = Design(2, 10)
    assert plan(FULL, design, 7) == plan(FULL, design, 7) != plan(FULL, design, 8)


def test_only_edits_that_are_there_are_asked_about():
    edited = {"both": ["m0", "m1"], "one": ["m0"], "none": [], "all": MODELS}
    asked = plan(edited, Design(1, 7), 0)
    assert {subject(one) for one in votes(asked[0])} == {
        ("both", "m0", "m1"),
        *(("all", *pair) for pair in PAIRS),
    }
    assert "none" not in {one.item for one in asked[0]}


def test_too_many_votes_and_no_votes_are_refused():
    with pytest.raises(
        UsageError, match="3 annotators with 200 votes each need 200 pairs of edits, but there are 180"
    ):
        plan(FULL, Design(3, 200), 0)
    plan(FULL, Design(4, 135), 0)
    with pytest.raises(UsageError, match="at most 135 each"):
        plan(FULL, Design(4, 136), 0)
    with pytest.raises(UsageError, match="each must be at least 1, but got 0"):
        Design(1, 0)
