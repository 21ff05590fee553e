"""Stand-ins for the packages of judges' official code, to lie in a checkout."""

TORCH = """
class cuda:
    is_available = staticmethod(lambda: True)
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
            "overall": 5.0,
            "SC_reasoning": "moved",
            "PQ_reasoning": "guess_if_cannot_parse | hm" if unread else "clear",
            "seed": self.seed,
        }
"""
"""As `EditScore.evaluate` answers; what it could not read, it guesses."""
