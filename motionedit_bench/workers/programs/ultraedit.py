"""UltraEdit on Stable Diffusion 3, by the diffusers in its repository: ``python ultraedit.py CHECKOUT``.

Written from example.py of HaozheZhao/UltraEdit and the call in inference/run_image_editing.py of
elainew728/motion-edit; not run here with real weights.
"""

from __future__ import annotations

from typing import Any

import mebench_worker

mebench_worker.checkout("diffusers/src")

SIDE = 512


def load(request: dict[str, Any]) -> tuple[mebench_worker.Edit, dict[str, Any]]:
    import diffusers
    import torch
    from PIL import Image

    device = mebench_worker.device_of(request)
    dtype = torch.float32 if device == "cpu" else torch.float16
    folder, revision = mebench_worker.find_model(request["model"])
    kind = diffusers.StableDiffusion3InstructPix2PixPipeline
    pipeline = kind.from_pretrained(folder, torch_dtype=dtype).to(device)
    chosen = request["settings"]

    def edit(item: dict[str, Any]) -> dict[str, Any]:
        with Image.open(item["input"]) as opened:
            image = opened.convert("RGB")
        result = pipeline(
            item["instruction"],
            image=image.resize((SIDE, SIDE)),
            mask_img=Image.new("RGB", (SIDE, SIDE), "white"),
            negative_prompt="",
            num_inference_steps=chosen["steps"],
            image_guidance_scale=chosen["image_guidance"],
            guidance_scale=chosen["guidance"],
            generator=torch.Generator("cpu").manual_seed(item["seed"]),
        )
        mebench_worker.picture_of(result).resize(image.size).save(item["output"])
        return mebench_worker.cut(item["instruction"], pipeline, "tokenizer", "tokenizer_2")

    packages = {**mebench_worker.versions("torch", "transformers"), "diffusers": diffusers.__version__}
    return edit, {**revision, "device": device, "dtype": str(dtype), "packages": packages}


if __name__ == "__main__":
    mebench_worker.serve(load)
