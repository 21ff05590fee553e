"""Tiny random checkpoints of pipelines that edit pictures."""

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLQwenImage21,
    AutoencoderTiny,
    BriaFibo2Pipeline,
    BriaFibo2Transformer2DModel,
    DreamLiteMobilePipeline,
    DreamLitePipeline,
    DreamLiteUNetModel,
    FlowMatchEulerDiscreteScheduler,
    JoyImageEditPipeline,
    JoyImageEditTransformer3DModel,
    Kandinsky5I2IPipeline,
    Kandinsky5Transformer3DModel,
    LongCatImageEditPipeline,
    LongCatImageTransformer2DModel,
    QwenImage21Pipeline,
    QwenImage21Transformer2DModel,
)
from transformers import CLIPTextModel

from helpers.checkpoints.parts import (
    autoencoder,
    clip_config,
    flux2_autoencoder,
    qwen3_vl,
    qwen_vl,
    saved,
    wan_autoencoder,
)
from helpers.tiny_tokenizers import clip_tokenizer


def scheduler(**options: float | bool) -> FlowMatchEulerDiscreteScheduler:
    return FlowMatchEulerDiscreteScheduler(**{"shift": 3.0, "use_dynamic_shifting": True, **options})


def build_longcat(folder: Path, seed: int = 0) -> Path:
    """A `LongCatImageEditPipeline`."""
    torch.manual_seed(seed)
    language, processor = qwen_vl()
    return saved(
        LongCatImageEditPipeline(
            scheduler=scheduler(),
            vae=autoencoder(
                latent_channels=16,
                shift_factor=0.1,
                scaling_factor=0.4,
                use_quant_conv=False,
                use_post_quant_conv=False,
            ),
            text_encoder=language,
            tokenizer=processor.tokenizer,
            text_processor=processor,
            transformer=LongCatImageTransformer2DModel(
                in_channels=64,
                num_layers=1,
                num_single_layers=1,
                attention_head_dim=16,
                num_attention_heads=1,
                joint_attention_dim=32,
                pooled_projection_dim=32,
                axes_dims_rope=[4, 6, 6],
            ),
        ),
        folder,
    )


def build_qwen21(folder: Path, seed: int = 0) -> Path:
    """A `QwenImage21Pipeline`; its pictures have four channels, as the published one's."""
    torch.manual_seed(seed)
    language, processor = qwen3_vl()
    return saved(
        QwenImage21Pipeline(
            scheduler=scheduler(),
            vae=AutoencoderKLQwenImage21(
                base_dim=4,
                decoder_base_dim=4,
                z_dim=4,
                dim_mult=[1, 1, 1, 1, 1],
                num_res_blocks=1,
                latents_mean=[0.0] * 4,
                latents_std=[1.0] * 4,
            ),
            text_encoder=language,
            processor=processor,
            transformer=QwenImage21Transformer2DModel(
                in_channels=4,
                out_channels=4,
                num_layers=1,
                attention_head_dim=16,
                num_attention_heads=2,
                context_in_dim=32,
                axes_dims_rope=(4, 6, 6),
            ),
        ),
        folder,
    )


def build_joyai(folder: Path, seed: int = 0) -> Path:
    """A `JoyImageEditPipeline`."""
    torch.manual_seed(seed)
    language, processor = qwen3_vl()
    return saved(
        JoyImageEditPipeline(
            scheduler=scheduler(use_dynamic_shifting=False),
            vae=wan_autoencoder(),
            text_encoder=language,
            tokenizer=processor.tokenizer,
            transformer=JoyImageEditTransformer3DModel(
                in_channels=4,
                hidden_size=32,
                num_attention_heads=2,
                text_dim=32,
                num_layers=1,
                rope_dim_list=[4, 6, 6],
            ),
            processor=processor,
        ),
        folder,
    )


def build_fibo2(folder: Path, seed: int = 0) -> Path:
    """A `BriaFibo2Pipeline`; it reads 36 layers of its text encoder."""
    torch.manual_seed(seed)
    language, processor = qwen3_vl(layers=36)
    return saved(
        BriaFibo2Pipeline(
            transformer=BriaFibo2Transformer2DModel(
                in_channels=4,
                dim=32,
                n_layers=5,
                n_refiner_layers=1,
                n_heads=2,
                cap_feat_dim=96,
                injection_layer_ids=(0, 1, 2, 3, 4),
                perceiver_num_layers=1,
                min_num_gist_tokens=4,
                max_num_gist_tokens=8,
                gist_step=4,
                axes_dims=(4, 6, 6),
            ),
            scheduler=scheduler(),
            vae=flux2_autoencoder(),
            text_encoder=language,
            processor=processor,
        ),
        folder,
    )


def build_kandinsky(folder: Path, seed: int = 0) -> Path:
    """A `Kandinsky5I2IPipeline`."""
    torch.manual_seed(seed)
    language, processor = qwen_vl()
    return saved(
        Kandinsky5I2IPipeline(
            transformer=Kandinsky5Transformer3DModel(
                in_visual_dim=4,
                out_visual_dim=4,
                in_text_dim=32,
                in_text_dim2=32,
                time_dim=16,
                model_dim=32,
                ff_dim=32,
                num_text_blocks=1,
                num_visual_blocks=1,
                axes_dims=(4, 6, 6),
                visual_cond=True,
            ),
            vae=autoencoder(scaling_factor=0.4),
            text_encoder=language,
            tokenizer=processor,
            text_encoder_2=CLIPTextModel(clip_config()),
            tokenizer_2=clip_tokenizer(),
            scheduler=scheduler(use_dynamic_shifting=False),
        ),
        folder,
    )


def build_dreamlite(folder: Path, seed: int = 0) -> Path:
    """A `DreamLitePipeline`."""
    return _build_dreamlite(DreamLitePipeline, folder, seed)


def build_dreamlite_mobile(folder: Path, seed: int = 0) -> Path:
    """A `DreamLiteMobilePipeline`."""
    return _build_dreamlite(DreamLiteMobilePipeline, folder, seed)


def _build_dreamlite(kind: type[DreamLitePipeline], folder: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    language, processor = qwen3_vl()
    return saved(
        kind(
            text_encoder=language,
            tokenizer=processor.tokenizer,
            processor=processor,
            vae=AutoencoderTiny(
                encoder_block_out_channels=(8, 8, 8, 8),
                decoder_block_out_channels=(8, 8, 8, 8),
                num_encoder_blocks=(1, 1, 1, 1),
                num_decoder_blocks=(1, 1, 1, 1),
            ),
            unet=DreamLiteUNetModel(
                in_channels=4,
                out_channels=4,
                block_out_channels=(16, 16, 16),
                layers_per_block=1,
                norm_num_groups=4,
                cross_attention_dim=32,
                attention_head_dim=2,
                addition_embed_type="time",
                addition_time_embed_dim=8,
                projection_class_embeddings_input_dim=16,
            ),
            scheduler=scheduler(),
        ),
        folder,
    )
