"""GLM-Image."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import MEGAPIXEL, scaled
from motionedit_bench.adapters.diffusers.families.sources import DEFAULT, PAGE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings
from motionedit_bench.images import resize


class GlmImageSettings(DiffusersSettings):
    steps: int = Field(50, ge=1, description="denoising steps")
    guidance: float = Field(1.5, ge=0, description="classifier-free guidance scale; at 1 there is none")
    max_area: int = Field(MEGAPIXEL, ge=64 * 64, description="pixels of input and edit, about")


class GlmImage(DiffusersAdapter):
    """GLM-Image: a language model draws tokens of the edit, from which a transformer makes it."""

    Settings: ClassVar[type[DiffusersSettings]] = GlmImageSettings
    settings: GlmImageSettings
    default_model = "zai-org/GLM-Image"
    licence = "MIT"
    pipelines = ("GlmImagePipeline",)
    image_listed = True
    size_rule = (
        "about max_area, in the input's proportions, in multiples of 32, and so is the input: of other sizes "
        "language model and decoder would count other tokens; proportions beyond 4 fail"
    )
    sources: ClassVar[dict[str, str]] = {
        "model": PAGE,
        "steps": DEFAULT,
        "guidance": DEFAULT,
        "max_area": f"{PAGE} has about a megapixel",
        "size": f"{PAGE}: height and width have to be given",
        "dtype": f"on a GPU: {PAGE}",
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps, "guidance_scale": self.settings.guidance}

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        image = resize(image, *scaled(image.size, self.settings.max_area, 32))
        return image, {"height": image.height, "width": image.width}
