"""Stand-ins for the packages of judges' official code, to lie in a checkout."""

TORCH = """
class cuda:
    is_available = staticmethod(lambda: True)
class no_grad:
    def __enter__(self): pass
    def __exit__(self, *error): pass
"""

EDITSCORE = """
class EditScore:
    def __init__(self, backbone, model_name_or_path, lora_path, score_range, temperature, num_pass):
        assert (backbone, score_range, temperature, num_pass) == ("qwen3vl", 25, 0.7, 1)
        self.seed = 0

    def evaluate(self, image_prompts, text_prompt):
        assert [image.mode for image in image_prompts] == ["RGB", "RGB"]
        unread = "3 pixels" in text_prompt
        return {
            "prompt_following": 8.0,
            "consistency": 6.0,
            "perceptual_quality": 4.0,
            "overall": float("nan") if "4 pixels" in text_prompt else 5.0,
            "SC_reasoning": "moved",
            "PQ_reasoning": "guess_if_cannot_parse | hm" if unread else "clear",
            "seed": self.seed,
        }
"""
"""As `EditScore.evaluate` answers; what it could not read, it guesses; its overall may be no number."""

EDITREWARD = """
import os

class Number(float):
    def item(self):
        return float(self)

class EditRewardInferencer:
    def __init__(self, config_path, checkpoint_path, device, reward_dim, rm_head_type):
        assert os.path.basename(config_path) == "EditReward-MiMo-VL-7B-SFT-2508.yaml", config_path
        assert os.path.isfile(config_path) and os.path.isdir(checkpoint_path)
        assert (device, reward_dim, rm_head_type) == ("cuda", "overall_detail", "ranknet_multi_head")

    def reward(self, prompts, image_src, image_paths):
        (prompt,), (source,), (path,) = prompts, image_src, image_paths
        assert os.path.isfile(source)
        unknown = "3 pixels" in prompt
        return [[Number("nan") if unknown else Number(open(path, "rb").read()[-20]), Number(1)]]
"""
"""As `EditRewardInferencer.reward` answers: a mean and a deviation for each edit."""
