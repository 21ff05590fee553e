"""Stand-ins for the packages of judges' official code, to lie in a checkout.

Stood in are, of EditScore, `EditScore.evaluate` and the reader of what its model said, each in few words
that do as its source does; of EditReward, the inferencer. The model that they ask lies in the checkout as
well: a rule from here, or a real one of `helpers.judge_models`, with a tiny checkpoint.
"""

from pathlib import Path

MODELS = Path(__file__).parent / "judge_models"

TORCH = """
class cuda:
    is_available = staticmethod(lambda: True)
class no_grad:
    def __enter__(self): pass
    def __exit__(self, *error): pass
"""

EDITSCORE = """
import json, math, random
from .asked import Asked

def mllm_output_to_dict(input_string, give_up_parsing=False, text_prompt=None, score_range=10):
    if give_up_parsing:
        guessed = random.randint(0, score_range)
        return {"score": [guessed, guessed], "reasoning": f"guess_if_cannot_parse | {input_string}"}
    try:
        return json.loads(input_string)
    except ValueError:
        return False

class EditScore:
    def __init__(self, backbone, model_name_or_path, lora_path, score_range, temperature, num_pass):
        assert (backbone, score_range, temperature, num_pass) == ("qwen3vl", 25, 0.7, 1)
        self.model = Asked(model_name_or_path, lora_path, temperature)
        self.seed = 0

    def evaluate(self, image_prompts, text_prompt):
        assert [image.mode for image in image_prompts] == ["RGB", "RGB"]
        edit = picture = False
        tries = 0
        while edit is False or picture is False:
            tries += 1
            told = {"give_up_parsing": tries > 2, "text_prompt": text_prompt, "score_range": 25}
            shown = (image_prompts, image_prompts[1:])
            said = [self.model.say(images, text_prompt, self.seed) for images in shown]
            edit, picture = (mllm_output_to_dict(one, **told) for one in said)
        least, quality = min(edit["score"]) / 2.5, min(picture["score"]) / 2.5
        return {
            "prompt_following": edit["score"][0] / 2.5,
            "consistency": edit["score"][1] / 2.5,
            "perceptual_quality": quality,
            "overall": math.sqrt(least * quality),
            "SC_reasoning": edit["reasoning"],
            "PQ_reasoning": picture["reasoning"],
        }
"""

ASKED = """
import os, re

WORDS = {words!r}

class Asked:
    def __init__(self, base, lora, temperature):
        assert os.path.isdir(base) and os.path.isdir(lora)

    def say(self, images, text, seed):
        return WORDS[int(re.findall("[0-9]+", text)[0]) - 2].replace("SEED", str(seed))
"""
"""What EditScore's model says, ``words``, by the item's number; the seed takes the place of ``SEED``."""

EDITREWARD = """
import os, yaml
from .model.qwen2_5_vl_trainer import Rewarded

class EditRewardInferencer:
    def __init__(self, config_path, checkpoint_path, device, reward_dim, rm_head_type):
        assert os.path.basename(config_path) == "EditReward-MiMo-VL-7B-SFT-2508.yaml", config_path
        assert (device, reward_dim, rm_head_type) == ("cuda", "overall_detail", "ranknet_multi_head")
        with open(config_path) as config:
            self.model = Rewarded(yaml.safe_load(config)["model_name_or_path"], checkpoint_path)

    def reward(self, prompts, image_src, image_paths):
        (prompt,), (source,), (path,) = prompts, image_src, image_paths
        return [self.model.reward(prompt, source, path)]
"""

REWARDED = """
import os

class Number(float):
    def item(self):
        return float(self)

class Rewarded:
    def __init__(self, base, checkpoint):
        assert os.path.isfile(os.path.join(base, "config.json")) and os.path.isdir(checkpoint)

    def reward(self, prompt, source, path):
        assert os.path.isfile(source)
        unknown = "3 pixels" in prompt
        return [Number("nan") if unknown else Number(open(path, "rb").read()[-20]), Number(1)]
"""
"""The reward is a byte of the edit's file, and no number on the second item; beside it a deviation."""

RATED = '{"reasoning": "moved", "score": [20, 15]}'
UNREADABLE = [
    "hm",
    '{"reasoning": "beyond", "score": [26, 20]}',
    '{"reasoning": "below", "score": [20, -1]}',
    '{"reasoning": "one", "score": [20]}',
    '{"reasoning": "words", "score": ["20", "15"]}',
    '{"reasoning": "none", "score": [NaN, 15]}',
    '{"reasoning": "none", "score": []}',
    '{"reasoning": "no score"}',
    '{"score": [20, 15]}',
]
"""What holds no scores for EditScore, or holds them out of the range or not as they are asked for."""


def editscore_checkout(repo: Path, asked: str) -> Path:
    """A checkout of EditScore whose model is ``asked``, a module."""
    (repo / "editscore" / "mllm_tools").mkdir(parents=True)
    (repo / "editscore" / "mllm_tools" / "qwen3vl.py").touch()
    (repo / "editscore" / "vie_prompts.py").touch()
    (repo / "editscore" / "__init__.py").write_text(EDITSCORE)
    (repo / "editscore" / "asked.py").write_text(asked)
    return repo


def editreward_checkout(repo: Path, rewarded: str) -> Path:
    """A checkout of EditReward whose model is ``rewarded``, a module."""
    (repo / "EditReward" / "config").mkdir(parents=True)
    (repo / "EditReward" / "model").mkdir()
    (repo / "EditReward" / "config" / "EditReward-MiMo-VL-7B-SFT-2508.yaml").write_text(
        "model_name_or_path: no/where\noutput_dim: 2\n"
    )
    (repo / "EditReward" / "inference_edit.py").touch()
    (repo / "EditReward" / "__init__.py").write_text(EDITREWARD)
    (repo / "EditReward" / "model" / "qwen2_5_vl_trainer.py").write_text(rewarded)
    return repo
