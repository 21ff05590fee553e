"""Stage 2: where a video's shots begin and end."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scenedetect import ContentDetector, FrameTimecode

from motionedit_bench.mining.decoding import Array, Unreadable, opened
from motionedit_bench.mining.records import Shot
from motionedit_bench.mining.settings import ShotSettings

WIDTH = 256
"""Pixels that frames are made wide to look for cuts, as PySceneDetect does at the least."""

FLASH = 8
"""Frames after which a picture that is there again was not cut away from, but outshone."""

BRIGHT = 10.0
"""Grey levels by which a flash changes a picture at the least."""

EARLY = 0.5
"""Seconds, besides a twentieth of the whole, by which pictures may end before a video claims to end."""


@dataclass(frozen=True)
class Found:
    """The shots of a video; ``reason`` says why they end before the video does."""

    shots: tuple[Shot, ...]
    reason: str | None = None


class Cuts:
    """Finds cuts in frames that are shown to it, by PySceneDetect's `ContentDetector`.

    A flash is no cut: soon after it, the picture is again like the one before.
    """

    def __init__(self, settings: ShotSettings, fps: float) -> None:
        self.detector = ContentDetector(threshold=settings.threshold, min_scene_len=settings.shortest)
        self.fps = fps
        self.count = 0
        self.found: list[int] = []
        self._before: Array | None = None
        self._jumps: dict[int, tuple[Array, float]] = {}

    def see(self, pixels: Array) -> None:
        """Look at the next frame, small, BGR."""
        self._forget_flashes(pixels)
        for cut in self.detector.process_frame(self._here(), pixels):
            self.found.append(cut.frame_num)
            if cut.frame_num == self.count and self._before is not None:
                jump = _difference(self._before, pixels)
                if jump > BRIGHT:
                    self._jumps[self.count] = self._before, jump
        self._before = pixels
        self.count += 1

    def numbers(self) -> list[int]:
        """The numbers of the frames that begin a shot, other than the first, once all frames were seen."""
        last = self.detector.post_process(self._here())
        return sorted({*self.found, *(cut.frame_num for cut in last)} - {0})

    def _here(self) -> FrameTimecode:
        return FrameTimecode(self.count, self.fps)

    def _forget_flashes(self, pixels: Array) -> None:
        for number, (before, jump) in list(self._jumps.items()):
            if _difference(before, pixels) < jump / 2:
                self.found.remove(number)
                del self._jumps[number]
            elif self.count - number >= FLASH:
                del self._jumps[number]


def _difference(one: Array, other: Array) -> float:
    return float(np.mean(cv2.absdiff(one, other)))


def find_shots(path: Path, settings: ShotSettings) -> Found:
    """The shots of a video; those before the place where it is broken.

    Frames are counted to find cuts: when they are shown is what the file says.
    """
    times = array("d")
    cuts: list[int] = []
    lasts = 0.0
    reason = None
    try:
        with opened(path) as film:
            looker = Cuts(settings, film.fps)
            try:
                for frame in film.frames():
                    looker.see(frame.bgr(WIDTH))
                    times.append(frame.time)
                    lasts = frame.lasts
            finally:
                cuts = looker.numbers()
            claimed = film.duration
        if times and claimed and times[-1] - times[0] < claimed * 0.95 - EARLY:
            reason = f"its pictures end at {times[-1]:.2f} s of {claimed:.2f} s"
    except Unreadable as error:
        reason = f"broken at {times[-1]:.2f} s: {error}" if times else str(error)
    return Found(tuple(between(times, cuts, lasts, settings.clear)), reason)


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
