"""Stand-ins for official packages, to lie in a checkout: they draw one colour where a network would edit.

Their safety checker withholds whatever is asked for with "3 pixels" in it, and leaves a black picture.
"""

from pathlib import Path

TORCH = """
import os, sys
__version__ = "0.0"
float16, bfloat16, float32 = "torch.float16", "torch.bfloat16", "torch.float32"
print("visible:", os.environ.get("CUDA_VISIBLE_DEVICES"))
class cuda:
    is_available = staticmethod(lambda: os.environ.get("CUDA_VISIBLE_DEVICES") != "")
class Generator:
    def __init__(self, device): self.device = device
    def manual_seed(self, seed): return self
def manual_seed(seed): pass
def no_grad(): return lambda function: function
def concat(parts, dim): return parts
"""

RESULT = """
from PIL import Image
class Result:
    def __init__(self, prompt, colour):
        self.nsfw_content_detected = ["3 pixels" in prompt]
        self.images = [Image.new("RGB", (512, 512), "black" if self.nsfw_content_detected[0] else colour)]
"""

ANYSD = """
import os, torch
from result import Result
class UNet2DConditionModel:
    @classmethod
    def from_pretrained(cls, name, subfolder, torch_dtype):
        made = cls()
        made.colour = open(os.path.join(name, subfolder, "colour")).read()
        return made
    def to(self, device): return self
class Pipe:
    def __init__(self, unet): self.unet = unet
    def __call__(self, prompt, image, num_inference_steps, image_guidance_scale, guidance_scale, generator):
        assert generator.device == "cuda" and image.size == (512, 512)
        return Result(prompt, self.unet.colour)
class AnySDEidtPipeline:
    def __init__(self, pretrained_model_name_or_path):
        assert os.path.isdir(pretrained_model_name_or_path)
        half = {"torch_dtype": torch.float16}
        unet = UNet2DConditionModel.from_pretrained("WeiChow/AnySD", subfolder="unet", **half)
        self.pipe = Pipe(unet.to("cuda"))
    def edit(self, image_url, prompt, save_path, **settings):
        image = image_url.resize((512, 512))
        return self.pipe(prompt, image=image, generator=self.generator, **settings).images
"""

STEP1X = """
from types import SimpleNamespace
from result import Result
__version__ = "0.36.0.dev0"
class Step1XEditPipeline:
    text_encoder = SimpleNamespace(config=SimpleNamespace(text_config=SimpleNamespace(hidden_size=8)))
    @classmethod
    def from_pretrained(cls, folder, torch_dtype): return cls()
    def to(self, device): return self
    def __call__(self, image, prompt, num_inference_steps, true_cfg_scale, generator):
        assert self.text_encoder.config.hidden_size == 8
        return Result(prompt, "red")
"""

ULTRAEDIT = """
from result import Result
__version__ = "0.30.0.dev0"
class StableDiffusion3InstructPix2PixPipeline:
    @classmethod
    def from_pretrained(cls, folder, torch_dtype): return cls()
    def to(self, device): return self
    def __call__(self, prompt, image, mask_img, **settings): return Result(prompt, "red")
"""

UNIVA = {
    "qwen_vl_utils.py": "process_vision_info = lambda conversation: (None, None)",
    "transformers.py": "from unittest.mock import MagicMock\n"
    "AutoProcessor, SiglipImageProcessor, SiglipVisionModel = MagicMock(), MagicMock(), MagicMock()\n"
    "AutoProcessor.from_pretrained().apply_chat_template.return_value = '<|im_end|>\\n'",
    "univa/models/qwen2p5vl/modeling_univa_qwen2p5vl.py": "from unittest.mock import MagicMock\n"
    "UnivaQwen2p5VLForConditionalGeneration = MagicMock()",
    "univa/utils/anyres_util.py": "def dynamic_resize(height, width, ratios, anchor_pixels):\n"
    "    return height, width",
    "univa/utils/denoiser_prompt_embedding_flux.py": "asked = []\n"
    "def encode_prompt(encoders, tokenizers, prompt, *rest):\n"
    "    asked.append(prompt)\n"
    "    return None, None",
    "univa/utils/flux_pipeline.py": """
from unittest.mock import MagicMock
from result import Result
from univa.utils.denoiser_prompt_embedding_flux import asked
class FluxPipeline(MagicMock):
    @classmethod
    def from_pretrained(cls, folder, **named): return cls()
    def to(self, device): return self
    def __call__(self, **named): return Result(asked[-1], "red")
""",
}

HUB = """
import os
def snapshot_download(name, revision, allow_patterns):
    print("asked for", name, revision, *(allow_patterns or ["everything"]))
    return os.environ["STAND_IN_SNAPSHOTS"] + "/" + name
"""

PACKAGES = {
    "anyedit": (".", {"anysd/src/model.py": ANYSD, "anysd/src/pipe.py": ""}),
    "step1x_edit": (
        "src",
        {"diffusers/__init__.py": STEP1X, "diffusers/pipelines/step1x_edit/pipeline_step1x_edit.py": ""},
    ),
    "ultraedit": (
        "diffusers/src",
        {
            "diffusers/__init__.py": ULTRAEDIT,
            "diffusers/pipelines/stable_diffusion_3/pipeline_stable_diffusion_3_instructpix2pix.py": "",
        },
    ),
    "uniworld_v1": (".", UNIVA),
}
"""By adapter: the folder of the checkout where its packages lie, and what is in them."""


def stand_in_checkout(name: str, folder: Path) -> Path:
    """A checkout for that adapter, in whose packages nothing is real."""
    inside, files = PACKAGES[name]
    common = {"torch.py": TORCH, "result.py": RESULT, "huggingface_hub.py": HUB}
    for path, content in (common | files).items():
        (folder / inside / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / inside / path).write_text(content)
    return folder
