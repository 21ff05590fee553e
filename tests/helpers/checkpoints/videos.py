"""Tiny random checkpoints of pipelines that make videos of pictures."""

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLLTXVideo,
    LTXImageToVideoPipeline,
    LTXVideoTransformer3DModel,
    UniPCMultistepScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from transformers import T5Config, T5EncoderModel

from helpers.checkpoints.parts import clip_vision, saved, umt5, wan_autoencoder
from helpers.checkpoints.pictures import scheduler
from helpers.tiny_tokenizers import t5_tokenizer


def build_wan(folder: Path, seed: int = 0) -> Path:
    """A `WanImageToVideoPipeline` as of Wan 2.1; ChronoEdit's published checkpoint has these classes too."""
    torch.manual_seed(seed)
    encoder, images = clip_vision()
    return saved(
        WanImageToVideoPipeline(
            tokenizer=t5_tokenizer(),
            text_encoder=umt5(),
            vae=wan_autoencoder(),
            scheduler=_scheduler(),
            image_processor=images,
            image_encoder=encoder,
            transformer=_transformer(in_channels=12, image_dim=32, added_kv_proj_dim=32),
        ),
        folder,
    )


def build_wan22(folder: Path, seed: int = 0) -> Path:
    """A `WanPipeline` with the first frame among its latents, as the published Wan 2.2 TI2V declares it."""
    torch.manual_seed(seed)
    return saved(
        WanPipeline(
            tokenizer=t5_tokenizer(),
            text_encoder=umt5(),
            vae=wan_autoencoder(),
            scheduler=_scheduler(),
            transformer=_transformer(in_channels=4),
            expand_timesteps=True,
        ),
        folder,
    )


def build_ltx(folder: Path, seed: int = 0) -> Path:
    """An `LTXImageToVideoPipeline`."""
    torch.manual_seed(seed)
    return saved(
        LTXImageToVideoPipeline(
            scheduler=scheduler(),
            vae=AutoencoderKLLTXVideo(
                latent_channels=8,
                block_out_channels=(8, 8, 8, 8),
                decoder_block_out_channels=(8, 8, 8, 8),
                layers_per_block=(1, 1, 1, 1, 1),
                decoder_layers_per_block=(1, 1, 1, 1, 1),
            ),
            text_encoder=T5EncoderModel(
                T5Config(vocab_size=300, d_model=32, d_kv=16, d_ff=32, num_layers=1, num_heads=2)
            ),
            tokenizer=t5_tokenizer(),
            transformer=LTXVideoTransformer3DModel(
                in_channels=8,
                out_channels=8,
                num_attention_heads=2,
                attention_head_dim=16,
                cross_attention_dim=32,
                num_layers=1,
                caption_channels=32,
            ),
        ),
        folder,
    )


def _scheduler() -> UniPCMultistepScheduler:
    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0, num_train_timesteps=1000
    )


def _transformer(in_channels: int, **options: int) -> WanTransformer3DModel:
    return WanTransformer3DModel(
        in_channels=in_channels,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=16,
        text_dim=32,
        freq_dim=16,
        ffn_dim=32,
        num_layers=1,
        **options,
    )
