"""The decision about a file on two sides."""

import itertools

import pytest

from motionedit_bench.stores.agreement import Action, Synced, decide

KNOWN = Synced("there", "here")


@pytest.mark.parametrize(
    ("theirs", "ours", "known", "action"),
    [
        (None, None, None, Action.NOTHING),
        ("there", None, None, Action.TAKE),
        (None, "here", None, Action.PUT),
        ("there", "here", KNOWN, Action.NOTHING),
        ("there", "more", KNOWN, Action.PUT),
        ("more", "here", KNOWN, Action.TAKE),
        (None, "here", KNOWN, Action.DROP),
        ("there", None, KNOWN, Action.TAKE),
        ("more", "more", KNOWN, Action.CONFLICT),
        (None, "more", KNOWN, Action.CONFLICT),
        ("there", "here", None, Action.CONFLICT),
    ],
)
def test_what_becomes_of_a_file(theirs, ours, known, action):
    assert decide(theirs, ours, known) is action


def test_nothing_that_is_new_on_one_side_is_ever_lost():
    sides = (None, "old", "new")
    for theirs, ours in itertools.product(sides, sides):
        action = decide(theirs, ours, Synced("old", "old"))
        if ours == "new":
            assert action in (Action.PUT, Action.CONFLICT)
        if theirs == "new":
            assert action in (Action.TAKE, Action.CONFLICT)
