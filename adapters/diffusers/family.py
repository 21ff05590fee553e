"""The diffusers pipelines of the paper's tables, each as a declaration; the engine does the work.

ME is ``inference/run_image_editing.py`` of elainew728/motion-edit, the inference script released
with the paper (MotionEdit, arXiv 2512.10284). No hub revision is pinned unless one is written here;
``--model ID@REVISION`` pins one, and the manifest records the commit that was loaded.
"""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter, DiffusersSettings
from motionedit_bench.images import resize

ME = "inference/run_image_editing.py of elainew728/motion-edit"
LEFT_BY_ME = f"the pipeline's default, which {ME} leaves"
UNIWORLD_V2 = "the UniWorld-V2 repository"

MEGAPIXEL = 1024 * 1024


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
    pipelines = ("QwenImageEditPlusPipeline", "QwenImageEditPipeline")
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
    sources: ClassVar[dict[str, str]] = {
        **QwenImageEdit.sources,
        "model": "the first release; the call is that of its successor",
    }


class PixelSettings(DiffusersSettings):
    guidance: float = Field(3.5, ge=0, description="guidance scale of the instruction")
    image_guidance: float = Field(1.5, ge=1, description="guidance scale of the input image")


class InstructPix2Pix(DiffusersAdapter):
    """InstructPix2Pix (Brooks et al. 2023), on Stable Diffusion 1.5."""

    Settings = PixelSettings
    settings: PixelSettings
    default_model = "timbrooks/instruct-pix2pix"
    licence: ClassVar[str | None] = "MIT"
    memory = "3 GB"
    batches = True
    pipelines = ("StableDiffusionInstructPix2PixPipeline",)
    half = "float16"
    scheduler = "EulerAncestralDiscreteScheduler"
    replaced: ClassVar[dict[str, Any]] = {"safety_checker": None, "requires_safety_checker": False}
    denoiser = "unet"
    size_rule = "the input's, each side floored to a multiple of 8 by the pipeline"
    sources: ClassVar[dict[str, str]] = {
        "model": ME,
        "steps": ME,
        "guidance": ME,
        "image_guidance": LEFT_BY_ME,
        "scheduler": ME,
        "safety_checker": f"left out, as in {ME}",
        "size": f"{ME}; the pipeline ignores the height and width given there",
        "dtype": f"on a GPU: {ME}",
        "seed": f"{ME} sets none; here every edit has one",
    }

    def arguments(self) -> dict[str, Any]:
        return {
            "num_inference_steps": self.settings.steps,
            "guidance_scale": self.settings.guidance,
            "image_guidance_scale": self.settings.image_guidance,
        }


class MagicBrushSettings(PixelSettings):
    steps: int = Field(20, ge=1, description="denoising steps")
    guidance: float = Field(7.0, ge=0, description="guidance scale of the instruction")


class MagicBrush(InstructPix2Pix):
    """InstructPix2Pix fine-tuned on MagicBrush (Zhang et al. 2023)."""

    Settings = MagicBrushSettings
    settings: MagicBrushSettings
    default_model = "vinesmsuic/magicbrush-jul7"
    licence = "see its page"
    replaced: ClassVar[dict[str, Any]] = {}
    sources: ClassVar[dict[str, str]] = {
        **InstructPix2Pix.sources,
        "image_guidance": ME,
        "safety_checker": f"the checkpoint's, as in {ME}",
        "seed": f"{ME} takes 42 for every item; here each item has its own",
    }


LORA_AS_IT_IS = {"lora_weight": ME, "lora_scale": "1: diffusers does not read the LoRA's lora_alpha"}


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


class MotionNFTFlux(FluxKontext):
    """MotionNFT on FLUX.1 Kontext [dev]: a LoRA on that base, whose place must be given."""

    licence = "base: FLUX.1 [dev] Non-Commercial; gated"
    needs_lora = "the paper's LoRA for FLUX.1 Kontext has no published place that is known here"
    sources: ClassVar[dict[str, str]] = {**FluxKontext.sources, **LORA_AS_IT_IS, "lora": "given by the user"}


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


def scaled(size: tuple[int, int], area: int, multiple: int) -> tuple[int, int]:
    """Width and height of about that area, in the proportions of ``size``, floored to multiples.

    >>> scaled((1280, 720), 1024 * 1024, 16)
    (1360, 768)
    """
    factor: float = (area / (size[0] * size[1])) ** 0.5
    width, height = (max(multiple, round(side * factor) // multiple * multiple) for side in size)
    return width, height
