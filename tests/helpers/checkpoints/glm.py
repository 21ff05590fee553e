"""A tiny random checkpoint of GLM-Image."""

from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, GlmImagePipeline, GlmImageTransformer2DModel
from transformers import (
    ByT5Tokenizer,
    GlmImageConfig,
    GlmImageForConditionalGeneration,
    GlmImageImageProcessor,
    GlmImageProcessor,
    Qwen2Tokenizer,
    T5Config,
    T5EncoderModel,
)

from helpers.checkpoints.parts import autoencoder, saved
from helpers.tiny_tokenizers import BYTES

CHAT = (
    "{% for message in messages %}{% for part in message.content %}"
    "{% if part.type == 'image' %}<|image|>{% else %}{{ part.text }}{% endif %}{% endfor %}{% endfor %}"
)
CODES = 60
"""Entries of the codebook; the two tokens behind them start and end a picture."""


def build_glm_image(folder: Path, seed: int = 0) -> Path:
    """A `GlmImagePipeline`."""
    torch.manual_seed(seed)
    language, processor = reader()
    return saved(
        GlmImagePipeline(
            tokenizer=ByT5Tokenizer(),
            processor=processor,
            text_encoder=T5EncoderModel(
                T5Config(vocab_size=400, d_model=32, d_kv=16, d_ff=32, num_layers=1, num_heads=2)
            ),
            vision_language_encoder=language,
            vae=autoencoder(latents_mean=[0.0] * 4, latents_std=[1.0] * 4),
            transformer=GlmImageTransformer2DModel(
                patch_size=2,
                in_channels=4,
                out_channels=4,
                num_layers=1,
                attention_head_dim=16,
                num_attention_heads=2,
                text_embed_dim=32,
                time_embed_dim=16,
                condition_dim=8,
                prior_vq_quantizer_codebook_size=CODES + 4,
            ),
            scheduler=FlowMatchEulerDiscreteScheduler(),
        ),
        folder,
    )


def reader() -> tuple[GlmImageForConditionalGeneration, GlmImageProcessor]:
    """The language model that draws tokens, with its processor, which halves the sides of a picture."""
    marks = {"image_token": "<|image|>", "grid_bos_token": "<sop>", "grid_eos_token": "<eop>"}
    tokenizer = Qwen2Tokenizer(
        vocab={piece: number for number, piece in enumerate(BYTES)},
        merges=[],
        bos_token="<|start|>",
        extra_special_tokens=marks,
    )
    small = {"hidden_size": 32, "intermediate_size": 32}
    language = GlmImageForConditionalGeneration(
        GlmImageConfig(
            text_config=small
            | {
                "vocab_size": 300,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
                "num_key_value_heads": 2,
                "max_position_embeddings": 512,
                "vision_vocab_size": CODES + 4,
                "pad_token_id": 0,
                "eos_token_id": 299,  # is not drawn: random weights would end a picture early
                # The sections must sum to half of a head's 16 channels.
                "rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "mrope_section": (4, 2, 2)},
            },
            vision_config=small | {"depth": 1, "num_heads": 2, "image_size": 64, "patch_size": 16},
            vq_config={"embed_dim": 32, "num_embeddings": CODES, "latent_channels": 32},
            image_token_id=tokenizer.convert_tokens_to_ids("<|image|>"),
            image_start_token_id=CODES,
            image_end_token_id=CODES + 1,
        )
    )
    pictures = GlmImageImageProcessor(
        patch_size=16,
        merge_size=1,
        temporal_patch_size=1,
        size={"shortest_edge": 32 * 32, "longest_edge": 2048 * 2048},
    )
    return language, GlmImageProcessor(pictures, tokenizer, chat_template=CHAT)
