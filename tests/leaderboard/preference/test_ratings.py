import numpy as np
import pytest

from motionedit_bench.leaderboard.preference.board import rating_table
from motionedit_bench.leaderboard.preference.conduct import conduct
from motionedit_bench.leaderboard.preference.ratings import rate, strengths, why_not


def compared(item, a, b, outcome, orders=None, judge="openai:m"):
    winners = {"a": ("first", "second"), "b": ("second", "first"), "tie": ("tie", "tie"), None: ()}[outcome]
    return {
        "item_id": item,
        "judge": judge,
        "model_a": a,
        "model_b": b,
        "outcome": outcome,
        "orders": [{"winner": winner} for winner in (orders or winners)],
    }


def by_minorisation(wins, rounds=20000):
    """Hunter 2004, equation 3: an implementation of its own."""
    p = np.ones(len(wins)) / len(wins)
    for _ in range(rounds):
        games = wins + wins.T
        p = wins.sum(axis=1) / (games / (p[:, None] + p[None, :])).sum(axis=1)
        p /= p.sum()
    return p


@pytest.mark.parametrize("seed", range(5))
def test_strengths_equal_an_independent_implementation(seed):
    rng = np.random.default_rng(seed)
    wins = rng.integers(1, 30, (5, 5)) + rng.integers(0, 2, (5, 5)) / 2
    np.fill_diagonal(wins, 0)
    assert strengths(wins) == pytest.approx(by_minorisation(wins), abs=1e-6)


def test_two_models_by_hand():
    rows = [compared(str(k), "x", "y", "a") for k in range(3)] + [compared("3", "x", "y", "b")]
    found = rate(rows)
    assert [(one.model, one.won, one.scored, one.expected) for one in found.models] == [
        ("x", 3, 4, 4),
        ("y", 1, 4, 4),
    ]
    assert found.models[0].share == pytest.approx(0.75)
    told = conduct(rows)
    assert (told.pairs, told.answers, told.first, told.decided) == (4, 8, 4, 8)


def test_a_tie_is_half_a_win_for_each():
    rows = [compared("1", "x", "y", "a"), compared("2", "x", "y", "tie")]
    assert rate(rows).models[0].share == pytest.approx(0.75, abs=1e-4)


def test_a_flip_is_a_tie_and_told_apart_from_one_that_was_said():
    rows = [
        compared("1", "x", "y", "tie", ("first", "first")),
        compared("2", "x", "y", "tie"),
        compared("3", "x", "y", "tie", ("first", "tie")),
    ]
    found = rate(rows)
    assert [(one.ties, one.flips) for one in found.models] == [(3, 2), (3, 2)]
    told = conduct(rows)
    assert (told.scored, told.answers, told.flips, told.first, told.decided) == (3, 6, 2, 3, 3)


def test_what_has_no_outcome_is_in_the_denominator_alone():
    rows = [compared("1", "x", "y", "a"), compared("2", "x", "y", "b"), compared("3", "x", "y", None)]
    assert [(one.scored, one.expected) for one in rate(rows).models] == [(2, 3), (2, 3)]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([compared("1", "x", "y", None)], "no comparison"),
        ([compared("1", "x", "y", "a")], "won all"),
        ([compared("1", "x", "y", "tie"), compared("1", "v", "w", "tie")], "won all"),
    ],
)
def test_where_strengths_have_no_value_none_is_invented(rows, why):
    found = rate(rows)
    assert why in found.reason
    assert all(one.share is None and one.ci95 is None for one in found.models)
    assert "No strengths" in rating_table(rows)
    with pytest.raises(ValueError, match=why):
        strengths(np.zeros((2, 2)) if "no" in why[:3] else np.array([[0.0, 1.0], [0.0, 0.0]]))


def test_why_there_are_no_intervals_is_said():
    two = [compared("1", "x", "y", "a"), compared("2", "x", "y", "b")]
    found = rate(two)
    assert [one.ci95 for one in found.models] == [None, None]
    assert "No intervals: in " in rating_table(two)
    assert "of 500 resamples of the 2 items some models won all, or none" in found.no_intervals
    assert "No intervals: they take two items or more." in rating_table([compared("1", "x", "y", "tie")])


@pytest.mark.slow
def test_intervals_hold_the_strength_and_do_not_change():
    rng = np.random.default_rng(5)
    rows = [
        compared(str(item), a, b, rng.choice(["a", "b", "tie"], p=[0.5, 0.3, 0.2]))
        for item in range(60)
        for a, b in (("x", "y"), ("x", "z"), ("y", "z"))
    ]
    found = rate(rows)
    assert found == rate(rows)
    for one in found.models:
        assert one.ci95[0] < one.share < one.ci95[1]
    assert sum(one.share for one in found.models) == pytest.approx(1)
    assert why_not(np.ones((3, 3))) is None
    assert "60" not in rating_table(rows).splitlines()[0]
    assert "120/120" in rating_table(rows)


def test_the_order_of_rows_changes_nothing():
    rows = [
        compared(str(item), a, b, outcome)
        for item, outcomes in enumerate(("aab", "bta", "abb", "tab", "baa", "abt"))
        for (a, b), outcome in zip(
            (("x", "y"), ("x", "z"), ("y", "z")),
            ({"t": "tie"}.get(one, one) for one in outcomes),
            strict=True,
        )
    ]
    found = rate(rows)
    assert found.models[0].ci95 is not None
    assert rate(rows[::-1]) == found
