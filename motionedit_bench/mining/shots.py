"""Stage 2: where a video's shots begin and end."""

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode

from motionedit_bench.mining.decoding import Array, Unreadable, opened
from motionedit_bench.mining.records import Shot
from motionedit_bench.mining.settings import ShotSettings

WIDTH = 256
"""Pixels that frames are made wide to look for cuts, as PySceneDetect does at the least."""

FLASH = 8
"""Frames after which a picture that is there again was not cut away from, but outshone."""

LATE = 4
"""Frames, besides those of the shortest shot, by which a detector may tell of a cut late."""

BRIGHT = 10.0
"""Grey levels by which a flash changes a picture at the least."""

GAP = 2.0
"""Seconds without a frame of which nobody knows what happened in them: a shot ends before them."""

EARLY = 0.5
"""Seconds, besides a twentieth of the whole, by which pictures may end before a video claims to end."""


@dataclass(frozen=True)
class Found:
    """The shots of a video; ``reason`` says why they end before the video does."""

    shots: tuple[Shot, ...]
    reason: str | None = None


class Cuts:
    """Finds cuts in frames that are shown to it, by PySceneDetect's detectors.

    `ContentDetector` misses cuts between pictures of few colours, whose hues are noise; `AdaptiveDetector`
    finds them by their light, where little moves. A flash is no cut: soon after it, the picture is again like
    the one before.
    """

    def __init__(self, settings: ShotSettings, fps: float) -> None:
        self.detectors = (
            ContentDetector(threshold=settings.threshold, min_scene_len=settings.shortest),
            AdaptiveDetector(min_scene_len=settings.shortest, luma_only=True),
        )
        self.fps = fps
        self.count = 0
        self.found: set[int] = set()
        self._late = settings.shortest + LATE
        self._frames: deque[Array] = deque(maxlen=self._late + FLASH + 1)

    def see(self, pixels: Array) -> None:
        """Look at the next frame, small, BGR."""
        self._frames.append(pixels)
        for detector in self.detectors:
            self.found |= {cut.frame_num for cut in detector.process_frame(self._here(), pixels)}
        self.count += 1
        self._forget_flash(self.count - 1 - FLASH - self._late + 1)

    def numbers(self) -> list[int]:
        """The numbers of the frames that begin a shot, other than the first, once all frames were seen."""
        for detector in self.detectors:
            self.found |= {cut.frame_num for cut in detector.post_process(self._here())}
        for cut in list(self.found):
            self._forget_flash(cut)
        return sorted(self.found - {0})

    def _here(self) -> FrameTimecode:
        return FrameTimecode(self.count, self.fps)

    def _forget_flash(self, cut: int) -> None:
        """Drop a cut, of which nothing more will be seen, if it is a flash."""
        if cut not in self.found:
            return
        first = self.count - len(self._frames)  # of those that are held
        if cut <= first:
            return
        before, *after = list(self._frames)[cut - 1 - first :][: FLASH + 1]
        jump = _difference(before, after[0])
        if jump > BRIGHT and min(_difference(before, one) for one in after) < jump / 2:
            self.found.remove(cut)


def _difference(one: Array, other: Array) -> float:
    return float(np.mean(cv2.absdiff(one, other)))


def find_shots(path: Path, settings: ShotSettings) -> Found:
    """The shots of a video; those before the place where it is broken.

    Frames are counted to find cuts: when they are shown is what the file says.

    Raises:
        Unreadable: it is not there.
    """
    times = array("d")
    cuts: list[int] = []
    gaps: list[int] = []
    lasts = 0.0
    reason = None
    try:
        with opened(path) as film:
            looker = Cuts(settings, film.fps)
            try:
                for frame in film.frames():
                    looker.see(frame.bgr(WIDTH))
                    if times and frame.time - times[-1] > GAP:
                        gaps.append(len(times))
                    times.append(frame.time)
                    lasts = frame.lasts
            finally:
                cuts = sorted({*looker.numbers(), *gaps})
            claimed = film.duration
        if times and claimed and _reach(times, lasts) < claimed * 0.95 - EARLY:
            reason = f"its pictures end at {_reach(times, lasts):.2f} s of {claimed:.2f} s"
    except Unreadable as error:
        if error.status == "missing":
            raise
        reason = f"broken at {times[-1]:.2f} s: {error}" if times else str(error)
    return Found(tuple(between(times, cuts, lasts, settings.clear)), reason)


def _reach(times: Sequence[float], lasts: float) -> float:
    """How far pictures reach: files count what they claim from 0 on, or from their first picture on."""
    return times[-1] + lasts - min(times[0], 0.0)


def between(times: Sequence[float], cuts: Sequence[int], lasts: float, clear: int) -> list[Shot]:
    """Shots from the times of all frames and the numbers of those that begin a shot, other than the first.

    ``lasts`` is how long the last frame is shown, ``clear`` how many frames at both ends no pair uses.
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
                _rounded(times[end] if end < len(times) else times[-1] + lasts),
                _rounded(times[begin + clear]) if roomy else None,
                _rounded(times[end - 1 - clear]) if roomy else None,
            )
        )
    return shots


def _rounded(time: float) -> float:
    return round(time, 6)
