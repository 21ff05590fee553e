"""AnySD, the model of AnyEdit, in its general mode, by its official code: ``python anyedit.py CHECKOUT``.

Written from anysd/src/model.py of weichow23/AnySD and the call in inference/run_image_editing.py of
elainew728/motion-edit; not run here with real weights. The official code runs on a GPU only, and keeps
only the pictures of what its diffusers pipeline returns.
"""

from __future__ import annotations

from typing import Any

import mebench_worker

mebench_worker.checkout()

STABLE_DIFFUSION = (
    "model_index.json",
    "feature_extractor/*",
    "safety_checker/config.json",
    "safety_checker/model.safetensors",
    "scheduler/*",
    "text_encoder/config.json",
    "text_encoder/model.safetensors",
    "tokenizer/*",
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
)
"""What is read of Stable Diffusion 1.5: one of its formats, without the U-Net that AnySD replaces."""


class Kept:
    """A pipeline, called as it is, whose last result is kept."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self.result: Any = None

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.result = self.pipe(*arguments, **named)
        return self.result


def from_folder(code: Any, folder: str) -> list[Any]:
    """Have the official code load its U-Net from a folder in place of the hub's; what it has loaded so."""
    loaded = []
    kind = code.UNet2DConditionModel

    class Found(kind):  # type: ignore[misc, valid-type]
        @classmethod
        def from_pretrained(cls, _: str, **named: Any) -> Any:
            loaded.append(kind.from_pretrained(folder, **named))
            return loaded[-1]

    code.UNet2DConditionModel = Found
    return loaded


def load(request: dict[str, Any]) -> tuple[mebench_worker.Edit, dict[str, Any]]:
    import torch
    from PIL import Image

    mebench_worker.need_cuda(request, "the official code of AnySD")
    from anysd.src import model as code

    chosen = request["settings"]
    base_folder, base_revision = mebench_worker.find_model(chosen["base"], *STABLE_DIFFUSION)
    folder, revision = mebench_worker.find_model(request["model"], "unet/*")
    loaded = from_folder(code, folder)
    pipeline = code.AnySDEidtPipeline(pretrained_model_name_or_path=base_folder)
    if pipeline.pipe.unet not in loaded:
        raise RuntimeError("the official code took its U-Net from elsewhere than the model asked for")
    pipeline.pipe = kept = Kept(pipeline.pipe)

    def edit(item: dict[str, Any]) -> dict[str, Any]:
        with Image.open(item["input"]) as opened:
            image = opened.convert("RGB")
        pipeline.generator = torch.Generator("cuda").manual_seed(item["seed"])
        pipeline.edit(
            image,
            item["instruction"],
            None,
            num_inference_steps=chosen["steps"],
            image_guidance_scale=chosen["image_guidance"],
            guidance_scale=chosen["guidance"],
        )
        mebench_worker.picture_of(kept.result).save(item["output"])
        return mebench_worker.cut(item["instruction"], kept.pipe, "tokenizer")

    about = {
        **revision,
        "base": base_revision,
        "device": "cuda",
        "dtype": "float16",
        "withheld": "refused, by the safety checker's own word",
        "packages": mebench_worker.versions("torch", "transformers", "diffusers"),
    }
    return edit, about


if __name__ == "__main__":
    mebench_worker.serve(load)
