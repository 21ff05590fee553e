"""How much memory training a LoRA takes, counted before anything is loaded.

The denoiser is built on PyTorch's ``meta`` device, where tensors have shapes and no bytes: parameters are
counted, and one training forward is run to see what it keeps for the backward. What a kernel needs for
itself while it runs, the allocator's fragments and CUDA's own context are not in it: `SLACK` stands for
these, and is an allowance, not a measurement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

SLACK = 3 * 2**30
"""Bytes of a GPU set aside for kernels' workspaces, fragments and the CUDA context."""

FP32 = 4
BF16 = 2


@dataclass(frozen=True)
class Footprint:
    """What a denoiser with a LoRA on it takes; what is kept is in bytes for each image of a micro-batch.

    Attributes:
        parameters: of the denoiser without the LoRA. lora_parameters, lora_layers: of one LoRA.
        blocks: how many blocks can be recomputed in the backward.
        block_inputs: what is kept with gradient checkpointing: each block's inputs, and what lies outside.
        largest_block: what the largest block keeps while it is recomputed.
        kept: what is kept without gradient checkpointing.
        forward: floating-point operations of one forward of one image.
    """

    parameters: int
    lora_parameters: int
    lora_layers: int
    blocks: int
    block_inputs: int
    largest_block: int
    kept: int
    forward: int

    def activations(self, micro_batch: int, checkpointing: bool) -> int:
        """Bytes that a forward keeps for its backward."""
        return micro_batch * (self.block_inputs + self.largest_block if checkpointing else self.kept)


def footprint(denoiser: nn.Module, targets: tuple[str, ...], rank: int, tokens: int, text: int) -> Footprint:
    """What a denoiser on the ``meta`` device takes when it is trained on one image; it is changed in place.

    ``tokens`` counts the packed latents of the edit and of the reference, ``text`` those of the prompt.
    Numbers are bfloat16 as under autocast. Attention is counted as fused kernels do it, without its matrix
    of weights.

    Raises:
        ValueError: the denoiser is on another device, or of a class whose call is not known here.
    """
    from peft import LoraConfig, inject_adapter_in_model

    if any(not parameter.is_meta for parameter in denoiser.parameters()):
        raise ValueError("the denoiser must be on the meta device: build it within torch.device('meta')")
    if type(denoiser).__name__ not in CALLS:
        raise ValueError(f"the denoiser must be one of {sorted(CALLS)}, but got {type(denoiser).__name__}")
    parameters = sum(parameter.numel() for parameter in denoiser.parameters())
    denoiser.requires_grad_(False)
    inject_adapter_in_model(LoraConfig(r=rank, target_modules=list(targets)), denoiser)
    nn.Module.to(denoiser, torch.bfloat16)  # diffusers' own `to` warns of parts that it would keep
    halves = [parameter.numel() for parameter in denoiser.parameters() if parameter.requires_grad]
    blocks = {
        module: name
        for name, parent in denoiser.named_children()
        if isinstance(parent, nn.ModuleList)
        for module in parent
    }
    call = CALLS[type(denoiser).__name__](denoiser, tokens, text)
    with FlopCounterMode(display=False) as counter:
        kept, inputs = _kept_by_block(denoiser, blocks, call)
    outside = kept.pop(None, 0)
    return Footprint(
        parameters,
        sum(halves),
        len(halves) // 2,
        len(blocks),
        inputs + outside,
        max(kept.values()),
        sum(kept.values()) + outside,
        counter.get_total_flops(),
    )


