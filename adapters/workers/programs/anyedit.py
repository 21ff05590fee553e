"""AnySD, the model of AnyEdit, in its general mode, by its official code: ``python anyedit.py CHECKOUT``.

Written from anysd/src/model.py of weichow23/AnySD and the call in inference/run_image_editing.py of
elainew728/motion-edit; not run here with real weights. The official code loads the hub's WeiChow/AnySD
by that name and runs on a GPU only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mebench_worker

mebench_worker.checkout()

OWN = "WeiChow/AnySD"


def load(request: dict[str, Any]) -> tuple[mebench_worker.Edit, dict[str, Any]]:
    import torch
    from PIL import Image

    if request["model"] != OWN:
        raise ValueError(f"the official code of AnySD loads {OWN} by that name and no other model")
    if request["device"] not in ("auto", "cuda") or not torch.cuda.is_available():
        raise ValueError("the official code of AnySD runs on the device cuda only")
    from anysd.src.model import AnySDEidtPipeline
    from huggingface_hub import hf_hub_download

    base_folder, base_revision = mebench_worker.find_model(request["settings"]["base"])
    chosen = request["settings"]
    pipeline = AnySDEidtPipeline(pretrained_model_name_or_path=base_folder)
    revision = Path(hf_hub_download(OWN, "unet/config.json")).parents[1].name

    def edit(item: dict[str, Any]) -> None:
        with Image.open(item["input"]) as opened:
            image = opened.convert("RGB")
        pipeline.generator = torch.Generator("cuda").manual_seed(item["seed"])
        made = pipeline.edit(
            image,
            item["instruction"],
            None,
            num_inference_steps=chosen["steps"],
            image_guidance_scale=chosen["image_guidance"],
            guidance_scale=chosen["guidance"],
        )[0]
        made.save(item["output"])

    about = {
        "revision": revision,
        "revision_is": "commit on the hub",
        "base": base_revision,
        "device": "cuda",
        "dtype": "float16",
        "packages": mebench_worker.versions("torch", "transformers", "diffusers"),
    }
    return edit, about


if __name__ == "__main__":
    mebench_worker.serve(load)
