"""Known answers of ratings, and the table as it is printed."""

import numpy as np
import pytest

from motionedit_bench.leaderboard.preference.board import rating_table
from motionedit_bench.leaderboard.preference.ratings import rate, strengths, why_not


def compared(item, outcome, judge="openai:m"):
    winners = {"a": ("first", "second"), "b": ("second", "first"), "tie": ("tie", "tie")}[outcome]
    return {
        "item_id": str(item),
        "judge": judge,
        "model_a": "x",
        "model_b": "y",
        "outcome": outcome,
        "orders": [{"winner": winner} for winner in winners],
    }


def shares(rows):
    return {one.model: one.share for one in rate(rows).models}


def intervals(rows):
    return [one.ci95 for one in rate(rows).models]


def test_every_comparison_of_an_item_counts():
    assert shares([compared(1, outcome) for outcome in "aaab"]) == pytest.approx({"x": 0.75, "y": 0.25})
    assert shares([compared(1, outcome) for outcome in "bbab"]) == pytest.approx({"x": 0.25, "y": 0.75})


def test_strengths_are_found_to_the_last_digits_also_where_that_takes_long():
    """A chain of models, each of which beats the next three times in four: strengths are powers of 3."""
    wins = np.diag([3.0] * 11, 1) + np.diag([1.0] * 11, -1)
    expected = 3.0 ** np.arange(12)[::-1]
    assert strengths(wins) == pytest.approx(expected / expected.sum(), rel=1e-10)


def test_one_item_has_no_interval_and_two_have():
    assert intervals([compared(1, "tie")]) == [None, None]
    assert intervals([compared(1, "tie"), compared(2, "tie")]) == [(0.5, 0.5), (0.5, 0.5)]


def test_where_many_resamples_have_no_strengths_there_is_no_interval():
    rows = [compared(item, outcome) for item, outcome in enumerate("aab")]
    assert shares(rows)["x"] == pytest.approx(2 / 3)
    assert intervals(rows) == [None, None]


def test_the_first_item_is_drawn_like_the_others():
    rows = [*(compared(0, "a") for _ in range(20)), *(compared(item, "tie") for item in range(1, 10))]
    low, high = intervals(rows)[0]
    assert low == pytest.approx(0.5)
    assert high > 0.8


def test_the_interval_is_that_of_a_normal_share():
    """In the mean over some sets: each end is read off few resamples."""
    names = np.random.default_rng(0).permuted(np.tile(np.arange(1000), (12, 1)), axis=1)
    found = np.array(
        [intervals([compared(f"{row[item]:03}", "ab"[item % 2]) for item in range(1000)])[0] for row in names]
    )
    assert found.mean() == pytest.approx(0.5, abs=0.005)
    assert np.mean(found[:, 1] - found[:, 0]) == pytest.approx(2 * 1.96 * 0.5 / 1000**0.5, rel=0.04)


def test_reasons_are_told_whole():
    assert why_not(np.zeros((2, 2))) == "no comparison has an outcome"
    assert why_not(np.array([[0.0, 1.0], [0.0, 0.0]])) == (
        "some models won all, or none, of their comparisons with the rest: strengths have no finite value"
    )


def test_the_table_as_it_stands():
    """Item 0 is shared, y wins item 1 by one and a half to a half, and item 2 is a change of mind."""
    rows = [compared(0, "a", "openai:n"), compared(0, "b", "openai:n"), compared(1, "b"), compared(1, "tie")]
    rows += [compared(2, "tie") | {"orders": [{"winner": "first"}] * 2}, compared(2, "b") | {"outcome": None}]
    assert rating_table(rows).splitlines() == [
        "#    model    strength, %    95 %          won    ties    flips    scored",
        "---  -------  -------------  ------------  -----  ------  -------  --------",
        "1    y        60.0           [50.0, 75.0]  2      2       1        5/6",
        "1    x        40.0           [25.0, 50.0]  1      2       1        5/6",
        "",
        "Bradley-Terry strengths by judge openai:n, openai:m.",
        "Intervals: bootstrap over items. Flips: of the ties.",
        "#: one more than the models that are told apart as better (99 %).",
        "openai:n: The order changed the verdict in 0/2 pairs (0.0 %).",
        "The edit shown first was preferred in 2/4 answers (50.0 %).",
        "openai:m: The order changed the verdict in 1/3 pairs (33.3 %).",
        "The edit shown first was preferred in 4/6 answers (66.7 %).",
    ]


def test_the_table_without_strengths():
    assert rating_table([compared(1, "a")]).splitlines()[2:] == [
        "1    x        -              -       1      0       0        1/1",
        "1    y        -              -       0      0       0        1/1",
        "",
        "Bradley-Terry strengths by judge openai:m.",
        "Intervals: bootstrap over items. Flips: of the ties.",
        "#: one more than the models that are told apart as better (99 %).",
        "No strengths: some models won all, or none, of their comparisons with the rest: "
        "strengths have no finite value.",
        "The order changed the verdict in 0/1 pairs (0.0 %).",
        "The edit shown first was preferred in 1/2 answers (50.0 %).",
    ]
