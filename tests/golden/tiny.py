"""Tiny random pipelines of the real classes, for the pinned libraries to save; see release.py."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

SPECIAL = ("endoftext", "im_start", "im_end", "vision_start", "vision_end", "image_pad", "video_pad")


def kontext() -> Any:
    return diffusers.FluxKontextPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(
            shift=3.0, use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15
        ),
        vae=_autoencoder(
            shift_factor=0.1159, scaling_factor=0.3611, use_quant_conv=False, use_post_quant_conv=False
        ),
        text_encoder=transformers.CLIPTextModel(_clip_config()),
        tokenizer=_clip_tokenizer(),
        text_encoder_2=transformers.T5EncoderModel(
            transformers.T5Config(
                vocab_size=300, d_model=32, d_kv=16, d_ff=64, num_layers=2, num_heads=2,
                feed_forward_proj="gated-gelu",
            )
        ),
        tokenizer_2=_t5_tokenizer(),
        transformer=diffusers.FluxTransformer2DModel(
            patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
            num_attention_heads=2, joint_attention_dim=32, pooled_projection_dim=32, guidance_embeds=True,
            axes_dims_rope=(4, 6, 6),
        ),
    )  # fmt: skip


def pixel() -> Any:
    return diffusers.StableDiffusionInstructPix2PixPipeline(
        vae=_autoencoder(scaling_factor=0.18215),
        text_encoder=transformers.CLIPTextModel(_clip_config()),
        tokenizer=_clip_tokenizer(),
        unet=diffusers.UNet2DConditionModel(
            sample_size=16, in_channels=8, out_channels=4, block_out_channels=(16, 32), layers_per_block=1,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=32, attention_head_dim=8, norm_num_groups=8,
        ),
        scheduler=diffusers.PNDMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True,
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip


def qwen(pipeline: str) -> Any:
    tokenizer = _qwen_tokenizer()
    number = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in SPECIAL}
    config = transformers.Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer), "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 2, "num_key_value_heads": 1, "rope_theta": 1000000.0,
            "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]},
            "bos_token_id": number["endoftext"], "eos_token_id": number["im_end"],
        },
        vision_config={
            "depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2, "out_hidden_size": 32,
            "fullatt_block_indexes": [1], "window_size": 56,
        },
        image_token_id=number["image_pad"], video_token_id=number["video_pad"],
        vision_start_token_id=number["vision_start"], vision_end_token_id=number["vision_end"],
    )  # fmt: skip
    processor = transformers.Qwen2VLProcessor(
        transformers.Qwen2VLImageProcessor(min_pixels=56 * 56, max_pixels=28 * 28 * 1280),
        tokenizer,
        transformers.Qwen2VLVideoProcessor(),
    )
    return getattr(diffusers, pipeline)(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(
            shift=1.0, use_dynamic_shifting=True, base_shift=0.5, max_shift=0.9, shift_terminal=0.02,
            time_shift_type="exponential", max_image_seq_len=8192,
        ),
        vae=diffusers.AutoencoderKLQwenImage(
            base_dim=2, z_dim=4, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
            temperal_downsample=[False, True, True], latents_mean=[0.1] * 4, latents_std=[1.2] * 4,
        ),
        text_encoder=transformers.Qwen2_5_VLForConditionalGeneration(config),
        tokenizer=tokenizer,
        processor=processor,
        transformer=diffusers.QwenImageTransformer2DModel(
            patch_size=2, in_channels=16, out_channels=4, num_layers=1, attention_head_dim=16,
            num_attention_heads=1, joint_attention_dim=32, axes_dims_rope=(4, 6, 6),
        ),
    )  # fmt: skip


BUILDERS: dict[str, Callable[[], Any]] = {
    "FluxKontextPipeline": kontext,
    "QwenImageEditPlusPipeline": lambda: qwen("QwenImageEditPlusPipeline"),
    "QwenImageEditPipeline": lambda: qwen("QwenImageEditPipeline"),
    "StableDiffusionInstructPix2PixPipeline": pixel,
}


def _autoencoder(**options: Any) -> Any:
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        **options,
    )


def _clip_config() -> Any:
    return transformers.CLIPTextConfig(
        vocab_size=600, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        projection_dim=32, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip


def _bytes() -> list[str]:
    from transformers.models.gpt2.tokenization_gpt2 import bytes_to_unicode

    return list(bytes_to_unicode().values())


def _clip_tokenizer() -> Any:
    letters = _bytes()
    pieces = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    pieces += ["ar", "arm</w>"]
    with tempfile.TemporaryDirectory() as place:
        vocabulary, merges = Path(place, "vocab.json"), Path(place, "merges.txt")
        vocabulary.write_text(json.dumps({piece: number for number, piece in enumerate(pieces)}))
        merges.write_text("#version: 0.2\na r\nar m</w>\n")
        return transformers.CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77)


def _t5_tokenizer() -> Any:
    pieces = ["<pad>", "</s>", "<unk>", "▁", *map(chr, range(33, 127))]
    scored = [(piece, -float(number)) for number, piece in enumerate(pieces)]
    backend = Tokenizer(models.Unigram(scored, unk_id=2))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Metaspace()
    from tokenizers.processors import TemplateProcessing

    backend.post_processor = TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    return transformers.T5TokenizerFast(tokenizer_object=backend, extra_ids=0, model_max_length=512)


def _qwen_tokenizer() -> Any:
    with tempfile.TemporaryDirectory() as place:
        vocabulary, merges = Path(place, "vocab.json"), Path(place, "merges.txt")
        letters = [*_bytes(), "ar", "arm", "Ġl"]
        vocabulary.write_text(json.dumps({piece: number for number, piece in enumerate(letters)}))
        merges.write_text("#version: 0.2\na r\nar m\nĠ l\n")
        tokenizer = transformers.Qwen2Tokenizer(str(vocabulary), str(merges))
    tokenizer.add_special_tokens({"additional_special_tokens": [f"<|{name}|>" for name in SPECIAL]})
    return tokenizer
