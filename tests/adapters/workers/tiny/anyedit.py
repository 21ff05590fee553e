"""Builds a tiny random checkpoint of AnySD: ``python anyedit.py CHECKOUT FOLDER``, in its environment.

``FOLDER/base`` is what stands for Stable Diffusion 1.5, ``FOLDER`` has the U-Net in its place.
"""

import sys
from pathlib import Path

import parts
import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionInstructPix2PixPipeline,
    UNet2DConditionModel,
)
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from transformers import CLIPConfig, CLIPImageProcessor

torch.manual_seed(0)
folder = Path(sys.argv[2])
unet = UNet2DConditionModel(
    sample_size=64,
    in_channels=8,
    out_channels=4,
    block_out_channels=(16, 32),
    layers_per_block=1,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    cross_attention_dim=32,
    attention_head_dim=8,
    norm_num_groups=8,
)
tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
checker = StableDiffusionSafetyChecker(
    CLIPConfig(
        text_config=dict(tower),
        vision_config={**tower, "image_size": 32, "patch_size": 16},
        projection_dim=16,
    )
)
level = -2.0 if "--withhold" in sys.argv else 2.0  # a cosine is in between: all is withheld, or nothing
checker.concept_embeds_weights.fill_(level)
checker.special_care_embeds_weights.fill_(level)
pipeline = StableDiffusionInstructPix2PixPipeline(
    vae=parts.autoencoder(scaling_factor=0.18215),
    text_encoder=parts.clip_text("CLIPTextModel"),
    tokenizer=parts.clip_tokenizer(),
    unet=unet,
    scheduler=DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"),
    safety_checker=checker,
    feature_extractor=CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
)
assert isinstance(pipeline.vae, AutoencoderKL)
pipeline.save_pretrained(folder / "base")
unet.save_pretrained(folder / "unet")
