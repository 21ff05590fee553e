"""Step1X-Edit v1.1 by the diffusers fork that it needs: ``python step1x_edit.py CHECKOUT``.

Written from the fork's pipeline (branch step1xedit of Peyton-Chen/diffusers) and the call in
inference/run_image_editing.py of elainew728/motion-edit; not run here with real weights.
"""

from __future__ import annotations

from typing import Any

import mebench_worker

mebench_worker.checkout("src")


def load(request: dict[str, Any]) -> tuple[mebench_worker.Edit, dict[str, Any]]:
    import torch
    from diffusers import Step1XEditPipeline
    from PIL import Image

    device = mebench_worker.device_of(request)
    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    folder, revision = mebench_worker.find_model(request["model"])
    pipeline = Step1XEditPipeline.from_pretrained(folder, torch_dtype=dtype).to(device)
    chosen = request["settings"]

    def edit(item: dict[str, Any]) -> None:
        with Image.open(item["input"]) as opened:
            image = opened.convert("RGB")
        made = pipeline(
            image=image,
            prompt=item["instruction"],
            height=image.height,
            width=image.width,
            num_inference_steps=chosen["steps"],
            true_cfg_scale=chosen["true_cfg_scale"],
            generator=torch.Generator("cpu").manual_seed(item["seed"]),
        ).images[0]
        made.save(item["output"])

    packages = mebench_worker.versions("torch", "transformers")
    return edit, {**revision, "device": device, "dtype": str(dtype), "packages": packages}


if __name__ == "__main__":
    mebench_worker.serve(load)
