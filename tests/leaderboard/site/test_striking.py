"""The item that opens the page."""

from dataclasses import replace

import pytest

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.sight import Seen
from motionedit_bench.leaderboard.site import page
from motionedit_bench.leaderboard.site.gallery import Edit, Exhibit
from motionedit_bench.leaderboard.site.striking import striking
from motionedit_bench.leaderboard.site.subject import ItemResult, Subject
from motionedit_bench.leaderboard.summary import Column, Summary

GAIN = Column("motion_gain", (("flow", "dis"),))
ITEMS = ("near", "far", "unseen")
VALUES = {"a": (1, 9, 40), "b": (2, 1, 0), "c": (3, 5, 1), "d": (3, 4, 1), "best": (50, 60, 70)}
PICTURE = ("x.webp", 4, 3)


def subject(values=VALUES, ranked=tuple(VALUES), trusts=(0.9, 0.8, 0.1), column=GAIN):
    rows = tuple(
        Row(name, "measured", {column: Summary(1.0, None, 3, 3, None)}, rank=1 if name in ranked else None)
        for name in values
    )
    results = tuple(
        {item: {0: ItemResult(value, "ok", None, None)} for item, value in zip(ITEMS, own, strict=True)}
        for own in values.values()
    )
    sights = (Seen("dis", dict(zip(ITEMS, trusts, strict=True))),)
    board = Board({"items": 3}, (column,), rows, headline=(column,), sights=sights)
    return Subject(board, tuple((item, None) for item in ITEMS), results, (), {"target": "best"})


def exhibits(count, without=()):
    def one(item):
        edits = (Edit(reason="none") if (item, k) in without else Edit(PICTURE) for k in range(count))
        return Exhibit(PICTURE, PICTURE, PICTURE, None, tuple(edits))

    return [one(item) for item in range(len(ITEMS))]


def test_it_is_where_models_differ_most_and_what_moves_is_seen():
    found = striking(subject(), exhibits(5))
    assert (found.item, found.edits) == (1, ((0, 9.0), (3, 4.0), (1, 1.0)))


def test_a_claim_opens_no_page_whoever_has_it():
    found = subject()
    first, *others = found.rows
    claims = replace(first, summaries={GAIN: replace(first.summaries[GAIN], standing="claimed")})
    found = replace(found, board=replace(found.board, rows=(claims, *others)))
    assert striking(found, exhibits(5)).edits == ((2, 5.0), (3, 4.0), (1, 1.0))


def test_what_nobody_sees_is_shown_where_nothing_else_is_known():
    assert striking(subject(trusts=(0.1, 0.1, 0.1)), exhibits(5)).item == 2
    assert striking(subject(column=Column("motion_gain", (("flow", "other"),))), exhibits(5)).item == 2


def test_an_item_with_pictures_of_more_models_comes_first():
    assert striking(subject(), exhibits(5, without={(1, 0), (1, 1)})).item == 0


def test_lower_is_better_where_the_metric_says_so():
    found = striking(subject(column=Column("epe", (("flow", "dis"),))), exhibits(5))
    assert [value for _, value in found.edits] == [1.0, 5.0, 9.0]


def test_ranked_models_are_shown_before_others():
    found = striking(subject(ranked=("b", "c")), exhibits(5))
    assert [model for model, _ in found.edits] == [2, 1]


@pytest.mark.parametrize("values", [{"a": (1, 2, 3)}, {"a": (1, 2, 3), "best": (5, 6, 7)}])
def test_one_edit_is_nothing_to_compare(values):
    assert striking(subject(values), exhibits(len(values))) is None
    assert page.glance(subject(values), {}, exhibits(len(values))) is None


def test_it_links_to_its_edits_side_by_side():
    found = page.glance(subject(), {}, exhibits(5))
    assert (found["item"], found["instruction"], found["link"]) == ("far", None, "#item=far&models=a,d,b")
    assert found["edits"][0]["link"] == "#item=far&models=a"
