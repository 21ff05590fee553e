"""Step1X-Edit v1.1 by the diffusers fork that it needs: ``python step1x_edit.py CHECKOUT``.

Written from the fork's pipeline (branch step1xedit of Peyton-Chen/diffusers) and the call in
inference/run_image_editing.py of elainew728/motion-edit; not run here with real weights. The fork runs
on a GPU only, and chooses the size by itself: that call's height and width are ignored, so none are given.
"""

from __future__ import annotations

from typing import Any

import mebench_worker

mebench_worker.checkout("src")


def load(request: dict[str, Any]) -> tuple[mebench_worker.Edit, dict[str, Any]]:
    import torch

    mebench_worker.need_cuda(request, "the diffusers fork of Step1X-Edit")
    import diffusers
    from PIL import Image

    folder, revision = mebench_worker.find_model(request["model"])
    pipeline = diffusers.Step1XEditPipeline.from_pretrained(folder, torch_dtype=torch.bfloat16).to("cuda")
    read = pipeline.text_encoder.config
    if not hasattr(read, "hidden_size"):  # transformers 4.56 keeps it one level down, the fork reads it here
        read.hidden_size = read.text_config.hidden_size
    chosen = request["settings"]

    def edit(item: dict[str, Any]) -> None:
        with Image.open(item["input"]) as opened:
            image = opened.convert("RGB")
        result = pipeline(
            image=image,
            prompt=item["instruction"],
            num_inference_steps=chosen["steps"],
            true_cfg_scale=chosen["true_cfg_scale"],
            generator=torch.Generator("cpu").manual_seed(item["seed"]),
        )
        mebench_worker.picture_of(result).save(item["output"])

    packages = {**mebench_worker.versions("torch", "transformers"), "diffusers": diffusers.__version__}
    return edit, {**revision, "device": "cuda", "dtype": "torch.bfloat16", "packages": packages}


if __name__ == "__main__":
    mebench_worker.serve(load)
