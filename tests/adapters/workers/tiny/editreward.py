"""Builds a tiny random checkpoint of EditReward: ``python editreward.py CHECKOUT FOLDER``.

``FOLDER/base`` is the Qwen2.5-VL that was tuned, ``FOLDER/checkpoint`` the weights that take the place of its
own, of the official class with its two heads.
"""

import sys
from pathlib import Path

sys.path.insert(1, sys.argv[1])

import parts
import torch
from EditReward.model.qwen2_5_vl_trainer import Qwen2_5_VLRewardModelBT_MultiHead
from safetensors.torch import save_file
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

torch.manual_seed(0)
folder = Path(sys.argv[2])
tokenizer = parts.qwen_tokenizer()
config = Qwen2_5_VLConfig(**parts.qwen_vl_sizes(tokenizer, len(tokenizer)))
base = Qwen2_5_VLForConditionalGeneration(config)
base.to(torch.bfloat16).save_pretrained(folder / "base")
parts.qwen_processor(tokenizer).save_pretrained(folder / "base")

tokenizer.add_special_tokens({"additional_special_tokens": ["<|Reward|>"]})
tuned = Qwen2_5_VLRewardModelBT_MultiHead(
    base.config,
    output_dim=2,
    special_token_ids=tokenizer.convert_tokens_to_ids(["<|Reward|>"]),
    rm_head_type="ranknet_multi_head",
    pooling_strategy="mean",
)
tuned.resize_token_embeddings(len(tokenizer))
with torch.no_grad():
    for parameter in tuned.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.3)
(folder / "checkpoint").mkdir()
weights = {name: value.contiguous().clone() for name, value in tuned.to(torch.bfloat16).state_dict().items()}
save_file(weights, folder / "checkpoint" / "model.safetensors", metadata={"format": "pt"})
