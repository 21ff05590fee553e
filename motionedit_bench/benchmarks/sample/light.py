"""How the second picture of a scene is photographed otherwise than the first."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from motionedit_bench.benchmarks.sample.layers import Photo, Pixels, to_bytes
from motionedit_bench.benchmarks.sample.motions import Pair, grid
from motionedit_bench.images import to_array

RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Shadow:
    """A soft shadow: an upright ellipse in pixels; in its middle ``depth``, 0 to 1, of the light is gone."""

    centre: Pair
    radii: Pair
    depth: float


@dataclass(frozen=True)
class Light:
    """What changes but does not move: gain of each colour, then gamma, shadow, noise and JPEG.

    ``noise`` is the standard deviation of independent Gaussian noise, in grey levels; ``quality`` is JPEG's
    (``None``: it is not used).
    """

    gain: RGB = (1.0, 1.0, 1.0)
    gamma: float = 1.0
    shadow: Shadow | None = None
    noise: float = 0.0
    quality: int | None = None


def lit(photo: Photo, light: Light, seed: int) -> Photo:
    """The photograph in that light; ``seed`` draws the noise."""
    values = 255 * (np.clip(photo * np.array(light.gain), 0, 255) / 255) ** light.gamma
    if light.shadow is not None:
        values *= 1 - _shade(light.shadow, values.shape[0], values.shape[1])[..., None]
    if light.noise:
        values += np.random.default_rng(seed).normal(0, light.noise, values.shape)
    pixels = to_bytes(np.clip(values, 0, 255))
    return pixels if light.quality is None else _through_jpeg(pixels, light.quality)


def _shade(shadow: Shadow, height: int, width: int) -> Pixels:
    distance = (((grid(height, width) - shadow.centre) / shadow.radii) ** 2).sum(axis=-1)
    return np.asarray(shadow.depth * np.exp(-distance))


def _through_jpeg(pixels: Photo, quality: int) -> Photo:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return to_array(Image.open(buffer))
