"""Tiny random checkpoints of models that are one transformer, or an autoregressive model and a decoder."""

from pathlib import Path

import torch
from diffusers import (
    EulerDiscreteScheduler,
    OmniGenPipeline,
    OmniGenTransformer2DModel,
    StableDiffusionXLInstructPix2PixPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, LlamaTokenizer

from helpers.checkpoints.parts import autoencoder, clip_config, saved
from helpers.checkpoints.pictures import scheduler
from helpers.tiny_tokenizers import clip_tokenizer


def build_omnigen(folder: Path, seed: int = 0) -> Path:
    """An `OmniGenPipeline`."""
    torch.manual_seed(seed)
    letters = ["<unk>", "<s>", "</s>", "▁", "\n", *map(chr, range(33, 127))]
    vocabulary = [*letters, "<|user|>", "<|end|>", "<|assistant|>", "<|diffusion|>", "<img>", "</img>"]
    tokenizer = LlamaTokenizer(vocab={piece: number for number, piece in enumerate(vocabulary)}, merges=[])
    return saved(
        OmniGenPipeline(
            transformer=OmniGenTransformer2DModel(
                in_channels=4,
                hidden_size=32,
                num_attention_heads=2,
                num_key_value_heads=2,
                intermediate_size=32,
                num_layers=1,
                pad_token_id=0,
                vocab_size=len(vocabulary),
                rope_scaling={"type": "su", "short_factor": [1.0] * 8, "long_factor": [1.0] * 8},
                pos_embed_max_size=64,
                time_step_dim=16,
            ),
            scheduler=scheduler(use_dynamic_shifting=False, shift=1.0, invert_sigmas=True),
            vae=autoencoder(scaling_factor=0.13025),
            tokenizer=tokenizer,
        ),
        folder,
    )


def build_pix2pix_xl(folder: Path, seed: int = 0) -> Path:
    """A `StableDiffusionXLInstructPix2PixPipeline`."""
    torch.manual_seed(seed)
    clip = CLIPTextConfig(**clip_config().to_dict() | {"eos_token_id": 1})
    return saved(
        StableDiffusionXLInstructPix2PixPipeline(
            vae=autoencoder(scaling_factor=0.13025),
            text_encoder=CLIPTextModel(clip),
            text_encoder_2=CLIPTextModelWithProjection(clip),
            tokenizer=clip_tokenizer(),
            tokenizer_2=clip_tokenizer(),
            unet=UNet2DConditionModel(
                sample_size=16,
                in_channels=8,
                out_channels=4,
                block_out_channels=(16, 32),
                layers_per_block=1,
                down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
                up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
                cross_attention_dim=64,
                attention_head_dim=8,
                norm_num_groups=8,
                addition_embed_type="text_time",
                addition_time_embed_dim=8,
                projection_class_embeddings_input_dim=80,
            ),
            scheduler=EulerDiscreteScheduler(
                beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
            ),
        ),
        folder,
    )
