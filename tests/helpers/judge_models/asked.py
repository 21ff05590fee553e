"""The model for a stand-in of EditScore's package: a real Qwen3-VL with a LoRA, asked as its code does."""

import torch
from peft import PeftModel
from transformers import AutoProcessor, Qwen3VLForConditionalGeneration


class Asked:
    def __init__(self, base, lora, temperature):
        model = Qwen3VLForConditionalGeneration.from_pretrained(base, dtype=torch.bfloat16)
        self.model = PeftModel.from_pretrained(model, lora).merge_and_unload()
        self.processor = AutoProcessor.from_pretrained(base)
        self.temperature = temperature

    def say(self, images, text, seed):
        pictures = [{"type": "image", "image": image} for image in images]
        inputs = self.processor.apply_chat_template(
            [{"role": "user", "content": [*pictures, {"type": "text", "text": text}]}],
            tokenize=True,
            add_generation_prompt=True,
            return_dict=True,
            return_tensors="pt",
        )
        torch.manual_seed(seed)
        made = self.model.generate(
            **inputs, max_new_tokens=512, do_sample=True, temperature=self.temperature, top_p=0.9, top_k=20
        )
        return self.processor.decode(made[0, inputs.input_ids.shape[1] :], skip_special_tokens=True).strip()
