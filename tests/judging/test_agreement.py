import pytest

from motionedit_bench.judging.agreement import ALL, agreement, agreement_table, agreements, credit

SAID = {"a": ("first", "second"), "b": ("second", "first"), "flip": ("first", "first"), "tie": ("tie", "tie")}


def row(preferred, said, item="1", category="", status="ok"):
    outcome = {"flip": "tie", None: None}.get(said, said)
    return {
        "preferred": preferred,
        "outcome": outcome,
        "orders": [{"winner": winner} for winner in SAID.get(said, ())],
        "status": status,
        "category": category,
        "prompt": "Move it.",
        "pictures": [item, "a", "b"],
    }


@pytest.mark.parametrize(
    ("preferred", "said", "expected"),
    [
        ("a", "a", 1),
        ("a", "b", 0),
        ("b", "b", 1),
        ("b", "flip", 0.5),
        ("a", "tie", 0.5),
        ("a", None, 0),
    ],
)
def test_the_credit_of_one_pair(preferred, said, expected):
    assert credit(row(preferred, said)) == expected


def test_a_tie_in_one_order_is_half_of_it():
    half = row("a", "a") | {"outcome": "tie", "orders": [{"winner": "first"}, {"winner": "tie"}]}
    assert credit(half) == 0.75


def test_what_is_counted():
    rows = [
        row("a", "a", "1"),
        row("a", "b", "2"),
        row("b", "flip", "3"),
        row("b", None, "4", status="refused"),
        row("tie", "tie", "5"),
        row("tie", "flip", "6"),
        row("a", None, "7", status="corrupt"),
    ]
    found = agreement(rows)
    assert found.accuracy == pytest.approx((1 + 0 + 0.5 + 0) / 4)
    assert found.both == pytest.approx(1 / 4)
    assert (found.flips, found.answered, found.pairs) == (1, 3, 4)
    assert (found.tied, found.ties, found.unusable) == (1, 2, 1)


def test_what_was_asked_of_one_picture_is_resampled_together():
    apart = [row("a", "ab"[number % 2], str(number)) for number in range(8)]
    together = [row("a", "ab"[number % 2], str(number % 2)) for number in range(8)]
    narrow, wide = (agreement(rows).ci95 for rows in (apart, together))
    assert wide == (0, 1)
    assert 0 < narrow[0] < 0.5 < narrow[1] < 1
    assert agreement([row("a", "a")] * 3).ci95 is None


def test_where_people_decided_nothing_there_is_no_accuracy():
    found = agreement([row("tie", "tie")])
    assert (found.accuracy, found.both, found.ci95) == (None, None, None)
    assert " - " in agreement_table({"m": ([row("tie", "tie")], "0 calls")})


def test_by_category():
    rows = [row("a", "a", category="pose"), row("a", "b", category="move"), row("b", "b")]
    found = agreements(rows)
    assert list(found) == [ALL, "move", "pose"]
    assert [one.accuracy for one in found.values()] == pytest.approx([2 / 3, 0, 1])


def test_the_table_says_what_became_of_the_rest_and_is_narrow():
    rows = [
        *(row("a", "a", str(number), "human_pose_change") for number in range(1000)),
        row("b", None, status="unparsed"),
        row("b", None, status="corrupt"),
    ]
    table = agreement_table({"gemini:gemini-3.1-pro": (rows, "12 calls, 0.0300 US dollars")})
    assert "1 pairs unparsed, which are not right" in table
    assert "1 pairs left out: a picture cannot be decoded" in table
    assert "asked now: 12 calls, 0.0300 US dollars" in table
    assert max(map(len, table.splitlines())) <= 120


def test_a_category_called_all_is_not_all():
    rows = [row("a", "a", category="all"), row("a", "b", category="pose")]
    assert [one.accuracy for one in agreements(rows).values()] == [0.5, 1, 0]
    lines = agreement_table({"m": (rows, "0 calls")}).splitlines()[2:5]
    assert [line.split()[:3] for line in lines] == [
        ["m", "all", "50.0"],
        ["all", "100.0", "-"],
        ["pose", "0.0", "-"],
    ]


def test_what_the_limit_kept_from_the_judge_is_not_held_against_it():
    rows = [row("a", "a", "1", "move"), row("b", None, "2", "pose", "unavailable")]
    found = agreements(rows)
    assert [one.accuracy for one in found.values()] == [None, 1, None]
    assert (found[ALL].both, found[ALL].ci95, found[ALL].answered, found[ALL].pairs) == (None, None, 1, 2)
    assert "1 pairs unavailable, over the limit" in agreement_table({"m": (rows, "2 calls")})
