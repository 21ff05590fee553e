"""Stage 3: which two frames are a pair."""

from collections.abc import Iterator, Sequence

from motionedit_bench.mining.records import Pair, Shot, pair_id
from motionedit_bench.mining.settings import PairSettings

BARELY = 1e-3
"""Seconds by which a window may be longer than the shot: times of frames are rounded in files."""


def pairs_of(video: str, shots: Sequence[Shot], settings: PairSettings) -> list[Pair]:
    """The pairs of a video's shots: windows side by side, or the shot if it is shorter."""
    return [pair for shot in shots for pair in _in_shot(video, shot, settings)]


def _in_shot(video: str, shot: Shot, settings: PairSettings) -> Iterator[Pair]:
    if shot.first is None or shot.last is None:
        return
    length = shot.last - shot.first + BARELY
    windows = int(length // settings.window)
    for number in range(windows):
        begin, end = (shot.first + (number + step) * settings.window for step in (0, 1))
        yield _pair(video, shot, begin, min(end, shot.last))
    if not windows and length >= settings.min_window:
        yield _pair(video, shot, shot.first, shot.last)


def _pair(video: str, shot: Shot, begin: float, end: float) -> Pair:
    begin, end = round(begin, 6), round(end, 6)
    return Pair(pair_id(video, begin, end), video, shot.number, begin, end)
