"""Tiny random checkpoints of FLUX.2."""

from pathlib import Path

import torch
from diffusers import Flux2KleinPipeline, Flux2Pipeline, Flux2Transformer2DModel
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    Mistral3Config,
    Mistral3ForConditionalGeneration,
    PixtralImageProcessor,
    PixtralProcessor,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from helpers.checkpoints.parts import CHAT, flux2_autoencoder, saved
from helpers.checkpoints.pictures import scheduler
from helpers.tiny_tokenizers import BYTES, qwen_tokenizer

HEADS = {"hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2, "num_key_value_heads": 2}


def build_flux2_klein(folder: Path, seed: int = 0, distilled: bool = False) -> Path:
    """A `Flux2KleinPipeline`; it reads 27 layers of its text encoder."""
    torch.manual_seed(seed)
    tokenizer = qwen_tokenizer()
    tokenizer.chat_template = CHAT
    tokenizer.pad_token = "<|endoftext|>"
    return saved(
        Flux2KleinPipeline(
            scheduler=scheduler(),
            vae=flux2_autoencoder(),
            text_encoder=Qwen3ForCausalLM(
                Qwen3Config(vocab_size=len(tokenizer), num_hidden_layers=28, head_dim=8, **HEADS)
            ),
            tokenizer=tokenizer,
            transformer=_transformer(guidance_embeds=False),
            is_distilled=distilled,
        ),
        folder,
    )


def build_flux2_klein_distilled(folder: Path, seed: int = 0) -> Path:
    """A `Flux2KleinPipeline` that says it is distilled."""
    return build_flux2_klein(folder, seed, distilled=True)


def build_flux2(folder: Path, seed: int = 0) -> Path:
    """A `Flux2Pipeline`; it reads 30 layers of its text encoder."""
    torch.manual_seed(seed)
    processor = _pixtral()
    return saved(
        Flux2Pipeline(
            scheduler=scheduler(),
            vae=flux2_autoencoder(),
            text_encoder=Mistral3ForConditionalGeneration(
                Mistral3Config(
                    text_config={
                        "model_type": "mistral",
                        "vocab_size": len(processor.tokenizer),
                        "num_hidden_layers": 31,
                        "head_dim": 8,
                        **HEADS,
                    },
                    vision_config={
                        "model_type": "pixtral",
                        "hidden_size": 16,
                        "intermediate_size": 16,
                        "num_hidden_layers": 1,
                        "num_attention_heads": 2,
                        "head_dim": 8,
                        "image_size": 32,
                    },
                    image_token_index=processor.image_token_id,
                )
            ),
            tokenizer=processor,
            transformer=_transformer(guidance_embeds=True),
        ),
        folder,
    )


def _transformer(guidance_embeds: bool) -> Flux2Transformer2DModel:
    return Flux2Transformer2DModel(
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=48,
        timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=guidance_embeds,
    )


def _pixtral() -> PixtralProcessor:
    """A processor whose tokenizer knows letters alone."""
    special = ["<unk>", "<s>", "</s>", "<pad>", "[IMG]", "[IMG_BREAK]", "[IMG_END]"]
    words = Tokenizer(
        models.BPE(vocab={piece: number for number, piece in enumerate([*special, *BYTES])}, merges=[])
    )
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        additional_special_tokens=special[4:],
    )
    return PixtralProcessor(PixtralImageProcessor(), tokenizer, chat_template=CHAT)
