"""What ``--set`` may set of every adapter that is a diffusers pipeline."""

from typing import Literal

from pydantic import Field

from motionedit_bench.adapters.base import Settings


class DiffusersSettings(Settings):
    steps: int = Field(28, ge=1, description="denoising steps")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="number type; auto: float32 on the CPU, half precision on a GPU"
    )
    offload: Literal["auto", "none", "model", "sequential", "balanced"] = Field(
        "auto",
        description="how much is on the GPU at a time: all, one component, one layer; "
        "balanced: all, spread over the visible GPUs; auto: the first of these that fits",
    )
    lora: str | None = Field(
        None, min_length=1, description="a LoRA: FILE, FOLDER or ORG/NAME[@REVISION][/FILE.safetensors]"
    )
    lora_weight: float = Field(1.0, description="weight of the LoRA")
    lora_scale: float = Field(
        1.0,
        description="factor in place of the lora_alpha / r that a LoRA declares; the released scripts use 1",
    )
