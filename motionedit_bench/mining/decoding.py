"""Frames of a video file, one at a time: upright, with square pixels, each with its own time.

What is decoded is never held: a film of hours takes no more memory than one of seconds.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EACCES
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.stream import Disposition

from motionedit_bench.mining.records import VideoStatus

Array = npt.NDArray[np.uint8]

MOST_PIXELS = 8192 * 4608
"""Frames of more pixels are not decoded."""

HD = (1280, 576)
"""From that width on, or above that height, colours that a file does not describe are BT.709, as players take
them; else BT.601."""

UNSAID = 2
"""What FFmpeg says of colours that are not described."""

LISTS = ("concat", "dash", "hls", "imf")
"""Formats, as FFmpeg calls them, whose files hold no pictures but the names of other files."""

BACK = 1.0
"""Seconds by which times may go back from a frame to the next, which is passed over then."""

LATE = 1e-4
"""Seconds by which a frame's own time may be later than the one asked for: times are rounded."""


class Unreadable(Exception):
    """A video cannot be read, or not further; ``status`` is that of its record, the text the reason."""

    def __init__(self, status: VideoStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Frame:
    """A decoded frame that is turned into pixels only when asked.

    ``time`` and how long it ``lasts`` are in seconds, ``width`` and ``height`` those of the upright picture
    with square pixels. To be upright it is ``mirrored``, left for right, where the file says so, and then
    turned by so many quarters anticlockwise.
    """

    time: float
    lasts: float
    raw: Any
    mirrored: bool
    turn: int
    width: int
    height: int

    def rgb(self, width: int | None = None) -> Array:
        """Pixels of shape (H, W, 3), RGB; with ``width``, scaled to that many pixels wide."""
        return self._pixels("rgb24", width)

    def grey(self) -> Array:
        """Grey levels of shape (H, W), 0 to 255, as they are on the screen."""
        return self._pixels("gray", None)

    def bgr(self, width: int) -> Array:
        """Pixels of shape (H, W, 3), BGR, scaled to that many pixels wide."""
        return self._pixels("bgr24", width)

    @property
    def _is_hd(self) -> bool:
        return bool(self.raw.width >= HD[0] or self.raw.height > HD[1])

    def _pixels(self, kind: str, width: int | None) -> Array:
        wide, high = self.width, self.height
        if width is not None and width < wide:
            wide, high = width, max(2, round(self.height * width / self.width))
        if self.turn % 2:
            wide, high = high, wide
        # Without a full range the grey levels of a screen would be those of a studio, 16 to 235.
        options: dict[str, Any] = {"dst_color_range": "JPEG"} if kind == "gray" else {}
        if self.raw.colorspace == UNSAID and not self.raw.format.is_rgb and self._is_hd:
            options["src_colorspace"] = "ITU709"
        scaled = self.raw.reformat(wide, high, kind, interpolation="AREA", **options)
        stored = scaled.to_ndarray()
        return np.ascontiguousarray(np.rot90(stored[:, ::-1] if self.mirrored else stored, self.turn))


@contextmanager
def opened(path: Path, threads: int = 1) -> Iterator["Film"]:
    """A video file for decoding.

    Raises:
        Unreadable: absent, no file, no video, empty, cut off, only sound, too large, a list of other files,
            or of a kind that nothing here decodes.
    """
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise Unreadable("not_applicable", "no file, but a pipe, a device or a folder")
    with _telling():
        container = av.open(str(path), metadata_errors="replace")
    with container:
        if container.format.name in LISTS:
            raise Unreadable("not_applicable", "a list of other files: name these themselves")
        yield Film(container, threads)


class Film:
    """An open video: the first stream of moving pictures in a file."""

    def __init__(self, container: Any, threads: int) -> None:
        self.container = container
        moving = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
        if not moving:
            held = ", ".join(sorted({str(one.type) for one in container.streams})) or "nothing"
            raise Unreadable("not_applicable", f"no moving pictures in it, but {held}")
        self.stream = moving[0]
        context = self.stream.codec_context
        if context is None or self.stream.codec_context.name is None:
            raise Unreadable("unavailable", "no decoder here for its pictures")
        self._upright(context.width, context.height, 0)
        context.thread_type = "AUTO" if threads > 1 else "NONE"
        context.thread_count = threads
        self._mirrored: bool | None = None

    @property
    def sar(self) -> float:
        """Width of a stored pixel by its height."""
        ratio = self.stream.sample_aspect_ratio or self.stream.codec_context.sample_aspect_ratio
        return float(ratio) if ratio else 1.0

    @property
    def fps(self) -> float:
        """Mean frames a second, as the file claims; 25 where it does not."""
        return float(self.stream.average_rate or self.stream.guessed_rate or 25)

    @property
    def duration(self) -> float | None:
        """Seconds, as the file claims."""
        if self.stream.duration:
            return float(self.stream.duration * self.stream.time_base)
        return self.container.duration / av.time_base if self.container.duration else None

    def frames(self) -> Iterator[Frame]:
        """All frames, in the order of their times.

        Raises:
            Unreadable: the file is broken from there on.
        """
        last = float("-inf")
        size: tuple[int, int] | None = None
        decoded = iter(self.container.decode(self.stream))
        while True:
            with _telling():
                raw = next(decoded, None)
            if raw is None:
                return
            if raw.is_corrupt:
                if last == float("-inf"):  # what precedes the first whole frame, as in a part of a broadcast
                    continue
                raise Unreadable("corrupt", "a frame is damaged")
            if raw.time is None:
                raise Unreadable("not_applicable", "its frames carry no times: put it into an .mp4 or .mkv")
            if (raw.width, raw.height) != (size := size or (raw.width, raw.height)):
                now, before = f"{raw.width}x{raw.height}", f"{size[0]}x{size[1]}"
                raise Unreadable(
                    "not_applicable", f"its frames are {now} pixels from there on, and {before} before"
                )
            if raw.time < last - BACK:
                raise Unreadable("corrupt", f"its times go back by {last - raw.time:.2f} s")
            if raw.time > last:
                last = raw.time
                yield self._frame(raw)

    def shown_at(self, times: Sequence[float]) -> Iterator[Frame]:
        """The frames that are shown at these times, which must rise; decoded from the keyframe before.

        Raises:
            Unreadable: the file is broken before the last of them.
        """
        held: Frame | None = None
        waiting = deque(times)
        for frame in self._frames_from(times[0]):
            while waiting and held and frame.time > waiting[0] + LATE:
                waiting.popleft()
                yield held
            if not waiting:
                return
            held = frame
        if held is None:
            raise Unreadable("corrupt", "no frame can be decoded there")
        yield from [held] * len(waiting)

    def _frames_from(self, time: float) -> Iterator[Frame]:
        """The frames from one that is not later than ``time``; all of them where seeking goes wrong."""
        for aim in (time, -1.0):
            with _telling():
                self.container.seek(round(aim * av.time_base), backward=True)
            frames = self.frames()
            first = next(frames, None)
            if first is not None and (first.time <= time + LATE or aim < 0):
                yield first
                yield from frames
                return

    def _frame(self, raw: Any) -> Frame:
        if self._mirrored is None:
            self._mirrored = _is_mirrored(raw)
        turn = round(raw.rotation / 90 + 2 * self._mirrored) % 4
        wide, high = self._upright(raw.width, raw.height, turn)
        lasts = float(raw.duration * raw.time_base) if raw.duration else 1 / self.fps
        return Frame(float(raw.time), lasts, raw, self._mirrored, turn, wide, high)

    def _upright(self, wide: int, high: int, turn: int) -> tuple[int, int]:
        """The size of a stored frame once it is upright with square pixels."""
        wide, high = (round(wide * self.sar), high) if self.sar > 1 else (wide, round(high / self.sar))
        if wide * high > MOST_PIXELS:
            raise Unreadable("not_applicable", f"frames of {wide}x{high} pixels are too large")
        return (high, wide) if turn % 2 else (wide, high)


def _is_mirrored(raw: Any) -> bool:
    """Whether a frame is to be shown mirrored, as films of a phone's front camera are.

    FFmpeg tells the angle of a mirrored frame's upper edge: to that of the mirror image, half a turn lacks.
    """
    matrix = raw.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return False
    a, b, _, c, d, *_ = np.frombuffer(bytes(matrix), np.int32).astype(np.float64)
    return bool(a * d - b * c < 0)


@contextmanager
def _telling() -> Iterator[None]:
    """Whatever FFmpeg raises becomes an `Unreadable`."""
    try:
        yield
    except av.error.FileNotFoundError as error:
        raise Unreadable("missing", "no such file") from error
    except av.error.PermissionError as error:
        if error.errno != EACCES:  # FFmpeg's -1, which says nothing of permissions
            raise Unreadable("corrupt", "it cannot be read there") from error
        raise Unreadable("missing", "no permission to read it") from error
    except (av.error.DecoderNotFoundError, av.error.PatchWelcomeError) as error:
        raise Unreadable("unavailable", "no decoder here for its pictures") from error
    except (av.error.FFmpegError, ValueError, OSError, RuntimeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise Unreadable("corrupt", said[:1].lower() + said[1:]) from error
