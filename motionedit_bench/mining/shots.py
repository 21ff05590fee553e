"""Stage 2: where a video's shots begin and end."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scenedetect import ContentDetector, FrameTimecode

from motionedit_bench.mining.decoding import Unreadable, opened
from motionedit_bench.mining.records import Shot
from motionedit_bench.mining.settings import ShotSettings

WIDTH = 256
"""Pixels that frames are made wide to look for cuts, as PySceneDetect does at the least."""

EARLY = 0.5
"""Seconds, besides a twentieth of the whole, by which pictures may end before a video claims to end."""


@dataclass(frozen=True)
class Found:
    """The shots of a video; ``reason`` says why they end before the video does."""

    shots: tuple[Shot, ...]
    reason: str | None = None


def find_shots(path: Path, settings: ShotSettings) -> Found:
    """The shots of a video, by PySceneDetect's `ContentDetector`; those before the place where it is broken.

    Frames are counted for the detector alone: when they are shown is what the file says.
    """
    detector = ContentDetector(threshold=settings.threshold, min_scene_len=settings.shortest)
    times = array("d")
    cuts: list[int] = []
    reason = None
    last = 0.0
    try:
        with opened(path) as film:
            rate, claimed = film.fps, film.duration
            for frame in film.frames():
                found = detector.process_frame(FrameTimecode(len(times), rate), frame.bgr(WIDTH))
                cuts += [cut.frame_num for cut in found]
                times.append(frame.time)
                last = frame.lasts
        cuts += [cut.frame_num for cut in detector.post_process(FrameTimecode(len(times), rate))]
        if times and claimed and times[-1] - times[0] < claimed * 0.95 - EARLY:
            reason = f"its pictures end at {times[-1]:.2f} s of {claimed:.2f} s"
    except Unreadable as error:
        reason = f"broken at {times[-1]:.2f} s: {error}" if times else str(error)
    return Found(tuple(between(times, sorted(set(cuts)), last, settings.clear)), reason)


def between(times: Sequence[float], cuts: Sequence[int], last: float, clear: int) -> list[Shot]:
    """Shots from the times of all frames and the numbers of those that begin a shot, other than the first.

    ``last`` is how long the last frame is shown, ``clear`` how many frames at both ends no pair uses.
    """
    if not times:
        return []
    shots = []
    for number, (begin, end) in enumerate(zip((0, *cuts), (*cuts, len(times)), strict=True)):
        roomy = end - begin > 2 * clear + 1
        shots.append(
            Shot(
                number,
                _rounded(times[begin]),
                _rounded(times[end] if end < len(times) else times[-1] + last),
                _rounded(times[begin + clear]) if roomy else None,
                _rounded(times[end - 1 - clear]) if roomy else None,
            )
        )
    return shots


def _rounded(time: float) -> float:
    return round(time, 6)
