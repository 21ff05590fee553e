"""Tiny random parts that checkpoints of several pipelines have in common, of the real classes."""

from pathlib import Path
from typing import Any

from diffusers import AutoencoderKL, AutoencoderKLFlux2, AutoencoderKLWan, DiffusionPipeline
from transformers import (
    CLIPImageProcessor,
    CLIPTextConfig,
    CLIPVisionConfig,
    CLIPVisionModel,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
    UMT5Config,
    UMT5EncoderModel,
)

from helpers.tiny_tokenizers import QWEN_SPECIAL, qwen_tokenizer


def saved(pipeline: DiffusionPipeline, folder: Path) -> Path:
    pipeline.save_pretrained(folder)
    return folder


def autoencoder(latent_channels: int = 4, **options: Any) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=latent_channels,
        norm_num_groups=4,
        **options,
    )


def clip_config() -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=600,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        projection_dim=32,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )


def qwen_vl() -> tuple[Qwen2_5_VLForConditionalGeneration, Qwen2VLProcessor]:
    """A Qwen2.5-VL with its processor: what Qwen-Image-Edit reads with, and what can be asked."""
    tokenizer = qwen_tokenizer()
    special = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in QWEN_SPECIAL}
    language = Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={
                "vocab_size": len(tokenizer),
                "hidden_size": 32,
                "intermediate_size": 64,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
                "num_key_value_heads": 2,
                # The sections must sum to half of a head's 16 channels.
                "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e6},
                "bos_token_id": None,
                "eos_token_id": special["im_end"],
            },
            vision_config={
                "depth": 1,
                "hidden_size": 32,
                "intermediate_size": 64,
                "num_heads": 2,
                "out_hidden_size": 32,
                "fullatt_block_indexes": [0],
            },
            image_token_id=special["image_pad"],
            video_token_id=special["video_pad"],
            vision_start_token_id=special["vision_start"],
            vision_end_token_id=special["vision_end"],
        )
    )
    images = Qwen2VLImageProcessor(min_pixels=56 * 56, max_pixels=112 * 112)
    return language, Qwen2VLProcessor(images, tokenizer, Qwen2VLVideoProcessor())


def qwen3_vl(layers: int = 1) -> tuple[Qwen3VLForConditionalGeneration, Qwen3VLProcessor]:
    """A Qwen3-VL with its processor."""
    tokenizer = qwen_tokenizer()
    tokenizer.chat_template = CHAT
    special = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in QWEN_SPECIAL}
    language = Qwen3VLForConditionalGeneration(
        Qwen3VLConfig(
            text_config={
                "vocab_size": len(tokenizer),
                "hidden_size": 32,
                "intermediate_size": 32,
                "num_hidden_layers": layers,
                "num_attention_heads": 2,
                "num_key_value_heads": 2,
                "head_dim": 16,
                "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e6},
            },
            vision_config={
                "depth": 1,
                "hidden_size": 32,
                "intermediate_size": 32,
                "num_heads": 2,
                "out_hidden_size": 32,
                "num_position_embeddings": 64,
                "deepstack_visual_indexes": [0],
            },
            image_token_id=special["image_pad"],
            video_token_id=special["video_pad"],
            vision_start_token_id=special["vision_start"],
            vision_end_token_id=special["vision_end"],
        )
    )
    images = Qwen2VLImageProcessor(patch_size=16, size={"shortest_edge": 64 * 64, "longest_edge": 128 * 128})
    return language, Qwen3VLProcessor(images, tokenizer, Qwen3VLVideoProcessor(), chat_template=CHAT)


CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'text' %}{{ part.text }}{% else %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def flux2_autoencoder() -> AutoencoderKLFlux2:
    return AutoencoderKLFlux2(
        block_out_channels=(8, 8, 8, 8), layers_per_block=1, latent_channels=4, norm_num_groups=4
    )


def wan_autoencoder(z_dim: int = 4) -> AutoencoderKLWan:
    return AutoencoderKLWan(
        base_dim=2,
        z_dim=z_dim,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * z_dim,
        latents_std=[1.0] * z_dim,
    )


def umt5() -> UMT5EncoderModel:
    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=300, d_model=32, d_kv=16, d_ff=32, num_layers=1, num_heads=2,
            feed_forward_proj="gated-gelu",
        )
    )  # fmt: skip


def clip_vision() -> tuple[CLIPVisionModel, CLIPImageProcessor]:
    size = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    images = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    return CLIPVisionModel(CLIPVisionConfig(**size, image_size=32, patch_size=8)), images
