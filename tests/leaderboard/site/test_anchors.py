"""What doing nothing and the target get."""

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.site.anchors import Anchors, anchors_of
from motionedit_bench.leaderboard.summary import Column, Summary

FLOW = (("flow", "dis"), ("flow_size", "input"))
GAIN, MAS, NOOP = (Column(name, FLOW) for name in ("motion_gain", "mas", "mas_noop"))
SSIM, PSNR = Column("ssim"), Column("psnr")


def found(mean, scored=4):
    return Summary(mean, None, scored, 4, None, {} if scored == 4 else {"missing": 4 - scored})


def board(*rows, properties=None):
    return Board({"items": 4}, (GAIN, MAS, SSIM, PSNR), rows, properties=properties or {})


def test_what_baselines_got_here_is_taken():
    rows = [
        Row("mine", "measured", {MAS: found(5.0), SSIM: found(0.4), GAIN: found(0.5)}),
        Row("best", "measured", {MAS: found(99.0), SSIM: found(0.9), GAIN: found(38.0)}),
    ]
    anchors = anchors_of(board(*rows), {"identity": "mine", "target": "best"})
    assert anchors == {
        GAIN: Anchors(0.5, 38.0),
        MAS: Anchors(5.0, 99.0),
        SSIM: Anchors(0.4, 0.9),
        PSNR: Anchors(None, None),
    }


def test_without_them_only_what_follows_from_a_definition_is_known():
    anchors = anchors_of(board(properties={NOOP: found(60.0)}), {})
    assert anchors == {
        GAIN: Anchors(0.0, 40.0),
        MAS: Anchors(None, 100.0),
        SSIM: Anchors(None, 1.0),
        PSNR: Anchors(),
    }


def test_a_level_over_some_items_or_by_another_flow_says_nothing_of_the_target():
    other = Column("mas_noop", (("flow", "far"), ("flow_size", "input")))
    for level in ({NOOP: found(60.0, scored=3)}, {other: found(60.0)}, {}):
        assert anchors_of(board(properties=level), {})[GAIN] == Anchors(0.0, None)


def test_a_baseline_that_is_partial_or_claimed_is_no_anchor():
    rows = [
        Row("mine", "measured", {SSIM: found(0.4, scored=3)}),
        Row("best", "claimed", {SSIM: found(0.2)}),
    ]
    assert anchors_of(board(*rows), {"identity": "mine", "target": "best"})[SSIM] == Anchors(None, 1.0)
