"""JoyAI-Image-Edit."""

from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class JoyAISettings(DiffusersSettings):
    steps: int = Field(40, ge=1, description="denoising steps")
    guidance: float = Field(4.0, ge=0, description="classifier-free guidance scale")


class JoyAIImageEdit(DiffusersAdapter):
    """JoyAI-Image-Edit, with a Qwen3-VL."""

    Settings: ClassVar[type[DiffusersSettings]] = JoyAISettings
    settings: JoyAISettings
    default_model = "jdopensource/JoyAI-Image-Edit-Diffusers"
    licence = "Apache-2.0"
    pipelines: ClassVar[tuple[str, ...]] = ("JoyImageEditPipeline",)
    size_rule = (
        "the nearest in proportions of the pipeline's sizes of about one megapixel; "
        "what of the input does not fit is cropped at the sides by the pipeline"
    )
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": EXAMPLE,
        "guidance": EXAMPLE,
        "negative_prompt": f"none: {DEFAULT}, the empty text",
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps, "guidance_scale": self.settings.guidance}
