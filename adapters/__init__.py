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
    "flux_kontext": "diffusers.families.kontext:FluxKontext",
    "qwen_image_edit": "diffusers.families.qwen:QwenImageEdit",
    "qwen_image_edit_first": "diffusers.families.qwen:QwenImageEditFirst",
    "instruct_pix2pix": "diffusers.families.pix2pix:InstructPix2Pix",
    "magicbrush": "diffusers.families.pix2pix:MagicBrush",
    "motionnft_qwen": "diffusers.families.qwen:MotionNFTQwen",
    "motionnft_flux": "diffusers.families.kontext:MotionNFTFlux",
    "uniworld_v2_qwen": "diffusers.families.qwen:UniWorldV2Qwen",
    "uniworld_v2_flux": "diffusers.families.kontext:UniWorldV2Flux",
    "qwen_image_edit_2511": "diffusers.families.qwen:QwenImageEdit2511",
    "qwen_image_2_1": "diffusers.families.qwen:QwenImage21",
    "firered_edit": "diffusers.families.qwen:FireRedImageEdit",
    "flux2_dev": "diffusers.families.flux2:Flux2Dev",
    "flux2_klein_4b": "diffusers.families.flux2:Flux2Klein4B",
    "flux2_klein_9b": "diffusers.families.flux2:Flux2Klein9B",
    "flux2_klein_base_4b": "diffusers.families.flux2:Flux2KleinBase4B",
    "flux2_klein_base_9b": "diffusers.families.flux2:Flux2KleinBase9B",
    "longcat_image_edit": "diffusers.families.longcat:LongCatImageEdit",
    "longcat_image_edit_turbo": "diffusers.families.longcat:LongCatImageEditTurbo",
    "joyai_image_edit": "diffusers.families.joyai:JoyAIImageEdit",
    "bria_fibo_2": "diffusers.families.bria:Fibo2",
    "kandinsky5_i2i": "diffusers.families.kandinsky:Kandinsky5I2I",
    "dreamlite": "diffusers.families.dreamlite:DreamLite",
    "dreamlite_mobile": "diffusers.families.dreamlite:DreamLiteMobile",
    "hq_edit": "diffusers.families.pix2pix:HQEdit",
    "instruct_pix2pix_xl": "diffusers.families.pix2pix:InstructPix2PixXL",
    "glm_image": "diffusers.families.glm:GlmImage",
    "omnigen": "diffusers.families.omnigen:OmniGen",
    "chronoedit": "diffusers.families.video:ChronoEdit",
    "wan_i2v": "diffusers.families.video:Wan21I2V",
    "wan22_i2v": "diffusers.families.video:Wan22I2V",
    "ltx_i2v": "diffusers.families.video:LtxI2V",
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
