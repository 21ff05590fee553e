"""Whether a LoRA is for a model, and how it gets onto it."""

from typing import Any

from torch import nn

from motionedit_bench.adapters.diffusers.lora import Lora
from motionedit_bench.errors import AdapterError


def check_fits(lora: Lora, model: nn.Module, name: str) -> None:
    """Make sure that every layer of the LoRA has its place in ``model``.

    Raises:
        AdapterError: a layer is absent or of another size; the text names the first of them.
    """
    modules = dict(model.named_modules())
    kind = type(model).__name__
    absent = [layer for layer in lora.layers if layer not in modules]
    if absent:
        raise AdapterError(
            f"the LoRA {name} is for another model: {len(absent)} of its {len(lora.layers)} layers "
            f"are not in this {kind}, such as {absent[0]}"
        )
    for layer, (down, up) in lora.layers.items():
        weight = getattr(modules[layer], "weight", None)
        if not isinstance(modules[layer], (nn.Linear, nn.Conv2d)) or weight is None:
            raise AdapterError(
                f"the LoRA {name} does not fit: {layer} of this {kind} is no linear or convolution layer"
            )
        ours, theirs = tuple(weight.shape), (up.shape[0], *down.shape[1:])
        if ours != theirs or down.shape[0] != up.shape[1]:
            raise AdapterError(
                f"the LoRA {name} is for another model: layer {layer} is {_size(ours)} in this {kind}, "
                f"{_size(theirs)} (ranks {down.shape[0]}, {up.shape[1]}) in the LoRA"
            )


def attach(lora: Lora, pipeline: Any, denoiser: str, strength: float) -> None:
    """Add a LoRA that fits, times ``strength``, to the pipeline's component of that name."""
    tensors = {
        f"{denoiser}.{layer}.lora_{half}.weight": tensor
        for layer, pair in lora.layers.items()
        for half, tensor in zip("AB", pair, strict=True)
    }
    pipeline.load_lora_weights(tensors, adapter_name="lora")
    pipeline.set_adapters(["lora"], adapter_weights=[strength])


def _size(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
