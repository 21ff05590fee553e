"""Kandinsky 5.0, pictures from pictures."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import MEGAPIXEL, scaled
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings
from motionedit_bench.images import resize


class Kandinsky5Settings(DiffusersSettings):
    steps: int = Field(50, ge=1, description="denoising steps")
    guidance: float = Field(3.5, ge=0, description="classifier-free guidance scale")


class Kandinsky5I2I(DiffusersAdapter):
    """Kandinsky 5.0 I2I Lite, with a Qwen2.5-VL and a CLIP."""

    Settings = Kandinsky5Settings
    settings: Kandinsky5Settings
    default_model = "kandinskylab/Kandinsky-5.0-I2I-Lite-sft-Diffusers"
    licence = "see its page"
    pipelines = ("Kandinsky5I2IPipeline",)
    packages = ("ftfy",)  # which the pipeline mends instructions with where it is there
    result = "image"
    size_rule = (
        "the nearest in proportions of the pipeline's seven sizes of about one megapixel, to which it "
        "stretches the input; a larger input is brought to a megapixel first, as the text encoder takes "
        "1,024 tokens in all"
    )
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": EXAMPLE,
        "guidance": EXAMPLE,
        "negative_prompt": f"{EXAMPLE}: the empty text",
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {
            "num_inference_steps": self.settings.steps,
            "guidance_scale": self.settings.guidance,
            "negative_prompt": "",
        }

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        if image.width * image.height > MEGAPIXEL:
            image = resize(image, *scaled(image.size, MEGAPIXEL, 16))
        return image, {}
