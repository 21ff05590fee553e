"""What else moves the pixels of a pipeline: attention, number formats, threads."""

from collections.abc import Mapping
from typing import Any

import torch
from diffusers.models import attention_dispatch


def in_use(pipeline: Any) -> dict[str, Any]:
    """What a loaded pipeline computes attention with, and how torch computes here; JSON values.

    ``attention`` is by component: the processors of a denoiser, the implementation of a text encoder.
    ``sdpa`` are the kernels that torch may choose from, ``threads`` those of one operation on the CPU.
    """
    cuda: Any = torch.backends.cuda
    cudnn: Any = torch.backends.cudnn
    kernels = {
        "flash": cuda.flash_sdp_enabled(),
        "efficient": cuda.mem_efficient_sdp_enabled(),
        "cudnn": cuda.cudnn_sdp_enabled(),
        "math": cuda.math_sdp_enabled(),
    }
    return {
        "attention": {
            name: kinds for name, part in pipeline.components.items() if (kinds := _attention(part))
        },
        "backend": _backend(),
        "sdpa": [name for name, enabled in kernels.items() if enabled],
        "tf32": cuda.matmul.allow_tf32,
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": cudnn.version(),
    }


def _attention(part: Any) -> list[str] | str | None:
    processors = getattr(part, "attn_processors", None)
    if isinstance(processors, Mapping) and processors:
        return sorted({type(one).__name__ for one in processors.values()})
    chosen = getattr(getattr(part, "config", None), "_attn_implementation", None)
    return chosen if isinstance(chosen, str) else None


def _backend() -> str:
    """The way to attention that diffusers takes: its own choice, or DIFFUSERS_ATTN_BACKEND."""
    name, _ = attention_dispatch._AttentionBackendRegistry.get_active_backend()
    return str(name.value)
