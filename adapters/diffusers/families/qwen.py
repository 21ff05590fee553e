"""Qwen-Image-Edit, its successors, and LoRAs on it."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import MEGAPIXEL, scaled
from motionedit_bench.adapters.diffusers.families.sources import (
    BFLOAT16,
    DEFAULT,
    EXAMPLE,
    LEFT_BY_ME,
    LORA_AS_IT_IS,
    ME,
    PAGE,
    UNIWORLD_V2,
)
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class QwenSettings(DiffusersSettings):
    true_cfg_scale: float = Field(4.0, ge=0, description="classifier-free guidance scale")
    guidance: float = Field(
        1.0, ge=0, description="guidance scale, ignored unless the model was distilled with one"
    )
    negative_prompt: str = Field(" ", description="what classifier-free guidance leads away from")
    max_area: int = Field(
        MEGAPIXEL,
        ge=32 * 32,
        description="pixels of the edited image, about; the input is always seen at one megapixel",
    )


class QwenImageEdit(DiffusersAdapter):
    """Qwen-Image-Edit-2509, 20 B parameters and a Qwen2.5-VL of 8 B; its pipeline takes one item a call."""

    Settings = QwenSettings
    settings: QwenSettings
    default_model = "Qwen/Qwen-Image-Edit-2509"
    licence = "Apache-2.0"
    memory = "58 GB"
    pipelines: ClassVar[tuple[str, ...]] = ("QwenImageEditPlusPipeline", "QwenImageEditPipeline")
    size_rule = "about max_area, by the pipeline, in the input's proportions"
    sources: ClassVar[dict[str, str]] = {
        "model": ME,
        "steps": ME,
        "true_cfg_scale": ME,
        "guidance": ME,
        "negative_prompt": ME,
        "max_area": LEFT_BY_ME,
        "size": LEFT_BY_ME,
        "dtype": f"on a GPU: {ME}",
    }

    def arguments(self) -> dict[str, Any]:
        return {
            "num_inference_steps": self.settings.steps,
            "true_cfg_scale": self.settings.true_cfg_scale,
            "guidance_scale": self.settings.guidance,
            "negative_prompt": self.settings.negative_prompt,
        }

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        if self.settings.max_area == MEGAPIXEL:
            return image, {}
        width, height = scaled(image.size, self.settings.max_area, 16)
        return image, {"height": height, "width": width}


class QwenImageEditFirst(QwenImageEdit):
    """Qwen-Image-Edit, the first release, 20 B parameters."""

    default_model = "Qwen/Qwen-Image-Edit"
    pipelines = ("QwenImageEditPipeline", "QwenImageEditPlusPipeline")
    sources: ClassVar[dict[str, str]] = {
        **QwenImageEdit.sources,
        "model": "the first release; the call is that of its successor",
    }


class Qwen2511Settings(QwenSettings):
    steps: int = Field(40, ge=1, description="denoising steps")


class QwenImageEdit2511(QwenImageEdit):
    """Qwen-Image-Edit-2511, 20 B parameters and a Qwen2.5-VL of 8 B; its pipeline takes one item a call."""

    Settings = Qwen2511Settings
    settings: Qwen2511Settings
    default_model = "Qwen/Qwen-Image-Edit-2511"
    sources: ClassVar[dict[str, str]] = {
        "model": PAGE,
        "steps": PAGE,
        "true_cfg_scale": PAGE,
        "guidance": PAGE,
        "negative_prompt": PAGE,
        "max_area": DEFAULT,
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }


class FireRedSettings(QwenSettings):
    steps: int = Field(50, ge=1, description="denoising steps")


class FireRedImageEdit(QwenImageEdit):
    """FireRed-Image-Edit 1.1, in the shape of Qwen-Image-Edit; its pipeline takes one item a call."""

    Settings = FireRedSettings
    settings: FireRedSettings
    default_model = "FireRedTeam/FireRed-Image-Edit-1.1"
    sources: ClassVar[dict[str, str]] = {
        "model": PAGE,
        "steps": DEFAULT,
        "true_cfg_scale": DEFAULT,
        "guidance": "as for Qwen-Image-Edit, whose pipeline it is",
        "negative_prompt": "as for Qwen-Image-Edit: without one its pipeline has no guidance",
        "max_area": DEFAULT,
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }


class Qwen21Settings(DiffusersSettings):
    steps: int = Field(40, ge=1, description="denoising steps")
    true_cfg_scale: float = Field(1.0, ge=0, description="classifier-free guidance scale; at 1 there is none")
    negative_prompt: str = Field(" ", description="what classifier-free guidance leads away from")
    resolution: int = Field(
        1024,
        ge=64,
        description="the edited image has about the pixels of a square of that side, and so has what the "
        "model sees; 512 and 768 are said to follow instructions better (diffusers#14824)",
    )


class QwenImage21(DiffusersAdapter):
    """Qwen-Image-2.1, which makes and edits, with a Qwen3-VL; one item a call."""

    Settings = Qwen21Settings
    settings: Qwen21Settings
    default_model = "Qwen/Qwen-Image-2.1"
    licence = "see its page"
    pipelines = ("QwenImage21Pipeline",)
    size_rule = (
        "about resolution squared, by the pipeline, in the input's proportions, in multiples of 32; "
        "what it leaves transparent is laid over white"
    )
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": DEFAULT,
        "true_cfg_scale": DEFAULT,
        "negative_prompt": "as for Qwen-Image-Edit; not passed without guidance",
        "resolution": DEFAULT,
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        guided = self.settings.true_cfg_scale > 1
        return {
            "num_inference_steps": self.settings.steps,
            "true_cfg_scale": self.settings.true_cfg_scale,
            "output_resolution": self.settings.resolution,
            **({"negative_prompt": self.settings.negative_prompt} if guided else {}),
        }


class MotionNFTQwenSettings(QwenSettings):
    lora: str | None = Field(
        "elaine1wan/motionedit/adapter_model_converted.safetensors",
        min_length=1,
        description="another LoRA than the published one",
    )


class MotionNFTQwen(QwenImageEdit):
    """MotionNFT on Qwen-Image-Edit-2509, the paper's own model: a LoRA on that base."""

    Settings = MotionNFTQwenSettings
    settings: MotionNFTQwenSettings
    needs_lora = "MotionNFT is a LoRA"
    licence = "base: Apache-2.0; LoRA: see its page"
    sources: ClassVar[dict[str, str]] = {**QwenImageEdit.sources, **LORA_AS_IT_IS, "lora": ME}


class UniWorldV2QwenSettings(QwenSettings):
    lora: str | None = Field(
        "chestnutlzj/Edit-R1-Qwen-Image-Edit-2509/adapter_model.safetensors",
        min_length=1,
        description="another LoRA than the published one",
    )


class UniWorldV2Qwen(QwenImageEdit):
    """UniWorld-V2 on Qwen-Image-Edit-2509: a LoRA on that base."""

    Settings = UniWorldV2QwenSettings
    settings: UniWorldV2QwenSettings
    needs_lora = "UniWorld-V2 is a LoRA"
    licence = "base: Apache-2.0; LoRA: see its page"
    sources: ClassVar[dict[str, str]] = {
        **QwenImageEdit.sources,
        **LORA_AS_IT_IS,
        "lora": f"the file: {UNIWORLD_V2}; its place: third-party notes",
        "lora_weight": UNIWORLD_V2,
    }
