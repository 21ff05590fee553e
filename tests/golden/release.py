"""Makes the golden tensors: ``python release.py [ADAPTER ...]``, in an environment of requirements.txt.

Each pipeline is called as the script released with the paper calls it (inference/run_image_editing.py of
elainew728/motion-edit, and for the LoRAs of UniWorld-V2 likewise), with two steps and a generator on the
CPU, on a tiny checkpoint. Writes ``layouts/PIPELINE.json`` and ``tensors/ADAPTER.npz`` beside this file.
"""

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from golden import checkpoints, tiny
from golden.probe import Probe, sketch

HERE = Path(__file__).parent

KONTEXT, QWEN, QWEN_FIRST, PIXEL = (
    "FluxKontextPipeline",
    "QwenImageEditPlusPipeline",
    "QwenImageEditPipeline",
    "StableDiffusionInstructPix2PixPipeline",
)
QWEN_CALL = {"negative_prompt": " ", "true_cfg_scale": 4.0, "guidance_scale": 1.0}
SIZE = {"height": 96, "width": 128}

RUNS: dict[str, tuple[str, dict[str, Any], bool]] = {
    "flux_kontext": (KONTEXT, SIZE, False),
    "motionnft_flux": (KONTEXT, SIZE, True),
    "uniworld_v2_flux": (KONTEXT, SIZE, True),
    "qwen_image_edit": (QWEN, QWEN_CALL, False),
    "qwen_image_edit_first": (QWEN_FIRST, QWEN_CALL, False),
    "motionnft_qwen": (QWEN, QWEN_CALL, True),
    "uniworld_v2_qwen": (QWEN, QWEN_CALL, True),
    "instruct_pix2pix": (PIXEL, {"guidance_scale": 3.5}, False),
    "magicbrush": (PIXEL, {"guidance_scale": 7, "image_guidance_scale": 1.5}, False),
}
"""By adapter: the pipeline, the arguments of the release's call, and whether a LoRA is on it.

The release gives InstructPix2Pix a height and a width as well, which its pipeline does not take.
"""


def make(adapter: str, folder: Path) -> dict[str, np.ndarray]:
    """What the release's call brings to the networks, as sketches by tensor and part."""
    import diffusers

    pipeline_class, call, with_lora = RUNS[adapter]
    options = {"safety_checker": None} if adapter == "instruct_pix2pix" else {}
    # As float32: on the CPU, half precision would hide small changes.
    pipeline = getattr(diffusers, pipeline_class).from_pretrained(
        folder, torch_dtype=torch.float32, **options
    )
    if pipeline_class == PIXEL:
        pipeline.scheduler = diffusers.EulerAncestralDiscreteScheduler.from_config(pipeline.scheduler.config)
    if with_lora:
        file = checkpoints.write_lora(pipeline_class, folder / "lora" / "lora.safetensors")
        pipeline.load_lora_weights(str(file.parent), weight_name=file.name, adapter_name="lora")
        pipeline.set_adapters(["lora"], adapter_weights=[1])
    pipeline.set_progress_bar_config(disable=True)
    probe = Probe(pipeline, "unet" if pipeline_class == PIXEL else "transformer")
    made = pipeline(
        prompt=checkpoints.INSTRUCTION,
        image=checkpoints.picture(),
        num_inference_steps=checkpoints.STEPS,
        generator=torch.Generator("cpu").manual_seed(checkpoints.SEED),
        **call,
    ).images[0]
    probe.tensors["edited"] = np.asarray(made).astype(np.int64)
    return {
        f"{name}/{part}": value for name, own in probe.tensors.items() for part, value in sketch(own).items()
    }


def main(wanted: list[str]) -> None:
    torch.manual_seed(0)
    (HERE / "tensors").mkdir(exist_ok=True)
    checkpoints.LAYOUTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folders = {}
        for name, build in tiny.BUILDERS.items():
            saved = Path(place) / "saved" / name
            build().save_pretrained(saved)
            layout = json.dumps(checkpoints.layout_of(saved), indent=1, ensure_ascii=False)
            (checkpoints.LAYOUTS / f"{name}.json").write_text(layout + "\n", encoding="utf-8")
            folders[name] = checkpoints.write(name, Path(place) / name)
        for adapter in wanted or RUNS:
            found = make(adapter, folders[RUNS[adapter][0]])
            np.savez_compressed(HERE / "tensors" / f"{adapter}.npz", **found)
            print(adapter, len({name.partition("/")[0] for name in found}), "tensors", flush=True)
    pins = ("diffusers", "transformers", "tokenizers", "accelerate", "peft", "numpy", "pillow", "torch")
    versions = {name: version(name) for name in pins}
    (HERE / "versions.json").write_text(json.dumps(versions, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
