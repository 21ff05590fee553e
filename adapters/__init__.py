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
}.items():
    ADAPTERS.register(_name, f"motionedit_bench.adapters.{_target}")

__all__ = ["ADAPTERS", "Adapter", "Settings", "parse_settings"]
