"""What the tests of the diffusers family share: one tiny checkpoint of each class, and an item."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.shared import once
from helpers.tiny_checkpoints import (
    build_instruct_pix2pix,
    build_kontext,
    build_qwen_edit,
    build_qwen_edit_plus,
)
from PIL import Image

from motionedit_bench.records import Item, Picture

SIZE = (128, 96)


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders by pipeline class; read-only by agreement."""
    builders = {
        "FluxKontextPipeline": build_kontext,
        "QwenImageEditPipeline": build_qwen_edit,
        "QwenImageEditPlusPipeline": build_qwen_edit_plus,
        "StableDiffusionInstructPix2PixPipeline": build_instruct_pix2pix,
    }
    return {name: once(tmp_path_factory, name, build) for name, build in builders.items()}


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Item]:
    """Makes an item whose input is a picture of that mode and size, in PNG."""

    def make(size: tuple[int, int] = SIZE, mode: str = "RGB", instruction: str = "raise both arms") -> Item:
        ramp = Image.linear_gradient("L").resize(size)
        picture = Image.merge(
            "RGB", [ramp, ramp.rotate(180), ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
        )
        buffer = io.BytesIO()
        picture.convert(mode).save(buffer, format="PNG")
        return Item(id="a", instruction=instruction, input=Picture("a.png", buffer.getvalue))

    return make
