"""Baselines that need no weights; they anchor every metric's scale and keep it honest."""

import io

import numpy as np
from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.base import Adapter, Settings
from motionedit_bench.errors import BenchmarkError
from motionedit_bench.images import decode, to_array
from motionedit_bench.records import Item


class Identity(Adapter):
    """The input, unchanged: what doing nothing scores."""

    def edit(self, item: Item, seed: int) -> Image.Image:
        return decode(item.input.read())


class Target(Adapter):
    """The target itself: what a perfect edit scores."""

    def edit(self, item: Item, seed: int) -> Image.Image:
        if item.target is None:
            raise BenchmarkError(f"item {item.id} has no target image")
        return decode(item.target.read())


class ResavedSettings(Settings):
    quality: int = Field(85, ge=1, le=95, description="JPEG quality of the second save")


class Resaved(Adapter):
    """The input saved again as JPEG: doing nothing, without being byte-identical to the input."""

    Settings = ResavedSettings
    settings: ResavedSettings

    def edit(self, item: Item, seed: int) -> Image.Image:
        buffer = io.BytesIO()
        decode(item.input.read()).save(buffer, format="JPEG", quality=self.settings.quality)
        return decode(buffer.getvalue())


class ShiftSettings(Settings):
    percent: float = Field(4.0, gt=0, le=50, description="length of the shift, % of the diagonal")


class Shift(Adapter):
    """The whole picture moved in a direction drawn from the seed: motion without understanding."""

    Settings = ShiftSettings
    settings: ShiftSettings
    samples = True

    def edit(self, item: Item, seed: int) -> Image.Image:
        pixels = to_array(decode(item.input.read()))
        height, width = pixels.shape[:2]
        angle = np.random.default_rng(seed).uniform(0, 2 * np.pi)
        length = self.settings.percent / 100 * np.hypot(height, width)
        dx, dy = round(length * np.cos(angle)), round(length * np.sin(angle))
        rows = np.clip(np.arange(height) - dy, 0, height - 1)
        columns = np.clip(np.arange(width) - dx, 0, width - 1)
        return Image.fromarray(pixels[rows][:, columns])
