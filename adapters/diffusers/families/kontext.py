"""FLUX.1 Kontext [dev], and LoRAs on it."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import MEGAPIXEL, scaled
from motionedit_bench.adapters.diffusers.families.sources import LEFT_BY_ME, LORA_AS_IT_IS, ME, UNIWORLD_V2
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings
from motionedit_bench.images import resize


class KontextSettings(DiffusersSettings):
    guidance: float = Field(3.5, ge=0, description="guidance scale, which the model was distilled with")
    max_area: int = Field(
        MEGAPIXEL,
        ge=32 * 32,
        description="pixels of the edited image, about; for another than the default, which the model "
        "was trained for, the input is brought to that size too",
    )


class FluxKontext(DiffusersAdapter):
    """FLUX.1 Kontext [dev], 12 B parameters and a T5 of 5 B."""

    Settings = KontextSettings
    settings: KontextSettings
    default_model = "black-forest-labs/FLUX.1-Kontext-dev"
    licence = "FLUX.1 [dev] Non-Commercial; gated"
    memory = "34 GB"
    batches = True
    pipelines = ("FluxKontextPipeline",)
    size_rule = (
        "height and width of the input, which the pipeline scales to about max_area, in multiples of 16"
    )
    sources: ClassVar[dict[str, str]] = {
        "model": ME,
        "steps": ME,
        "guidance": LEFT_BY_ME,
        "max_area": LEFT_BY_ME,
        "size": ME,
        "dtype": f"on a GPU: {ME}",
    }

    def arguments(self) -> dict[str, Any]:
        own_size = {} if self.settings.max_area == MEGAPIXEL else {"_auto_resize": False}
        return {
            "num_inference_steps": self.settings.steps,
            "guidance_scale": self.settings.guidance,
            "max_area": self.settings.max_area,
            **own_size,
        }

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        if self.settings.max_area != MEGAPIXEL:
            image = resize(image, *scaled(image.size, self.settings.max_area, 16))
        return image, {"height": image.height, "width": image.width}


class MotionNFTFlux(FluxKontext):
    """MotionNFT on FLUX.1 Kontext [dev]: a LoRA on that base, whose place must be given."""

    licence = "base: FLUX.1 [dev] Non-Commercial; gated"
    needs_lora = "the paper's LoRA for FLUX.1 Kontext has no published place that is known here"
    sources: ClassVar[dict[str, str]] = {**FluxKontext.sources, **LORA_AS_IT_IS, "lora": "given by the user"}


class UniWorldV2Flux(FluxKontext):
    """UniWorld-V2 on FLUX.1 Kontext [dev]: a LoRA on that base, whose place must be given."""

    licence = "base: FLUX.1 [dev] Non-Commercial; gated"
    needs_lora = "UniWorld-V2's LoRA for FLUX.1 Kontext has no published place that is known here"
    sources: ClassVar[dict[str, str]] = {
        **FluxKontext.sources,
        **LORA_AS_IT_IS,
        "lora": "given by the user",
        "lora_weight": UNIWORLD_V2,
    }
