"""Fibo 2.0 of Bria."""

from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class Fibo2Settings(DiffusersSettings):
    steps: int = Field(30, ge=1, description="denoising steps")
    guidance: float = Field(5.0, ge=0, description="classifier-free guidance scale")


class Fibo2(DiffusersAdapter):
    """Fibo 2.0 [dev] of Bria, with a Qwen3-VL; the pipeline writes the instruction into a caption in JSON."""

    Settings = Fibo2Settings
    settings: Fibo2Settings
    default_model = "briaai/Fibo-2.0-dev"
    licence = "see its page"
    pipelines = ("BriaFibo2Pipeline",)
    size_rule = (
        "of the sizes of about one megapixel in multiples of 16, that which crops the least of the input; "
        "cropped by the pipeline"
    )
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": EXAMPLE,
        "guidance": EXAMPLE,
        "negative_prompt": DEFAULT,
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps, "guidance_scale": self.settings.guidance}
