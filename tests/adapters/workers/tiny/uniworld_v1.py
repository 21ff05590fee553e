"""Builds a tiny random checkpoint of UniWorld-V1: ``python uniworld_v1.py CHECKOUT FOLDER``.

``FOLDER/flux`` and ``FOLDER/siglip`` are what stand beside it. The official code has fixed some widths:
the projectors alone have 130 M parameters.
"""

import sys
from pathlib import Path

sys.path.insert(1, sys.argv[1])

import parts
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxTransformer2DModel
from transformers import SiglipImageProcessor, SiglipVisionConfig, SiglipVisionModel
from univa.models.qwen2p5vl.configuration_univa_qwen2p5vl import UnivaQwen2p5VLConfig
from univa.models.qwen2p5vl.modeling_univa_qwen2p5vl import UnivaQwen2p5VLForConditionalGeneration
from univa.utils.flux_pipeline import FluxPipeline

WIDTH = 4096

torch.manual_seed(0)
folder = Path(sys.argv[2])
denoiser = FluxTransformer2DModel(
    patch_size=1,
    in_channels=16,
    num_layers=1,
    num_single_layers=1,
    attention_head_dim=16,
    num_attention_heads=2,
    joint_attention_dim=WIDTH,
    pooled_projection_dim=32,
    guidance_embeds=True,
    axes_dims_rope=(4, 6, 6),
)
tokenizer = parts.qwen_tokenizer()
config = UnivaQwen2p5VLConfig(
    **parts.qwen_vl_sizes(tokenizer, len(tokenizer)),
    image_end_token_id=tokenizer.convert_tokens_to_ids("<|vision_end|>"),
    denoise_tower={
        "denoiser_type": "flux",
        "vae_input_hidden_size": 16,
        "output_hidden_size": WIDTH,
        "denoiser_config": dict(denoiser.config),
    },
)
model = UnivaQwen2p5VLForConditionalGeneration(config)
parts.awaken(model)
model.to(torch.bfloat16).save_pretrained(folder)
parts.qwen_processor(tokenizer).save_pretrained(folder)
FluxPipeline(
    scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
    vae=parts.autoencoder(
        shift_factor=0.1159, scaling_factor=0.3611, use_quant_conv=False, use_post_quant_conv=False
    ),
    text_encoder=parts.clip_text("CLIPTextModel"),
    tokenizer=parts.clip_tokenizer(),
    text_encoder_2=parts.t5_encoder(WIDTH),
    tokenizer_2=parts.t5_tokenizer(),
    transformer=None,
).save_pretrained(folder / "flux")
SiglipVisionModel(
    SiglipVisionConfig(
        hidden_size=1152,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=16,
        image_size=56,
        patch_size=14,
    )
).save_pretrained(folder / "siglip")
SiglipImageProcessor(size={"height": 56, "width": 56}).save_pretrained(folder / "siglip")
