"""Builds a tiny random checkpoint of UltraEdit: ``python ultraedit.py CHECKOUT FOLDER``."""

import sys

sys.path.insert(1, f"{sys.argv[1]}/diffusers/src")

import parts
import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3InstructPix2PixPipeline,
)

torch.manual_seed(0)
transformer = SD3Transformer2DModel(
    sample_size=64,
    patch_size=2,
    in_channels=12,  # of the noise, the input and the mask
    out_channels=4,
    num_layers=1,
    attention_head_dim=16,
    num_attention_heads=2,
    joint_attention_dim=64,
    caption_projection_dim=32,
    pooled_projection_dim=64,
    pos_embed_max_size=32,
)
parts.awaken(transformer)
StableDiffusion3InstructPix2PixPipeline(
    transformer=transformer,
    scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    vae=parts.autoencoder(scaling_factor=1.5305, shift_factor=0.0609),
    text_encoder=parts.clip_text("CLIPTextModelWithProjection"),
    tokenizer=parts.clip_tokenizer(),
    text_encoder_2=parts.clip_text("CLIPTextModelWithProjection"),
    tokenizer_2=parts.clip_tokenizer(),
    text_encoder_3=parts.t5_encoder(64),
    tokenizer_3=parts.t5_tokenizer(),
).save_pretrained(sys.argv[2])
