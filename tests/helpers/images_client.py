"""An `openai_images` adapter as the tests of it use one."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.served.openai_images import OpenAIImages
from motionedit_bench.errors import MebenchError
from motionedit_bench.records import Item

SECRET = "sk-very-secret-0123456789"
MODEL = "some/model"


def loaded(*settings: str) -> OpenAIImages:
    adapter = OpenAIImages(parse_settings(OpenAIImages.Settings, settings), MODEL)
    adapter.load()
    return adapter


def failure(item: Item, *settings: str) -> MebenchError:
    with pytest.raises(MebenchError) as raised:
        loaded(*settings).edit(item, 1)
    assert "\n" not in str(raised.value)
    return raised.value


def pixels(image: Image.Image | Path) -> np.ndarray:
    return np.asarray(image if isinstance(image, Image.Image) else Image.open(image)).astype(int)
