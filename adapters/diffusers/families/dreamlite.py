"""DreamLite."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import MEGAPIXEL, scaled
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE, GUIDE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class DreamLiteSettings(DiffusersSettings):
    guidance: float = Field(3.5, ge=0, description="guidance scale of the instruction")
    image_guidance: float = Field(1.5, ge=0, description="guidance scale of the input image")
    max_area: int = Field(MEGAPIXEL, ge=64 * 64, description="pixels of the edited image, about")


class DreamLite(DiffusersAdapter):
    """DreamLite (ByteDance), a small UNet with a Qwen3-VL; its pipeline takes one item a call."""

    Settings = DreamLiteSettings
    settings: DreamLiteSettings
    default_model = "carlofkl/DreamLite-base@diffusers"
    licence = "see its page"
    memory = "5 GB"
    pipelines = ("DreamLitePipeline",)
    denoiser = "unet"
    size_rule = "about max_area, in the input's proportions, in multiples of 32"
    sources: ClassVar[dict[str, str]] = {
        "model": f"{EXAMPLE}, which names the revision",
        "steps": GUIDE,
        "guidance": DEFAULT,
        "image_guidance": DEFAULT,
        "max_area": GUIDE,
        "size": f"{GUIDE}, which has a square; of multiples of 8 alone, as the pipeline takes them, it fails",
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {
            "num_inference_steps": self.settings.steps,
            "guidance_scale": self.settings.guidance,
            "image_guidance_scale": self.settings.image_guidance,
        }

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        width, height = scaled(image.size, self.settings.max_area, 32)
        return image, {"height": height, "width": width}


class DreamLiteMobileSettings(DiffusersSettings):
    steps: int = Field(4, ge=1, description="denoising steps")
    max_area: int = Field(MEGAPIXEL, ge=64 * 64, description="pixels of the edited image, about")


class DreamLiteMobile(DiffusersAdapter):
    """DreamLite Mobile, distilled to four steps without guidance."""

    Settings = DreamLiteMobileSettings
    settings: DreamLiteMobileSettings
    default_model = "carlofkl/DreamLite-mobile@diffusers"
    licence = "see its page"
    pipelines = ("DreamLiteMobilePipeline",)
    denoiser = "unet"
    size_rule = DreamLite.size_rule
    sources: ClassVar[dict[str, str]] = {
        name: DreamLite.sources[name] for name in ("model", "steps", "max_area", "size", "dtype")
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps}

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        width, height = scaled(image.size, self.settings.max_area, 32)
        return image, {"height": height, "width": width}
