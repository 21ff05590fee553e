import random
from itertools import combinations

import numpy as np
import pytest

from motionedit_bench.leaderboard.preference.agreement import kendall_tau
from motionedit_bench.leaderboard.preference.planning import next_pairs, places, standing

ITEMS = [f"item-{number:02d}" for number in range(50)]
STRENGTHS = {"e": 3.2, "a": 2.4, "d": 1.6, "b": 0.8, "c": 0.0}
"""Log strengths; the names' order says nothing."""


def row(pair, outcome):
    return {"item_id": pair[0], "model_a": pair[1], "model_b": pair[2], "outcome": outcome}


@pytest.fixture(scope="module")
def outcomes():
    """Every comparison of the five models, by chance from their strengths."""
    rng = np.random.default_rng(1)
    return {
        (item, a, b): "a" if rng.random() < 1 / (1 + np.exp(STRENGTHS[b] - STRENGTHS[a])) else "b"
        for item in ITEMS
        for a, b in combinations(sorted(STRENGTHS), 2)
    }


def followed(outcomes, most=10**6, seed=0, **options):
    """The plan, batch by batch."""
    rows, batches = [], []
    while len(rows) < most and (batch := next_pairs(rows, ITEMS, STRENGTHS, seed, **options)):
        batches.append(batch)
        rows += [row(pair, outcomes[pair]) for pair in batch]
    return rows[:most], batches


def test_fewer_comparisons_give_the_ranking_of_all(outcomes):
    every = standing([row(pair, said) for pair, said in outcomes.items()], sorted(STRENGTHS))
    planned, _ = followed(outcomes, most=int(0.3 * len(outcomes)))
    ours = standing(planned, sorted(STRENGTHS))
    assert kendall_tau(list(ours.apart[:, 0]), list(every.apart[:, 0])) == pytest.approx(1)
    assert kendall_tau(
        list(ours.apart[:, 0]), [STRENGTHS[name] for name in sorted(STRENGTHS)]
    ) == pytest.approx(1)


def test_nothing_is_compared_twice_and_all_is_in_order(outcomes):
    _, batches = followed(outcomes, until=0.0)
    pairs = [pair for batch in batches for pair in batch]
    assert len(set(pairs)) == len(pairs)
    assert all(pair in outcomes for pair in pairs)
    assert all(batch == sorted(batch) for batch in batches)
    assert len(batches[0]) == 10
    assert len(batches) > 5


def test_most_is_asked_where_two_are_near(outcomes):
    rows, _ = followed(outcomes)
    count = {
        (a, b): sum({one["model_a"], one["model_b"]} == {a, b} for one in rows)
        for a, b in combinations(STRENGTHS, 2)
    }
    near = [count["e", "a"], count["a", "d"], count["d", "b"], count["b", "c"]]
    assert np.mean(near) > 3 * count["e", "c"]


def test_the_plan_follows_from_what_is_recorded(outcomes):
    rows, batches = followed(outcomes, seed=3)
    before = [one for one in rows if (one["item_id"], one["model_a"], one["model_b"]) not in batches[-1]]
    random.Random(0).shuffle(before)
    assert next_pairs(before, ITEMS, sorted(STRENGTHS, reverse=True), 3) == batches[-1]
    assert followed(outcomes, seed=4)[1][0] != batches[0]


def test_a_model_is_seen_on_as_many_items_as_can_be(outcomes):
    (first, *_) = followed(outcomes)[1]
    seen = [(item, name) for item, a, b in first for name in (a, b)]
    assert len(set(seen)) == len(seen)


def test_it_ends_where_models_are_told_apart():
    strong = {(item, a, b): "a" for item in ITEMS for a, b in combinations("abcde", 2)}
    rows, _ = followed(strong)
    assert len(rows) < 0.3 * len(strong)
    assert not standing(rows, sorted(STRENGTHS)).open().any()


def test_it_ends_where_equals_are_known_to_be_near():
    equal = {(item, a, b): "tie" for item in ITEMS for a, b in combinations("abcde", 2)}
    wide, narrow = (len(followed(equal, until=until)[0]) for until in (40.0, 25.0))
    assert wide < narrow < len(equal)


def test_what_has_no_outcome_is_asked_once_and_tells_nothing():
    silent = {(item, a, b): None for item in ITEMS for a, b in combinations("abcde", 2)}
    rows, _ = followed(silent)
    assert len(rows) == len(silent)
    assert np.allclose(standing(rows, "abcde").apart, 0)


def test_other_models_and_items_are_left_alone(outcomes):
    foreign = [row(("elsewhere", "a", "b"), "a"), row((ITEMS[0], "a", "z"), "a")]
    assert next_pairs(foreign, ITEMS, STRENGTHS) == next_pairs([], ITEMS, STRENGTHS)


def test_the_error_is_right(outcomes):
    """Against the spread of the estimate over many worlds."""
    rng = np.random.default_rng(0)
    pairs = [(item, a, b) for item in ITEMS[:40] for a, b in combinations("abc", 2)]
    found = [
        standing([row(pair, "a" if rng.random() < 0.6 else "b") for pair in pairs], "abc") for _ in range(80)
    ]
    spread = np.std([one.apart[0, 1] for one in found])
    assert np.mean([one.error[0, 1] for one in found]) == pytest.approx(spread, rel=0.25)


def test_places_need_no_finite_strength_and_are_shared_where_none_is_better():
    """c wins all, a and b win as often as each other, and d was never judged."""
    rows = [row((item, "a", "b"), "ab"[number % 2]) for number, item in enumerate(ITEMS)]
    rows += [row((item, name, "c"), "b") for item in ITEMS for name in "ab"]
    rows += [row((ITEMS[0], "c", "d"), None)]
    assert places(rows) == {"c": 1, "a": 2, "b": 2, "d": None}
    assert list(places(rows))[::3] == ["c", "d"]
    assert places(rows[-1:]) == {"c": None, "d": None}
