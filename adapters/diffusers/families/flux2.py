"""FLUX.2 [dev] and FLUX.2 [klein]."""

from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.sources import BFLOAT16, DEFAULT, EXAMPLE, PAGE
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings


class Flux2Settings(DiffusersSettings):
    steps: int = Field(50, ge=1, description="denoising steps")
    guidance: float = Field(2.5, ge=0, description="guidance scale, which the model was distilled with")


class Flux2Dev(DiffusersAdapter):
    """FLUX.2 [dev], 32 B parameters and a Mistral 3 of 24 B."""

    Settings = Flux2Settings
    settings: Flux2Settings
    default_model = "black-forest-labs/FLUX.2-dev"
    licence: ClassVar[str | None] = "FLUX Non-Commercial; gated"
    memory: ClassVar[str | None] = "112 GB"
    pipelines: ClassVar[tuple[str, ...]] = ("Flux2Pipeline",)
    size_rule = "the input's, by the pipeline: at most one megapixel, each side floored to a multiple of 16"
    sources: ClassVar[dict[str, str]] = {
        "model": EXAMPLE,
        "steps": EXAMPLE,
        "guidance": f"{EXAMPLE}; the default of its signature is 4",
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps, "guidance_scale": self.settings.guidance}


class KleinBaseSettings(Flux2Settings):
    guidance: float = Field(4.0, ge=0, description="classifier-free guidance scale")


class Flux2KleinBase9B(Flux2Dev):
    """FLUX.2 [klein] 9B Base, 9 B parameters and a Qwen3 of 8 B, not distilled."""

    Settings = KleinBaseSettings
    settings: KleinBaseSettings
    default_model = "black-forest-labs/FLUX.2-klein-base-9B"
    licence = "FLUX Non-Commercial; gated"
    memory = "34 GB"
    pipelines = ("Flux2KleinPipeline",)
    sources: ClassVar[dict[str, str]] = {**Flux2Dev.sources, "guidance": EXAMPLE}


class Flux2KleinBase4B(Flux2KleinBase9B):
    """FLUX.2 [klein] 4B Base, 4 B parameters and a Qwen3 of 4 B, not distilled."""

    default_model = "black-forest-labs/FLUX.2-klein-base-4B"
    licence = "Apache-2.0"
    memory = "16 GB"
    sources: ClassVar[dict[str, str]] = {
        **Flux2KleinBase9B.sources,
        "model": PAGE,
        "steps": f"{EXAMPLE}, for the 9B",
        "guidance": f"{EXAMPLE}, for the 9B",
    }


class KleinSettings(DiffusersSettings):
    steps: int = Field(4, ge=1, description="denoising steps")


class Flux2Klein9B(DiffusersAdapter):
    """FLUX.2 [klein] 9B, 9 B parameters and a Qwen3 of 8 B, distilled to four steps; it ignores guidance."""

    Settings = KleinSettings
    settings: KleinSettings
    default_model = "black-forest-labs/FLUX.2-klein-9B"
    licence: ClassVar[str | None] = "FLUX Non-Commercial; gated"
    memory: ClassVar[str | None] = "34 GB"
    pipelines = ("Flux2KleinPipeline",)
    size_rule = Flux2Dev.size_rule
    sources: ClassVar[dict[str, str]] = {
        "model": PAGE,
        "steps": PAGE,
        "guidance": f"1, {PAGE}: a distilled checkpoint ignores it",
        "size": DEFAULT,
        "dtype": BFLOAT16,
    }

    def arguments(self) -> dict[str, Any]:
        return {"num_inference_steps": self.settings.steps, "guidance_scale": 1.0}


class Flux2Klein4B(Flux2Klein9B):
    """FLUX.2 [klein] 4B, 4 B parameters and a Qwen3 of 4 B, distilled to four steps; it ignores guidance."""

    default_model = "black-forest-labs/FLUX.2-klein-4B"
    licence = "Apache-2.0"
    memory = "16 GB"
