"""The model for a stand-in of EditReward's package: a real Qwen2.5-VL with the two heads of its class.

In a checkout it lies as ``EditReward/model/qwen2_5_vl_trainer.py``, where the official class is.
"""

import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from transformers import AutoProcessor, Qwen2_5_VLForConditionalGeneration

REWARD = "<|Reward|>"


class Qwen2_5_VLRewardModelBT_MultiHead(Qwen2_5_VLForConditionalGeneration):
    def __init__(self, config, special_token_ids, output_dim=2, rm_head_type="", pooling_strategy=""):
        super().__init__(config)
        self.special_token_ids = special_token_ids
        width = config.get_text_config().hidden_size
        steps = (nn.Linear(width, 1024), nn.ReLU(), nn.Dropout(0.05), nn.Linear(1024, 16), nn.ReLU())
        self.rm_heads = nn.ModuleDict(
            {f"head_{number}": nn.Sequential(*steps, nn.Linear(16, output_dim)) for number in range(2)}
        )

    def reward(self, inputs):
        """Mean and deviation of the reward, (2,), from what the token for it has become."""
        became = self.model(**inputs).last_hidden_state[inputs["input_ids"] == self.special_token_ids[0]]
        return torch.stack([head(became.float()) for head in self.rm_heads.values()]).mean(0)[0]


class Rewarded:
    def __init__(self, base, checkpoint):
        self.processor = AutoProcessor.from_pretrained(base)
        self.processor.tokenizer.add_special_tokens({"additional_special_tokens": [REWARD]})
        token = self.processor.tokenizer.convert_tokens_to_ids(REWARD)
        self.model = Qwen2_5_VLRewardModelBT_MultiHead.from_pretrained(
            base, special_token_ids=[token], dtype=torch.bfloat16
        )
        self.model.resize_token_embeddings(len(self.processor.tokenizer))
        self.model.load_state_dict(load_file(f"{checkpoint}/model.safetensors"), strict=True)
        for head in self.model.rm_heads.values():
            head.float()
        self.model.eval()

    def reward(self, prompt, source, path):
        content = [{"type": "image"}, {"type": "image"}, {"type": "text", "text": prompt + REWARD}]
        text = self.processor.apply_chat_template([{"role": "user", "content": content}])
        pictures = [Image.open(one).convert("RGB").resize((112, 112)) for one in (source, path)]
        return self.model.reward(self.processor(text=[text], images=pictures, return_tensors="pt"))
