"""DreamLite."""

from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE, GUIDE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class DreamLiteSettings(DiffusersSettings):
    guidance: float = Field(3.5, ge=0, description="guidance scale of the instruction")
    image_guidance: float = Field(1.5, ge=0, description="guidance scale of the input image")


class DreamLite(DiffusersAdapter):
    """DreamLite (ByteDance), a small UNet with a Qwen3-VL; its pipeline takes one item a call."""

    Settings = DreamLiteSettings
    settings: DreamLiteSettings
    default_model = "carlofkl/DreamLite-base@diffusers"
    licence = "see its page"
    memory = "5 GB"
    pipelines = ("DreamLitePipeline",)
    denoiser = "unet"
    size_rule = "the input's, each side floored to a multiple of 8 by the pipeline"
    sources: ClassVar[dict[str, str]] = {
        "model": f"{EXAMPLE}, which names the revision",
        "steps": GUIDE,
        "guidance": DEFAULT,
        "image_guidance": DEFAULT,
        "size": f"{EXAMPLE}; {GUIDE} has 1024x1024",
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {
            "num_inference_steps": self.settings.steps,
            "guidance_scale": self.settings.guidance,
            "image_guidance_scale": self.settings.image_guidance,
        }


class DreamLiteMobileSettings(DiffusersSettings):
    steps: int = Field(4, ge=1, description="denoising steps")


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
        "model": DreamLite.sources["model"],
        "steps": GUIDE,
        "size": DreamLite.sources["size"],
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps}
