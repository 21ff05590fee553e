"""OmniGen, the first version."""

from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, GUIDE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class OmniGenSettings(DiffusersSettings):
    steps: int = Field(50, ge=1, description="denoising steps")
    guidance: float = Field(2.0, ge=0, description="guidance scale of the instruction")
    image_guidance: float = Field(1.6, ge=0, description="guidance scale of the input image")


class OmniGen(DiffusersAdapter):
    """OmniGen v1, one transformer for text and pictures."""

    Settings = OmniGenSettings
    settings: OmniGenSettings
    default_model = "Shitao/OmniGen-v1-diffusers"
    licence = "see its page"
    pipelines = ("OmniGenPipeline",)
    image_argument = "input_images"
    image_listed = True
    size_rule = "the input's, at most 1024 on a side, each side floored to a multiple of 16 by the pipeline"
    sources: ClassVar[dict[str, str]] = {
        "model": GUIDE,
        "steps": DEFAULT,
        "guidance": f"{GUIDE}, for editing",
        "image_guidance": f"{GUIDE}, for editing",
        "prompt": f"{GUIDE}, for editing",
        "size": f"{GUIDE}, for editing: that of the input",
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {
            "num_inference_steps": self.settings.steps,
            "guidance_scale": self.settings.guidance,
            "img_guidance_scale": self.settings.image_guidance,
            "use_input_image_size_as_output": True,
        }

    def word(self, instruction: str) -> str:
        return f"<img><|image_1|></img> {instruction}"
