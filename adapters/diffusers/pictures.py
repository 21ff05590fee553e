"""What a pipeline's call returned, as pictures."""

from typing import Any

import numpy as np
import numpy.typing as npt
from diffusers.image_processor import VaeImageProcessor
from PIL import Image

from motionedit_bench.errors import EditRefused

Pixels = npt.NDArray[np.floating[Any]]


def pictures(result: Any, field: str, frame: int | None) -> list[Image.Image]:
    """The pictures in that field of a pipeline's result, one an item, of mode RGB.

    The field holds numbers, 0..1, of shape (items, height, width, channels), or, where ``frame`` says which
    frame is taken, of shape (items, frames, height, width, channels). A fourth channel is how opaque a
    picture is: it is laid over white, as pictures in files are.

    Raises:
        EditRefused: a safety checker withheld one of them.
        FloatingPointError: some of the numbers are not finite.
    """
    if any(getattr(result, "nsfw_content_detected", None) or ()):
        raise EditRefused("the checkpoint's safety checker withheld the image")
    pixels = np.asarray(getattr(result, field))
    if frame is not None:
        pixels = pixels[:, frame]
    if not np.isfinite(pixels).all():
        raise FloatingPointError("the pipeline returned numbers that are not finite: try dtype=float32")
    made: list[Image.Image] = VaeImageProcessor.numpy_to_pil(_opaque(pixels))
    return made


def _opaque(pixels: Pixels) -> Pixels:
    if pixels.shape[-1] != 4:
        return pixels
    colours, opacity = pixels[..., :3], pixels[..., 3:]
    return colours * opacity + (1 - opacity)
