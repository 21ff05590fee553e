"""Seedream of ByteDance, behind ``POST /images/generations`` of ModelArk.

The protocol: https://docs.byteplus.com/en/docs/ModelArk/1541523 (JSON; ``image`` is the picture to edit, as a
data URL; ``watermark`` is true unless it is said to be false).
"""

import base64
import io
import math
from typing import Any

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.served.base import ServedSettings
from motionedit_bench.adapters.served.openai_api import OpenAIServed
from motionedit_bench.adapters.served.reply import DECLINED

LEAST, MOST = 1280 * 720, 4096 * 4096
"""Pixels that an edit may have."""


class SeedreamSettings(ServedSettings):
    base_url: str | None = Field(
        None,
        min_length=1,
        description="the server, up to and with /api/v3  [default: ModelArk, Asia Pacific]",
    )
    size: str = Field(
        "input",
        pattern=r"^(input|[124]K|\d+x\d+)$",
        description="size of the edit: input (that of the input, enlarged to 0.92 megapixels at least), "
        "1K, 2K, 4K (the model chooses the shape) or WxH",
    )


class Seedream(OpenAIServed):
    """Seedream 4; the key is read from ARK_API_KEY. It takes no seed: a repeat gives another image."""

    Settings = SeedreamSettings
    settings: SeedreamSettings
    default_model = "seedream-4-0-250828"
    licence = "the terms of use of BytePlus ModelArk"

    provider = "seedream"
    address = "https://ark.ap-southeast.bytepluses.com/api/v3"
    key = "ARK_API_KEY"
    address_variable = "ARK_BASE_URL"
    declined = (
        *DECLINED,
        "inputtextsensitivecontentdetected",
        "inputimagesensitivecontentdetected",
        "outputimagesensitivecontentdetected",
    )
    spent = ("accountoverdueerror", "setlimitexceeded")

    @property
    def fields(self) -> dict[str, Any]:
        return {
            "size": self.settings.size,
            "response_format": "b64_json",
            "watermark": False,
            "sequential_image_generation": "disabled",
        }

    def request(self, picture: bytes, instruction: str, seed: int) -> Any:
        size = self.settings.size if self.settings.size != "input" else _fitting(picture)
        image = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        return self._client.images.generate(
            model=self.model,
            prompt=instruction,
            extra_body={**self.fields, "size": size, "image": image},
        )


def _fitting(picture: bytes) -> str:
    """The picture's size, scaled to as many pixels as an edit may have.

    >>> from motionedit_bench.images import encode_png
    >>> [_fitting(encode_png(Image.new("RGB", size))) for size in ((1280, 960), (640, 360))]
    ['1280x960', '1280x720']
    """
    width, height = Image.open(io.BytesIO(picture)).size
    scale = math.sqrt(min(max(width * height, LEAST), MOST) / (width * height))
    rounded = math.ceil if scale >= 1 else math.floor
    return f"{rounded(width * scale)}x{rounded(height * scale)}"
