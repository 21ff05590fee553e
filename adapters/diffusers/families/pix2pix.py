"""InstructPix2Pix, and models that were trained like it."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import scaled
from motionedit_bench.adapters.diffusers.families.sources import DEFAULT, EXAMPLE, LEFT_BY_ME, ME
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings
from motionedit_bench.images import resize


class PixelSettings(DiffusersSettings):
    guidance: float = Field(3.5, ge=0, description="guidance scale of the instruction")
    image_guidance: float = Field(1.5, ge=1, description="guidance scale of the input image")


class InstructPix2Pix(DiffusersAdapter):
    """InstructPix2Pix (Brooks et al. 2023), on Stable Diffusion 1.5."""

    Settings: ClassVar[type[DiffusersSettings]] = PixelSettings
    settings: PixelSettings
    default_model = "timbrooks/instruct-pix2pix"
    licence: ClassVar[str | None] = "MIT"
    memory = "3 GB"
    batches = True
    pipelines = ("StableDiffusionInstructPix2PixPipeline",)
    half = "float16"
    scheduler: ClassVar[str | None] = "EulerAncestralDiscreteScheduler"
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


class HQEdit(InstructPix2Pix):
    """InstructPix2Pix fine-tuned on HQ-Edit (Hui et al. 2024)."""

    default_model = "MudeHui/HQ-Edit"
    licence = "see its page"


class XlSettings(PixelSettings):
    steps: int = Field(30, ge=1, description="denoising steps")
    guidance: float = Field(3.0, ge=0, description="guidance scale of the instruction")
    max_area: int = Field(768 * 768, ge=64 * 64, description="pixels of the edited image, about")


class InstructPix2PixXL(InstructPix2Pix):
    """InstructPix2Pix on Stable Diffusion XL, at 768 pixels."""

    Settings = XlSettings
    settings: XlSettings
    default_model = "diffusers/sdxl-instructpix2pix-768"
    licence = "see its page"
    memory = "7 GB"
    batches = False
    pipelines = ("StableDiffusionXLInstructPix2PixPipeline",)
    scheduler = None
    replaced: ClassVar[dict[str, Any]] = {"add_watermarker": False}
    size_rule = "about max_area, in the input's proportions, in multiples of 64"
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": EXAMPLE,
        "guidance": EXAMPLE,
        "image_guidance": EXAMPLE,
        "max_area": f"{EXAMPLE}, which has a square",
        "scheduler": f"the checkpoint's, {DEFAULT}",
        "watermark": "none; the pipeline adds one where the package invisible-watermark is installed",
        "size": f"{EXAMPLE}, but in the input's proportions",
        "dtype": f"on a GPU: {EXAMPLE}",
    }

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        image = resize(image, *scaled(image.size, self.settings.max_area, 64))
        return image, {"height": image.height, "width": image.width}
