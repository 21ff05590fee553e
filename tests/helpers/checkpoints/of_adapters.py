"""Which tiny checkpoint serves which adapter, and what makes its edits small."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

from helpers.checkpoints import flux2, glm, others, pictures, videos
from helpers.tiny_checkpoints import build_instruct_pix2pix, build_qwen_edit_plus

AREA = 64 * 64


@dataclass(frozen=True)
class Tiny:
    """A builder, and the settings with which an edit takes no second."""

    build: Callable[[Path], Path]
    settings: tuple[str, ...] = ()


SMALL = (f"max_area={AREA}",)
SHORT = ("frames=5", *SMALL)

OF_ADAPTERS = {
    "qwen_image_edit_2511": Tiny(build_qwen_edit_plus, SMALL),
    "firered_edit": Tiny(build_qwen_edit_plus, SMALL),
    "qwen_image_2_1": Tiny(pictures.build_qwen21, ("resolution=64",)),
    "flux2_dev": Tiny(flux2.build_flux2),
    "flux2_klein_4b": Tiny(flux2.build_flux2_klein_distilled),
    "flux2_klein_9b": Tiny(flux2.build_flux2_klein_distilled),
    "flux2_klein_base_4b": Tiny(flux2.build_flux2_klein),
    "flux2_klein_base_9b": Tiny(flux2.build_flux2_klein),
    "longcat_image_edit": Tiny(pictures.build_longcat),
    "longcat_image_edit_turbo": Tiny(pictures.build_longcat),
    "joyai_image_edit": Tiny(pictures.build_joyai),
    "bria_fibo_2": Tiny(pictures.build_fibo2),
    "kandinsky5_i2i": Tiny(pictures.build_kandinsky),
    "dreamlite": Tiny(pictures.build_dreamlite, SMALL),
    "dreamlite_mobile": Tiny(pictures.build_dreamlite_mobile, SMALL),
    "hq_edit": Tiny(build_instruct_pix2pix),
    "instruct_pix2pix_xl": Tiny(others.build_pix2pix_xl, SMALL),
    "glm_image": Tiny(glm.build_glm_image, SMALL),
    "omnigen": Tiny(others.build_omnigen),
    "chronoedit": Tiny(videos.build_wan, SHORT),
    "wan_i2v": Tiny(videos.build_wan, SHORT),
    "wan22_i2v": Tiny(videos.build_wan22, SHORT),
    "ltx_i2v": Tiny(videos.build_ltx, ("frames=9", *SMALL)),
}


def shrink(monkeypatch: Any) -> None:
    """Let pipelines that work at one megapixel whatever they are asked work at 64x64."""
    from diffusers.pipelines.bria_fibo2.pipeline_bria_fibo2 import BriaFibo2Pipeline
    from diffusers.pipelines.joyimage import image_processor
    from diffusers.pipelines.kandinsky5.pipeline_kandinsky_i2i import Kandinsky5I2IPipeline
    from diffusers.pipelines.longcat_image import pipeline_longcat_image_edit as longcat
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit as qwen_first
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus as qwen

    def smaller(kind: type, **values: Any) -> None:
        start = kind.__init__

        def started(self: Any, *given: Any, **named: Any) -> None:
            start(self, *given, **named)
            for name, value in values.items():
                setattr(self, name, value)

        started.__signature__ = signature(start)  # type: ignore[attr-defined]
        monkeypatch.setattr(kind, "__init__", started)

    smaller(BriaFibo2Pipeline, default_sample_size=8)
    smaller(Kandinsky5I2IPipeline, resolutions=[(64, 64), (96, 64)])
    monkeypatch.setattr(image_processor, "BUCKETS", {1024: [(64, 64), (64, 96)]})
    for module in (longcat, qwen, qwen_first):
        found = module.calculate_dimensions
        monkeypatch.setattr(module, "calculate_dimensions", lambda _, ratio, found=found: found(AREA, ratio))
