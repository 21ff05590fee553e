"""Model adapters: each turns an item and a seed into an edited image.

Add a name here and a class in a file of this folder; CONTRIBUTING.md walks through it.
"""

from motionedit_bench.adapters.base import Adapter, Settings, parse_settings
from motionedit_bench.registry import Registry

ADAPTERS: Registry[Adapter] = Registry("adapter", group="motionedit_bench.adapters")

for _name, _target in {
    "identity": "baselines:Identity",
    "target": "baselines:Target",
    "resaved": "baselines:Resaved",
    "shift": "baselines:Shift",
    "flux_kontext": "diffusers_family:FluxKontext",
    "qwen_image_edit": "diffusers_family:QwenImageEdit",
    "qwen_image_edit_first": "diffusers_family:QwenImageEditFirst",
    "instruct_pix2pix": "diffusers_family:InstructPix2Pix",
    "magicbrush": "diffusers_family:MagicBrush",
    "motionnft_qwen": "diffusers_family:MotionNFTQwen",
    "motionnft_flux": "diffusers_family:MotionNFTFlux",
    "uniworld_v2_qwen": "diffusers_family:UniWorldV2Qwen",
    "uniworld_v2_flux": "diffusers_family:UniWorldV2Flux",
}.items():
    ADAPTERS.register(_name, f"motionedit_bench.adapters.{_target}")

__all__ = ["ADAPTERS", "Adapter", "Settings", "parse_settings"]
