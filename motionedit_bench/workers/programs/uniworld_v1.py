"""UniWorld-V1's official code as a worker: ``python uniworld_v1.py CHECKOUT``.

Written from univa/eval/gedit/step1_gen_samples.py of PKU-YuanGroup/UniWorld-V1; not run here with real
weights. That script brings every edit to 1024x1024 in the end; here it keeps the size it was made in.
"""

from __future__ import annotations

from typing import Any

import mebench_worker

mebench_worker.checkout()

PIXELS = 448 * 448
"""The input's pixels as the vision-language model sees it."""
TOKENS = 256
"""Tokens of the prompt as T5 sees it."""
FLUX = (
    "model_index.json",
    "scheduler/*",
    "text_encoder/*",
    "text_encoder_2/*",
    "tokenizer/*",
    "tokenizer_2/*",
    "vae/*",
)
"""What is read of FLUX.1 [dev]: all but its transformer, in whose place UniWorld-V1 has its own."""


def load(request: dict[str, Any]) -> tuple[mebench_worker.Edit, dict[str, Any]]:
    import torch
    from PIL import Image
    from qwen_vl_utils import process_vision_info
    from transformers import AutoProcessor, SiglipImageProcessor, SiglipVisionModel
    from univa.models.qwen2p5vl.modeling_univa_qwen2p5vl import UnivaQwen2p5VLForConditionalGeneration
    from univa.utils.anyres_util import dynamic_resize
    from univa.utils.denoiser_prompt_embedding_flux import encode_prompt
    from univa.utils.flux_pipeline import FluxPipeline

    chosen = request["settings"]
    device = mebench_worker.device_of(request)
    folder, revision = mebench_worker.find_model(request["model"])
    flux_folder, flux_revision = mebench_worker.find_model(chosen["flux"], *FLUX)
    siglip_folder, siglip_revision = mebench_worker.find_model(chosen["siglip"])
    half = {"torch_dtype": torch.bfloat16}
    model = UnivaQwen2p5VLForConditionalGeneration.from_pretrained(folder, **half).to(device).eval()
    processor = AutoProcessor.from_pretrained(folder, min_pixels=PIXELS, max_pixels=PIXELS)
    pipeline = FluxPipeline.from_pretrained(flux_folder, transformer=model.denoise_tower.denoiser, **half).to(
        device
    )
    siglip = SiglipVisionModel.from_pretrained(siglip_folder, **half).to(device).eval()
    siglip_processor = SiglipImageProcessor.from_pretrained(siglip_folder)

    @torch.no_grad()
    def edit(item: dict[str, Any]) -> None:
        torch.manual_seed(item["seed"])
        with Image.open(item["input"]) as opened:
            image = opened.convert("RGB")
        conversation = [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": item["instruction"]},
                    {"type": "image", "image": item["input"], "min_pixels": PIXELS, "max_pixels": PIXELS},
                ],
            }
        ]
        text = processor.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True)
        end = "<|im_end|>\n"
        images, videos = process_vision_info(conversation)
        inputs = processor(
            text=[end.join(text.split(end)[1:])],  # without the system's turn
            images=images,
            videos=videos,
            padding=True,
            return_tensors="pt",
        ).to(device)
        pixels = siglip_processor.preprocess(
            images=image, do_resize=True, return_tensors="pt", do_convert_rgb=True
        ).pixel_values.to(device)
        seen = model(
            inputs.input_ids,
            pixel_values=inputs.pixel_values,
            attention_mask=inputs.attention_mask,
            image_grid_thw=inputs.image_grid_thw,
            siglip_hidden_states=siglip(pixels).last_hidden_state,
            output_type="denoise_embeds",
        )
        read, pooled = encode_prompt(
            [pipeline.text_encoder, pipeline.text_encoder_2],
            [pipeline.tokenizer, pipeline.tokenizer_2],
            item["instruction"],
            TOKENS,
            device,
            1,
        )
        height, width = dynamic_resize(image.height, image.width, "any_11ratio", anchor_pixels=1024 * 1024)
        result = pipeline(
            prompt_embeds=torch.concat([seen, read], dim=1),
            pooled_prompt_embeds=pooled,
            height=height,
            width=width,
            num_inference_steps=chosen["steps"],
            guidance_scale=chosen["guidance"],
            num_images_per_prompt=1,
            generator=torch.Generator("cpu").manual_seed(item["seed"]),
        )
        mebench_worker.picture_of(result).save(item["output"])

    about = {
        **revision,
        "flux": flux_revision,
        "siglip": siglip_revision,
        "device": device,
        "dtype": "bfloat16",
        "packages": mebench_worker.versions("torch", "transformers", "diffusers"),
    }
    return edit, about


if __name__ == "__main__":
    mebench_worker.serve(load)
