"""Columns of a judge that several models answered for."""

from motionedit_bench.leaderboard.answered import apart
from motionedit_bench.leaderboard.summary import Column, Outcome, summarise

ASKED = (("judge", "openai:m"), ("address", "http://h/v1"))


def column(answered_by=None, metric="overall"):
    return Column(metric, ASKED if answered_by is None else (*ASKED, ("answered_by", answered_by)))


def latest(*outcomes):
    return {(str(number), one.column.metric, "openai:m"): one for number, one in enumerate(outcomes)}


def told(rows):
    return {
        one.variant[2:]: (found.mean, found.scored, found.mean_failed_as_worst)
        for one, found in summarise(apart(rows), len(rows)).items()
    }


def test_one_model_has_one_column_with_all_its_gaps():
    rows = latest(Outcome(column("a"), "ok", 4.0), Outcome(column(), "missing", None))
    assert told(rows) == {(("answered_by", "a"),): (4.0, 1, 2.0)}
    rows |= {("2", "overall", "openai:m"): Outcome(column(), "failed", None, True)}
    assert told(rows) == {(("answered_by", "a"),): (4.0, 1, None)}


def test_items_that_another_model_answered_count_against_nobody():
    rows = latest(
        Outcome(column("a"), "ok", 4.0),
        Outcome(column("b"), "ok", 2.0),
        Outcome(column("b"), "unparsed", None, True),
        Outcome(column(), "missing", None),
    )
    assert told(rows) == {(("answered_by", "a"),): (4.0, 1, None), (("answered_by", "b"),): (2.0, 1, None)}


def test_a_server_that_does_not_always_say_who_answers_has_a_column_for_that():
    rows = latest(Outcome(column(), "ok", 4.0), Outcome(column("b"), "ok", 2.0))
    assert told(rows) == {(): (4.0, 1, None), (("answered_by", "b"),): (2.0, 1, None)}


def test_without_answers_and_without_judges_nothing_changes():
    for rows in (
        latest(Outcome(column(), "failed", None, True), Outcome(column(), "missing", None)),
        latest(Outcome(column(metric="psnr"), "ok", 30.0), Outcome(column(metric="mas"), "ok", 50.0)),
        {},
    ):
        assert apart(rows) == rows
