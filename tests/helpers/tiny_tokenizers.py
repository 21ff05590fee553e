"""Tokenizers of the real classes that know letters alone."""

from transformers import CLIPTokenizer, Qwen2Tokenizer, T5Tokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

BYTES = list(bytes_to_unicode().values())
"""The 256 printable stand-ins of byte-level tokenizers: any text can be written with them."""

QWEN_SPECIAL = ("endoftext", "im_start", "im_end", "vision_start", "vision_end", "image_pad", "video_pad")


def clip_tokenizer() -> CLIPTokenizer:
    pieces = ["<|startoftext|>", "<|endoftext|>", *BYTES, *(f"{letter}</w>" for letter in BYTES)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=77)


def t5_tokenizer() -> T5Tokenizer:
    pieces = ["<pad>", "</s>", "<unk>", "▁", *map(chr, range(33, 127))]
    return T5Tokenizer(vocab=[(piece, -float(number)) for number, piece in enumerate(pieces)], extra_ids=0)


def qwen_tokenizer() -> Qwen2Tokenizer:
    tokenizer = Qwen2Tokenizer(vocab={piece: number for number, piece in enumerate(BYTES)}, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": [f"<|{name}|>" for name in QWEN_SPECIAL]})
    return tokenizer
