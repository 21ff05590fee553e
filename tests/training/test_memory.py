import pytest
import torch
from diffusers import FluxTransformer2DModel, QwenImageTransformer2DModel

from motionedit_bench.training.memory import SLACK, Load, footprint, parts
from motionedit_bench.training.recipe import TARGETS

FLUX = {
    "in_channels": 16,
    "num_layers": 2,
    "num_single_layers": 3,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "joint_attention_dim": 32,
    "pooled_projection_dim": 32,
    "guidance_embeds": True,
    "axes_dims_rope": (4, 6, 6),
}
QWEN = {
    "in_channels": 16,
    "out_channels": 4,
    "num_layers": 2,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "joint_attention_dim": 32,
    "axes_dims_rope": (4, 6, 6),
}


def on_meta(kind, config):
    with torch.device("meta"):
        return kind(**config)


@pytest.mark.slow
def test_kontext_has_the_parameters_that_are_published():
    found = footprint(on_meta(FluxTransformer2DModel, {"guidance_embeds": True}), TARGETS, 32, 2048, 128)
    assert (found.parameters, found.lora_parameters, found.lora_layers) == (11_901_408_320, 52_297_728, 266)
    assert found.blocks == 19 + 38
    width, length = 3072, 1024 + 1024 + 128
    assert found.block_inputs == pytest.approx(
        57 * length * width * 2, rel=0.05
    )  # one bfloat16 state a block
    linear = 2 * length * (19 * 12 * width**2 + 38 * 12 * width**2)
    attention = 57 * 4 * length**2 * width
    assert found.forward == pytest.approx(linear + attention, rel=0.03)


@pytest.mark.parametrize(
    ("kind", "config", "layers"),
    [(FluxTransformer2DModel, FLUX, 2 * 8 + 3 * 3), (QwenImageTransformer2DModel, QWEN, 2 * 8)],
)
def test_what_is_kept_grows_with_the_tokens_and_falls_by_recomputing(kind, config, layers):
    few = footprint(on_meta(kind, config), TARGETS, 4, 64, 8)
    some = footprint(on_meta(kind, config), TARGETS, 4, 320, 40)
    many = footprint(on_meta(kind, config), TARGETS, 4, 640, 80)
    assert few.lora_layers == many.lora_layers == layers
    growth = (many.kept - some.kept) / (some.kept - few.kept)
    assert growth == pytest.approx((640 - 320) / (320 - 64), rel=0.05)  # no matrix of attention is kept
    assert few.largest_block < few.kept
    assert few.activations(3, checkpointing=False) == 3 * few.kept
    assert few.activations(3, checkpointing=True) == 3 * (few.block_inputs + few.largest_block)
    assert many.activations(1, checkpointing=True) < many.activations(1, checkpointing=False)


def test_parts_add_up_what_a_process_holds():
    network = footprint(on_meta(FluxTransformer2DModel, FLUX), TARGETS, 4, 64, 8)
    load = Load(frozen=1000, images=6, latents=64 * 16)
    one, many = (
        parts(network, load, 2, True),
        parts(network, Load(1000, 6, 64 * 16, processes=8), 2, True),
    )
    assert (one["encoders and decoder"], one["slack"]) == (2000, SLACK)
    assert one["denoiser"] == 2 * network.parameters
    assert one["LoRAs: trained, old, EMA"] == 3 * 4 * network.lora_parameters
    assert one["edits of a step"] == 6 * 64 * 16 * 4
    assert many["gradient"] == 2 * one["gradient"] == 2 * 4 * network.lora_parameters


def test_a_denoiser_with_weights_is_refused():
    with pytest.raises(ValueError, match="meta device"):
        footprint(FluxTransformer2DModel(**FLUX), TARGETS, 4, 64, 8)


def test_a_denoiser_of_an_unknown_class_is_refused():
    with torch.device("meta"):
        denoiser = torch.nn.Linear(2, 2)
    with pytest.raises(ValueError, match="must be one of"):
        footprint(denoiser, TARGETS, 4, 64, 8)
