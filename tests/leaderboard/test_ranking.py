"""Who has a rank: one definition, for the board, for the check and for local folders."""

import pytest

from motionedit_bench.leaderboard.ranking import Terms, headline, is_claimed, placed, shortcomings
from motionedit_bench.leaderboard.summary import Column, Summary

MAS, GAIN = (Column(name, (("flow", "dis"),)) for name in ("mas", "motion_gain"))
TVL1 = Column("mas", (("flow", "tvl1"),))
LPIPS = Column("lpips")
BOARD = Terms(("mas", "motion_gain"), frozenset(("recomputed",)), "dis")


def whole(mean=50.0, standing="recomputed"):
    return Summary(mean, None, 4, 4, mean, {"ok": 4}, standing)


def part(mean=50.0, scored=3, standing="recomputed"):
    statuses = {"ok": scored, "missing": 4 - scored}
    return Summary(mean, None, scored, 4, mean * scored / 4, statuses, standing)


def why(summaries, terms=BOARD):
    found = shortcomings(summaries, headline([summaries], terms), terms.takes)
    return found.partial + found.untaken


def test_a_model_with_all_that_is_asked_for_has_a_rank():
    assert why({MAS: whole(), GAIN: whole()}) == ()


@pytest.mark.parametrize(
    ("summaries", "told"),
    [
        ({MAS: whole(100.0)}, ("motion_gain 0/4",)),
        ({MAS: whole(100.0), LPIPS: whole(0.0)}, ("motion_gain 0/4",)),
        ({MAS: whole(), GAIN: part()}, ("motion_gain 3/4",)),
        ({MAS: part(), GAIN: part(scored=0)}, ("mas 3/4", "motion_gain 0/4")),
        ({MAS: whole(), GAIN: whole(standing="claimed")}, ("motion_gain is claimed only",)),
        ({MAS: whole(standing="reread"), GAIN: whole()}, ("mas is reread only",)),
        ({TVL1: whole(), GAIN: whole()}, ("mas in another way than the board's",)),
        ({}, ("mas 0/0", "motion_gain 0/0")),
    ],
)
def test_what_stands_in_the_way_of_a_rank_is_said_by_column(summaries, told):
    assert why(summaries) == told


def test_other_metrics_are_not_asked_for():
    unavailable = Summary(None, None, 0, 4, None, {"unavailable": 4}, "recomputed")
    assert why({MAS: whole(), GAIN: whole(), LPIPS: unavailable}) == ()


def test_a_policy_can_take_what_was_read_again_and_ask_for_more():
    terms = Terms(("mas", "lpips"), frozenset(("recomputed", "reread")), "dis")
    assert why({MAS: whole(standing="reread"), LPIPS: whole(0.1)}, terms) == ()
    assert why({MAS: whole(standing="reread")}, terms) == ("lpips 0/4",)


def test_an_item_that_cannot_be_scored_stands_in_nobodys_way():
    found = Summary(50.0, None, 3, 4, 50.0, {"ok": 3, "not_applicable": 1}, "recomputed")
    assert why({MAS: found, GAIN: found}) == ()


def test_in_a_folder_the_headline_is_what_was_scored():
    assert list(headline([{MAS: whole()}, {MAS: whole(), GAIN: whole()}], Terms())) == ["motion_gain", "mas"]
    assert list(headline([{LPIPS: whole(), Column("psnr"): whole()}], Terms())) == ["psnr"]
    assert headline([{Column("mas_noop"): whole()}], Terms()) == {}


def test_of_two_versions_the_one_that_is_whole_decides():
    old, new = (Column("mas", (("flow", "dis"), ("metric_version", version))) for version in "12")
    assert headline([{old: part(), new: whole()}], BOARD)["mas"] == new


def test_what_is_missing_is_told_apart_from_what_is_not_taken():
    columns = {"mas": MAS, "motion_gain": GAIN}
    found = shortcomings(
        {MAS: part(standing="claimed"), GAIN: whole(standing="claimed")}, columns, ["recomputed"]
    )
    assert found == (("mas 3/4",), ("motion_gain is claimed only",))


def test_claims_do_not_choose_the_column_that_decides():
    terms = Terms(("mas",), frozenset(("recomputed",)))
    flood = [{TVL1: whole(99.0, "claimed")}] * 5
    assert headline([{MAS: whole()}, *flood], terms) == {"mas": MAS}
    assert headline(flood, terms) == {"mas": TVL1}


def test_where_lower_is_better_the_lowest_is_first():
    found = {"far": {LPIPS: whole(0.9, "measured")}, "near": {LPIPS: whole(0.1, "measured")}}
    values = {name: {LPIPS: dict.fromkeys("abcd", own[LPIPS].mean)} for name, own in found.items()}
    places, _ = placed(found, values, list("abcd"), Terms())
    assert [(place.rank, place.model) for place in places] == [(1, "near"), (2, "far")]


def test_rows_stand_on_a_claim_by_their_headline():
    columns = {"mas": MAS, "motion_gain": GAIN}
    assert is_claimed({MAS: whole(standing="claimed"), GAIN: whole()}, columns)
    assert is_claimed({LPIPS: whole(standing="claimed")}, columns)
    assert not is_claimed({MAS: whole(), GAIN: whole(), LPIPS: whole(standing="claimed")}, columns)
    assert not is_claimed({}, columns)


def test_a_board_ranks_by_its_own_flow_at_the_size_of_the_input_alone():
    edited = Column("mas", (("flow", "dis"), ("flow_size", "edited")))
    assert headline([{edited: whole(), GAIN: whole()}], BOARD) == {"mas": None, "motion_gain": GAIN}
    assert why({edited: whole(), GAIN: whole()}) == ("mas in another way than the board's",)