def _kept_by_block(
    denoiser: nn.Module, blocks: Mapping[nn.Module, str], call: Mapping[str, Any]
) -> tuple[dict[nn.Module | None, int], int]:
    """Bytes that autograd keeps of a forward, by block (``None``: outside); bytes of all blocks' inputs.

    A tensor that several operations keep counts once; parameters do not count.
    """
    within: list[nn.Module | None] = [None]
    kept: dict[nn.Module | None, int] = {}
    seen: dict[int, Any] = {  # storages are held on to, so that no address is given twice
        parameter.untyped_storage()._cdata: parameter for parameter in denoiser.parameters()
    }
    inputs: dict[int, Tensor] = {}
    longest = call["hidden_states"].shape[1]

    def enter(block: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        within.append(block)
        for value in (*given, *named.values()):
            if isinstance(value, Tensor):
                inputs[value.untyped_storage()._cdata] = value

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        *rows, height, width = (1, 1, *tensor.shape)
        weights_of_attention = height == width >= longest and max(rows) > 1
        if storage._cdata not in seen and not weights_of_attention:
            seen[storage._cdata] = storage
            kept[within[-1]] = kept.get(within[-1], 0) + storage.nbytes()
        return tensor

    hooks = [block.register_forward_pre_hook(enter, with_kwargs=True) for block in blocks]
    hooks += [block.register_forward_hook(lambda *_: within.pop() and None) for block in blocks]
    with torch.device("meta"), torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        denoiser(**call)
    for hook in hooks:
        hook.remove()
    return kept, sum(value.untyped_storage().nbytes() for value in inputs.values())


def _flux_call(denoiser: nn.Module, tokens: int, text: int) -> dict[str, Any]:
    config: Any = denoiser.config
    with torch.device("meta"):
        return {
            "hidden_states": _states(tokens, config.in_channels),
            "encoder_hidden_states": _states(text, config.joint_attention_dim),
            "pooled_projections": torch.empty(1, config.pooled_projection_dim, dtype=torch.bfloat16),
            "timestep": torch.empty(1, dtype=torch.bfloat16),
            "guidance": torch.empty(1) if config.guidance_embeds else None,
            "img_ids": torch.empty(tokens, 3),
            "txt_ids": torch.empty(text, 3),
        }


def _qwen_call(denoiser: nn.Module, tokens: int, text: int) -> dict[str, Any]:
    config: Any = denoiser.config
    rows = next(number for number in range(isqrt(tokens), 0, -1) if tokens % number == 0)
    with torch.device("meta"):
        return {
            "hidden_states": _states(tokens, config.in_channels),
            "encoder_hidden_states": _states(text, config.joint_attention_dim),
            "timestep": torch.empty(1, dtype=torch.bfloat16),
            "img_shapes": [[(1, rows, tokens // rows)]],
        }


def _states(length: int, width: int) -> Tensor:
    return torch.empty(1, length, width, dtype=torch.bfloat16)


CALLS: Mapping[str, Callable[[nn.Module, int, int], dict[str, Any]]] = {
    "FluxTransformer2DModel": _flux_call,
    "QwenImageTransformer2DModel": _qwen_call,
}
"""How a denoiser is called for one image, by its class."""


@dataclass(frozen=True)
class Load:
    """What one process has to hold besides the denoiser.

    ``frozen`` counts the parameters of the text encoders and the autoencoder, which stay on the GPU in
    bfloat16. ``images`` is how many edits of a step fall to this process, ``latents`` how many numbers an
    edit's packed latents have, ``processes`` how many GPUs share the training.
    """

    frozen: int
    images: int
    latents: int
    processes: int = 1


def parts(network: Footprint, load: Load, micro_batch: int, checkpointing: bool) -> dict[str, int]:
    """Bytes on one GPU at the worst moment of a step, by what takes them; `SLACK` is among them.

    The denoiser is in bfloat16. The three LoRAs (trained, old, EMA), the gradient and AdamW's two moments
    are in float32. With several processes the gradient is there twice: reducing it needs a copy.
    """
    lora = network.lora_parameters * FP32
    return {
        "denoiser": network.parameters * BF16,
        "encoders and decoder": load.frozen * BF16,
        "LoRAs: trained, old, EMA": 3 * lora,
        "gradient": lora * (2 if load.processes > 1 else 1),
        "AdamW's moments": 2 * lora,
        "edits of a step": load.images * load.latents * FP32,
        "activations": network.activations(micro_batch, checkpointing),
        "slack": SLACK,
    }
