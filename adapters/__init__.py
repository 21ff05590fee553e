"""Model adapters: each turns an item and a seed into an edited image.

Add a name here and a class in a file of this folder; CONTRIBUTING.md walks through it.
"""

from motionedit_bench.adapters import from_file
from motionedit_bench.adapters.base import Adapter, Settings, parse_settings
from motionedit_bench.registry import Registry

ADAPTERS: Registry[Adapter] = Registry("adapter", group="motionedit_bench.adapters")

for _name, _target in {
    "identity": "baselines:Identity",
    "target": "baselines:Target",
    "resaved": "baselines:Resaved",
    "shift": "baselines:Shift",
    "flux_kontext": "diffusers.family:FluxKontext",
    "qwen_image_edit": "diffusers.family:QwenImageEdit",
    "qwen_image_edit_first": "diffusers.family:QwenImageEditFirst",
    "instruct_pix2pix": "diffusers.family:InstructPix2Pix",
    "magicbrush": "diffusers.family:MagicBrush",
    "motionnft_qwen": "diffusers.family:MotionNFTQwen",
    "motionnft_flux": "diffusers.family:MotionNFTFlux",
    "uniworld_v2_qwen": "diffusers.family:UniWorldV2Qwen",
    "uniworld_v2_flux": "diffusers.family:UniWorldV2Flux",
    "openai_images": "served.openai_images:OpenAIImages",
    "gpt_image": "served.openai_images:GPTImage",
    "gemini_images": "served.gemini_images:GeminiImages",
    "seedream": "served.seedream:Seedream",
    "flux_kontext_pro": "served.bfl:FluxKontextPro",
    "flux_kontext_max": "served.bfl:FluxKontextMax",
    "flux_2_pro": "served.bfl:Flux2Pro",
    "folder": "folder:Folder",
    "bagel": "workers.models:Bagel",
    "uniworld_v1": "workers.models:UniWorldV1",
    "step1x_edit": "workers.models:Step1XEdit",
    "ultraedit": "workers.models:UltraEdit",
    "anyedit": "workers.models:AnyEdit",
    "worker": "workers.base:OwnWorker",
}.items():
    ADAPTERS.register(_name, f"motionedit_bench.adapters.{_target}")


def find_adapter(name: str) -> type[Adapter]:
    """The adapter class of a registered or installed name, or of ``path/to/file.py:Class``.

    Raises:
        UsageError: there is none.
        AdapterError: the file cannot be imported.
    """
    return from_file.load(name) if from_file.is_file(name) else ADAPTERS.get(name)


def short_name(name: str) -> str:
    """What a run calls the adapter and its folder: the name, or the class of a file in small letters.

    >>> short_name("shift"), short_name("models/mine.py:Mine")
    ('shift', 'mine')
    """
    return from_file.class_in(name).lower() if from_file.is_file(name) else name


__all__ = ["ADAPTERS", "Adapter", "Settings", "find_adapter", "parse_settings", "short_name"]
