"""Builds a tiny random checkpoint of EditScore: ``python editscore.py CHECKOUT FOLDER [SENTENCE ...]``.

``FOLDER/base`` is a Qwen3-VL that says one of the sentences, by default two scores of 0 to 25 as EditScore
asks for them, and ``FOLDER/lora`` a random LoRA of it. Nothing of the checkout is needed.
"""

import json
import sys
from pathlib import Path

import parts
import speaking
import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    Qwen2VLImageProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)

SCORES = [(25, 20), (24, 3), (20, 15), (18, 25), (15, 10), (12, 21), (10, 5), (7, 18), (5, 25), (2, 9)]
RATED = [json.dumps({"reasoning": f"about {one}", "score": [one, other]}) for one, other in SCORES]

torch.manual_seed(0)
folder = Path(sys.argv[2])
tokenizer = parts.qwen_tokenizer()
sentences = sys.argv[3:] or RATED
model = Qwen3VLForConditionalGeneration(
    Qwen3VLConfig(**parts.qwen3_vl_sizes(tokenizer, len(tokenizer) + len(sentences)))
)
speaking.make_speak(model, tokenizer, sentences)
model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids("<|im_end|>")
model.to(torch.bfloat16).save_pretrained(folder / "base")
images = Qwen2VLImageProcessor(patch_size=16, size={"shortest_edge": 64 * 64, "longest_edge": 128 * 128})
Qwen3VLProcessor(images, tokenizer, Qwen3VLVideoProcessor(), chat_template=parts.CHAT).save_pretrained(
    folder / "base"
)
tuned = get_peft_model(model, LoraConfig(r=2, target_modules=["q_proj", "v_proj"], init_lora_weights=False))
tuned.save_pretrained(folder / "lora")
