"""LongCat-Image-Edit."""

from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE, PAGE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class LongCatSettings(DiffusersSettings):
    steps: int = Field(50, ge=1, description="denoising steps")
    guidance: float = Field(4.5, ge=0, description="classifier-free guidance scale")


class LongCatImageEdit(DiffusersAdapter):
    """LongCat-Image-Edit, with a Qwen2.5-VL; its pipeline takes one item a call."""

    Settings: ClassVar[type[DiffusersSettings]] = LongCatSettings
    settings: LongCatSettings
    default_model = "meituan-longcat/LongCat-Image-Edit"
    licence = "Apache-2.0"
    pipelines = ("LongCatImageEditPipeline",)
    size_rule = "about one megapixel, by the pipeline, in the input's proportions, in multiples of 16"
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


class LongCatTurboSettings(LongCatSettings):
    steps: int = Field(8, ge=1, description="denoising steps")
    guidance: float = Field(1.0, ge=0, description="classifier-free guidance scale; at 1 there is none")


class LongCatImageEditTurbo(LongCatImageEdit):
    """LongCat-Image-Edit-Turbo, distilled to eight steps without guidance."""

    Settings = LongCatTurboSettings
    settings: LongCatTurboSettings
    default_model = "meituan-longcat/LongCat-Image-Edit-Turbo"
    sources: ClassVar[dict[str, str]] = {
        **LongCatImageEdit.sources,
        "model": PAGE,
        "steps": f"{PAGE}: eight evaluations of the network",
        "guidance": f"{PAGE}: eight evaluations of the network leave none for guidance",
    }
