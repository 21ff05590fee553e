"""Tiny parts that several models' checkpoints have, for any transformers and diffusers of 2024 and 2025.

Imported by the builders beside it, which run in the official code's own environments.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import torch

QWEN_SPECIAL = ("endoftext", "im_start", "im_end", "vision_start", "vision_end", "image_pad", "video_pad")

CHAT = (
    "{% for message in messages %}{% if loop.first and message.role != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'text' %}{{ part.text }}{% else %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_symbols() -> list[str]:
    """The 256 characters that a byte-level vocabulary writes bytes with."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    named = {byte: chr(byte) for byte in plain} | {byte: chr(256 + n) for n, byte in enumerate(others)}
    return [named[byte] for byte in range(256)]


def _from_files(kind: type, pieces: list[str], **options: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        vocabulary, merges = Path(folder, "vocab.json"), Path(folder, "merges.txt")
        vocabulary.write_text(json.dumps({piece: number for number, piece in enumerate(pieces)}))
        merges.write_text("#version: 0.2\n")
        return kind(str(vocabulary), str(merges), **options)


def clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    letters = byte_symbols()
    pieces = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return _from_files(CLIPTokenizer, pieces, model_max_length=77)


def clip_text(kind: str, width: int = 32) -> Any:
    """A CLIP text tower, ``kind`` one of transformers' classes of it."""
    import transformers

    config = transformers.CLIPTextConfig(
        vocab_size=514,
        hidden_size=width,
        intermediate_size=64,
        projection_dim=width,
        num_hidden_layers=2,
        num_attention_heads=2,
        bos_token_id=512,
        eos_token_id=513,
    )
    return getattr(transformers, kind)(config)


def t5_tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import T5TokenizerFast

    pieces = ["<pad>", "</s>", "<unk>", "\N{LOWER ONE EIGHTH BLOCK}", *map(chr, range(33, 127))]
    made = Tokenizer(models.Unigram([(piece, -float(n)) for n, piece in enumerate(pieces)], unk_id=2))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return T5TokenizerFast(tokenizer_object=made, extra_ids=0, model_max_length=256)


def t5_encoder(width: int) -> Any:
    from transformers import T5Config, T5EncoderModel

    sizes = {"d_model": width, "d_kv": 16, "d_ff": 64, "num_layers": 1, "num_heads": 2}
    return T5EncoderModel(T5Config(vocab_size=128, feed_forward_proj="gated-gelu", **sizes))


def qwen_tokenizer(end_of_picture: int | None = None) -> Any:
    """One that knows bytes alone; ``end_of_picture`` is the number of the token ``<|vision_end|>``."""
    from transformers import Qwen2Tokenizer

    special = [f"<|{name}|>" for name in QWEN_SPECIAL]
    pieces = byte_symbols()
    if end_of_picture is not None:
        filled = end_of_picture - special.index("<|vision_end|>") - len(pieces)
        pieces += [f"<unused{number}>" for number in range(filled)]
    made = _from_files(Qwen2Tokenizer, [*pieces, *special])
    made.add_special_tokens({"additional_special_tokens": special})
    made.chat_template = CHAT
    return made


def qwen_processor(tokenizer: Any) -> Any:
    from transformers import Qwen2_5_VLProcessor, Qwen2VLImageProcessor

    named = {}
    try:
        from transformers import Qwen2VLVideoProcessor
    except ImportError:  # not in those of before 4.52
        pass
    else:
        named["video_processor"] = Qwen2VLVideoProcessor()
    images = Qwen2VLImageProcessor(min_pixels=56 * 56, max_pixels=112 * 112)
    return Qwen2_5_VLProcessor(images, tokenizer, chat_template=CHAT, **named)


def qwen_vl_sizes(tokenizer: Any, size: int) -> dict[str, Any]:
    """What a Qwen2.5-VL's configuration takes."""
    special = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in QWEN_SPECIAL}
    return {
        "vocab_size": size,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]},
        "bos_token_id": None,
        "eos_token_id": special["im_end"],
        "vision_config": {
            "depth": 1,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "out_hidden_size": 32,
            "fullatt_block_indexes": [0],
        },
        "image_token_id": special["image_pad"],
        "video_token_id": special["video_pad"],
        "vision_start_token_id": special["vision_start"],
        "vision_end_token_id": special["vision_end"],
    }


def qwen3_vl_sizes(tokenizer: Any, size: int) -> dict[str, Any]:
    """What a Qwen3-VL's configuration takes."""
    special = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in QWEN_SPECIAL}
    return {
        "text_config": {
            "vocab_size": size,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "rope_scaling": {"rope_type": "default", "mrope_section": [2, 3, 3]},
        },
        "vision_config": {
            "depth": 1,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "out_hidden_size": 32,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        "image_token_id": special["image_pad"],
        "video_token_id": special["video_pad"],
        "vision_start_token_id": special["vision_start"],
        "vision_end_token_id": special["vision_end"],
        "tie_word_embeddings": False,
    }


def qwen_vl(size: int, end_of_picture: int) -> tuple[Any, Any]:
    """A Qwen2.5-VL that can see, and its processor."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    tokenizer = qwen_tokenizer(end_of_picture)
    config = Qwen2_5_VLConfig(**qwen_vl_sizes(tokenizer, size))
    return Qwen2_5_VLForConditionalGeneration(config), qwen_processor(tokenizer)


def autoencoder(**options: Any) -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=32,
        **options,
    )


def awaken(module: torch.nn.Module) -> None:
    """Random weights for what is zero at the start of a training and would hide a fault."""
    for name, parameter in module.named_parameters():
        if parameter.dim() > 1 and not parameter.any() and "pos_embed" not in name:
            torch.nn.init.normal_(parameter, std=0.1)
