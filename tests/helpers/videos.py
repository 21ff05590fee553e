"""Videos with exact truth, written by PyAV."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from scipy.ndimage import gaussian_filter

WIDTH, HEIGHT, FPS = 320, 192, 24


def write_video(
    path: Path,
    frames: Iterable[np.ndarray],
    fps: int = FPS,
    codec: str = "libx264",
    times: Sequence[float] | None = None,
    rotation: int = 0,
    sar: int = 1,
    faststart: bool = True,
) -> Path:
    """A video of RGB frames; ``times`` in seconds where they are not evenly spaced."""
    settings = {"crf": "12", "g": "48", "preset": "ultrafast"} if codec == "libx264" else {}
    with av.open(str(path), "w", options={"movflags": "faststart"} if faststart else {}) as container:
        stream = None
        for number, pixels in enumerate(frames):
            if stream is None:
                stream = container.add_stream(codec, rate=fps, options=settings)
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.time_base = stream.codec_context.time_base = Fraction(1, 24000)
                if sar != 1:
                    stream.sample_aspect_ratio = stream.codec_context.sample_aspect_ratio = Fraction(sar)
                if rotation:
                    stream.set_display_rotation(rotation)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24")
            frame.pts = round((number / fps if times is None else times[number]) * 24000)
            frame.time_base = Fraction(1, 24000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def texture(seed: int, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """A picture without repetition, smooth enough to be followed."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 3))
    smooth = sum(weight * gaussian_filter(noise, (size, size, 0)) * size for size, weight in ((2, 1), (6, 2)))
    return np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def pan(seed: int, count: int = 72, step: float = 1.0, width: int = WIDTH) -> list[np.ndarray]:
    """A camera that pans over a texture by so many whole pixels a frame, to the right."""
    wide = texture(seed, HEIGHT, width + round(count * step))
    return [wide[:, round(n * step) : round(n * step) + width] for n in range(count)]


def still(seed: int, count: int = 72) -> list[np.ndarray]:
    """A camera at rest before a scene at rest."""
    return [texture(seed)] * count


def mover(
    seed: int, count: int = 72, step: float = 0.5, background: Sequence[np.ndarray] | None = None
) -> list[np.ndarray]:
    """A patch, two fifths as high as the frame, that moves over a background by so many pixels a frame."""
    behinds = background or still(seed, count)
    side = behinds[0].shape[0] * 2 // 5
    patch = texture(seed + 1000, side, side)
    frames = []
    for number, behind in enumerate(behinds):
        frame = behind.copy()
        top, left = side * 3 // 4, side // 2 + round(number * step)
        frame[top : top + side, left : left + side] = patch
        frames.append(frame)
    return frames


def halved(frames: Iterable[np.ndarray]) -> list[np.ndarray]:
    """The left upper quarters of frames: smaller films for what does not depend on their size."""
    return [frame[: HEIGHT // 2, : WIDTH // 2] for frame in frames]


def numbered(count: int, height: int = 64, width: int = 96) -> list[np.ndarray]:
    """Frames that tell their number: in their left upper quarter by a grey level of three a frame."""
    frames = []
    for number in range(count):
        frame = np.full((height, width, 3), 255, np.uint8)
        frame[: height // 2, : width // 2] = number * 3
        frames.append(frame)
    return frames


def number_in(pixels: np.ndarray) -> int:
    """The number that a frame of `numbered` tells."""
    height, width = pixels.shape[:2]
    return round(float(pixels[4 : height // 2 - 4, 4 : width // 2 - 4].mean()) / 3)
