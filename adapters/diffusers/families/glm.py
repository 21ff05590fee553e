"""GLM-Image."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import MEGAPIXEL, scaled
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, PAGE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class GlmSettings(DiffusersSettings):
    steps: int = Field(30, ge=1, description="denoising steps")
    guidance: float = Field(1.5, ge=0, description="classifier-free guidance scale")
    max_area: int = Field(MEGAPIXEL, ge=64 * 64, description="pixels of the edited image, about")


class GlmImage(DiffusersAdapter):
    """GLM-Image, an autoregressive model of 9 B parameters and a diffusion decoder of 7 B."""

    Settings = GlmSettings
    settings: GlmSettings
    default_model = "zai-org/GLM-Image"
    licence = "see its page"
    memory = "32 GB"
    pipelines = ("GlmImagePipeline",)
    image_listed = True
    size_rule = "about max_area, in the input's proportions, in multiples of 32"
    sources: ClassVar[dict[str, str]] = {
        "model": PAGE,
        "steps": PAGE,
        "guidance": PAGE,
        "max_area": "the size of the examples of its page, about",
        "size": f"{PAGE}: height and width must be set",
        "dtype": BFLOAT16,
        "seed": f"also of the autoregressive model, {DEFAULT}",
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps, "guidance_scale": self.settings.guidance}

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        width, height = scaled(image.size, self.settings.max_area, 32)
        return image, {"height": height, "width": width}
