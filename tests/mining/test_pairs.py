"""Pairs: windows inside a shot, side by side."""

from motionedit_bench.mining.pairs import pairs_of
from motionedit_bench.mining.records import Shot, pair_id, split_of
from motionedit_bench.mining.settings import PairSettings

VIDEO = "ab" * 32


def times(first: float | None, last: float | None, **settings: float) -> list[tuple[float, float]]:
    shot = Shot(0, 0.0, 100.0, first, last)
    return [(pair.t0, pair.t1) for pair in pairs_of(VIDEO, [shot], PairSettings(**settings))]


def test_windows_lie_side_by_side_inside_the_shot() -> None:
    assert times(1.0, 7.9) == [(1.0, 4.0), (4.0, 7.0)]
    assert times(1.0, 7.0) == [(1.0, 4.0), (4.0, 7.0)]
    assert times(1.0, 6.9999) == [(1.0, 4.0), (4.0, 6.9999)]  # as long, but for rounding


def test_a_shorter_shot_is_one_pair_if_it_is_long_enough() -> None:
    assert times(1.0, 2.5) == [(1.0, 2.5)]
    assert times(1.0, 1.9) == []
    assert times(1.0, 1.9, min_window=0.5) == [(1.0, 1.9)]
    assert times(None, None) == []


def test_a_pair_is_named_by_its_video_and_times() -> None:
    pair = pairs_of(VIDEO, [Shot(4, 0.0, 9.0, 1.0, 2.5)], PairSettings())[0]
    assert (pair.id, pair.video, pair.shot) == (pair_id(VIDEO, 1.0, 2.5), VIDEO, 4)
    assert len({pair_id(VIDEO, 1.0, 2.5), pair_id(VIDEO, 1.0, 2.500001), pair_id("cd" * 32, 1.0, 2.5)}) == 3


def test_all_pairs_of_a_video_are_in_one_split() -> None:
    videos = [f"{number:064x}" for number in range(1000)]
    assert [split_of(video, 10) for video in videos].count("test") == 100
    assert {split_of(video, 0) for video in videos} == {"train"}
    assert {split_of(video, 100) for video in videos} == {"test"}


def test_windows_that_are_no_whole_number_meet_at_the_very_same_time() -> None:
    shot = Shot(0, 476.0, 500.0, 476.166667, 499.9)
    found = pairs_of("0" * 64, [shot], PairSettings(window=0.3333333, min_window=0.3))
    assert [one.t1 for one in found[:-1]] == [one.t0 for one in found[1:]]
