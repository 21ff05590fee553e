"""Models that make a video of the input and the instruction: its last frame is the edit."""

from typing import Any, ClassVar

from PIL import Image
from pydantic import Field, field_validator

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sizes import scaled
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings
from motionedit_bench.images import resize

LAST = "the last frame of the video"


class VideoSettings(DiffusersSettings):
    steps: int = Field(50, ge=1, description="denoising steps")
    guidance: float = Field(5.0, ge=0, description="classifier-free guidance scale")
    frames: int = Field(
        81, ge=2, description="frames of the video, the last of which is the edit: one more than a multiple"
    )
    max_area: int = Field(480 * 832, ge=64 * 64, description="pixels of a frame, about")

    strides: ClassVar[int] = 4
    """Frames that the model makes at a time, after the first."""

    @field_validator("frames")
    @classmethod
    def _whole(cls, frames: int) -> int:
        if frames % cls.strides != 1:
            raise ValueError(f"frames must be one more than a multiple of {cls.strides}")
        return frames


class ImageToVideo(DiffusersAdapter):
    """What models that continue the input as a video have in common."""

    settings: VideoSettings
    result = "frames"
    frame = -1
    multiple: ClassVar[int] = 16
    """Of which the sides of a frame are multiples."""

    def arguments(self) -> dict[str, Any]:
        return {
            "num_inference_steps": self.settings.steps,
            "guidance_scale": self.settings.guidance,
            "num_frames": self.settings.frames,
        }

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        image = resize(image, *scaled(image.size, self.settings.max_area, self.multiple))
        return image, {"height": image.height, "width": image.width}


WAN_AWAY_FROM = (
    "Bright tones, overexposed, static, blurred details, subtitles, style, works, paintings, images, static, "
    "overall gray, worst quality, low quality, JPEG compression residue, ugly, incomplete, extra fingers, "
    "poorly drawn hands, poorly drawn faces, deformed, disfigured, misshapen limbs, fused fingers, "
    "still picture, messy background, three legs, many people in the background, walking backwards"
)


class WanSettings(VideoSettings):
    negative_prompt: str = Field(WAN_AWAY_FROM, description="what classifier-free guidance leads away from")


class Wan21I2V(ImageToVideo):
    """Wan 2.1 I2V 14B at 480P, with a UMT5 and a CLIP; the last frame of its video is the edit."""

    Settings: ClassVar[type[DiffusersSettings]] = WanSettings
    settings: WanSettings
    default_model = "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers"
    licence = "Apache-2.0"
    pipelines: ClassVar[tuple[str, ...]] = ("WanImageToVideoPipeline",)
    packages = ("ftfy",)
    float32: ClassVar[tuple[str, ...]] = ("vae", "image_encoder")
    size_rule = "about max_area, in the input's proportions, in multiples of 16"
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": DEFAULT,
        "guidance": EXAMPLE,
        "negative_prompt": EXAMPLE,
        "frames": EXAMPLE,
        "frame": f"{LAST}: the harness's own",
        "max_area": EXAMPLE,
        "size": EXAMPLE,
        "dtype": BFLOAT16,
        "float32": EXAMPLE,
    }

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "negative_prompt": self.settings.negative_prompt}


class Wan22Settings(WanSettings):
    frames: int = Field(121, ge=2, description=VideoSettings.model_fields["frames"].description)
    max_area: int = Field(704 * 1280, ge=64 * 64, description="pixels of a frame, about")


class Wan22I2V(Wan21I2V):
    """Wan 2.2 TI2V, 5 B parameters and a UMT5; the last frame of its video is the edit."""

    Settings = Wan22Settings
    settings: Wan22Settings
    default_model = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
    pipelines = ("WanPipeline", "WanImageToVideoPipeline")
    runs_as = "WanImageToVideoPipeline"
    float32 = ("vae",)
    multiple = 32
    size_rule = "about max_area, in the input's proportions, in multiples of 32"
    sources: ClassVar[dict[str, str]] = {
        **Wan21I2V.sources,
        "model": "the model's page",
        "frames": "the model's page: five seconds of 24 frames",
        "max_area": "the model's page: 1280x704",
        "guidance": "the model's page",
        "negative_prompt": f"{EXAMPLE}, for Wan 2.1",
        "float32": f"{EXAMPLE}, for Wan 2.1",
    }


class LtxSettings(VideoSettings):
    guidance: float = Field(3.0, ge=0, description="classifier-free guidance scale")
    frames: int = Field(161, ge=2, description=VideoSettings.model_fields["frames"].description)
    max_area: int = Field(480 * 704, ge=64 * 64, description="pixels of a frame, about")
    negative_prompt: str = Field(
        "worst quality, inconsistent motion, blurry, jittery, distorted",
        description="what classifier-free guidance leads away from",
    )

    strides: ClassVar[int] = 8


class LtxI2V(ImageToVideo):
    """LTX-Video, 2 B parameters and a T5 of 5 B; the last frame of its video is the edit."""

    Settings = LtxSettings
    settings: LtxSettings
    default_model = "Lightricks/LTX-Video"
    licence = "see its page"
    pipelines = ("LTXImageToVideoPipeline",)
    multiple = 32
    size_rule = "about max_area, in the input's proportions, in multiples of 32"
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": EXAMPLE,
        "guidance": DEFAULT,
        "negative_prompt": EXAMPLE,
        "frames": EXAMPLE,
        "frame": f"{LAST}: the harness's own",
        "max_area": EXAMPLE,
        "size": EXAMPLE,
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "negative_prompt": self.settings.negative_prompt}


class ChronoEditSettings(VideoSettings):
    frames: int = Field(5, ge=2, description=VideoSettings.model_fields["frames"].description)
    max_area: int = Field(720 * 1280, ge=64 * 64, description="pixels of the edited image, about")


class ChronoEdit(ImageToVideo):
    """ChronoEdit 14B, with a UMT5 and a CLIP: the edit is the last frame of a short video."""

    Settings = ChronoEditSettings
    settings: ChronoEditSettings
    default_model = "nvidia/ChronoEdit-14B-Diffusers"
    licence = "Apache-2.0"
    pipelines = ("WanImageToVideoPipeline", "ChronoEditPipeline")
    packages = ("ftfy",)
    runs_as = "ChronoEditPipeline"
    classes: ClassVar[dict[str, str]] = {"transformer": "ChronoEditTransformer3DModel"}
    float32 = ("vae", "image_encoder")
    size_rule = "about max_area, in the input's proportions, in multiples of 16"
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "pipeline": f"{EXAMPLE}; the checkpoint declares Wan's classes",
        "steps": DEFAULT,
        "guidance": EXAMPLE,
        "negative_prompt": f"none: {DEFAULT}, the empty text",
        "frames": f"{EXAMPLE}, without temporal reasoning",
        "frame": f"{LAST}, as ChronoEdit's own code takes it",
        "max_area": EXAMPLE,
        "size": EXAMPLE,
        "dtype": BFLOAT16,
        "float32": EXAMPLE,
    }
