"""BAGEL's official code as a worker: ``python bagel.py CHECKOUT``.

Written from app.py and inferencer.py of ByteDance-Seed/Bagel. Run here with a tiny random checkpoint
on the CPU only, never with the released weights.
"""

from __future__ import annotations

import sys
import types
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import mebench_worker

mebench_worker.checkout()

LATENT_PATCH, LATENT_SIZE, VIT_PATCHES = 2, 64, 70
"""As app.py has them."""

FILES = ("*.json", "*.txt", "ae.safetensors", "ema.safetensors")
"""What is read of the model's repository."""

PREPARES = (
    "prepare_prompts",
    "prepare_vae_images",
    "prepare_vit_images",
    "prepare_vae_latent",
    "prepare_vae_latent_cfg",
)
"""The model's methods that make tensors on the CPU, wherever the model is."""


def attention(
    q: Any, k: Any, v: Any, cu_seqlens_q: Any, cu_seqlens_k: Any, causal: bool = False, **_: Any
) -> Any:
    """What flash_attn_varlen_func computes, by PyTorch's scaled_dot_product_attention.

    Sequences are packed along the first axis, shape (tokens, heads, channels); fewer heads of ``k``
    and ``v`` are shared; a causal mask is aligned to the last token of both.
    """
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    ends = zip(cu_seqlens_q.tolist(), cu_seqlens_k.tolist(), strict=True)
    parts = []
    for (q_from, k_from), (q_to, k_to) in pairwise(ends):
        queries, keys, values = (
            packed[start:stop].transpose(0, 1)
            for packed, start, stop in ((q, q_from, q_to), (k, k_from, k_to), (v, k_from, k_to))
        )
        shared = queries.shape[0] // keys.shape[0]
        keys, values = (heads.repeat_interleave(shared, dim=0).to(queries.dtype) for heads in (keys, values))
        mask = None
        if causal:
            rows, columns = queries.shape[1], keys.shape[1]
            mask = torch.ones(rows, columns, dtype=torch.bool, device=q.device).tril(columns - rows)
        parts.append(scaled_dot_product_attention(queries, keys, values, attn_mask=mask).transpose(0, 1))
    return torch.cat(parts)


def provide_attention() -> str:
    """Have something that is imported as flash_attn; which it is."""
    if find_spec("flash_attn") is not None:
        return "flash_attn"
    module = types.ModuleType("flash_attn")
    module.__spec__ = ModuleSpec("flash_attn", None)  # transformers asks for it
    module.flash_attn_varlen_func = attention
    sys.modules["flash_attn"] = module
    return "scaled_dot_product_attention in place of flash_attn"


def onto(device: str, prepare: Any) -> Any:
    """The method, with the tensors that it makes on the device; of a tuple the first holds them."""
    import torch

    def prepared(*arguments: Any, **named: Any) -> Any:
        made = prepare(*arguments, **named)
        tensors = made[0] if isinstance(made, tuple) else made
        for name, value in tensors.items():
            if isinstance(value, torch.Tensor):
                tensors[name] = value.to(device)
        return made

    return prepared


def in_float32(kind: str, compute: Any) -> Any:
    """The function of one tensor, computed in float32 where autocast would have it in bfloat16."""
    import torch

    def computed(tensor: Any) -> Any:
        with torch.autocast(kind, enabled=False):
            return compute(tensor.float())

    return computed


def complain(file: str, absent: set[str]) -> None:
    """The official code leaves tensors that a file lacks at random; here that is an error."""
    if absent:
        raise ValueError(f"{file} lacks {len(absent)} tensors, such as {min(absent)}")


def load(request: dict[str, Any]) -> tuple[mebench_worker.Edit, dict[str, Any]]:
    by = provide_attention()
    import torch
    from accelerate import init_empty_weights
    from data.data_utils import add_special_tokens
    from data.transforms import ImageTransform
    from inferencer import InterleaveInferencer
    from modeling.autoencoder import load_ae
    from modeling.bagel import (
        Bagel,
        BagelConfig,
        Qwen2Config,
        Qwen2ForCausalLM,
        SiglipVisionConfig,
        SiglipVisionModel,
    )
    from modeling.qwen2 import Qwen2Tokenizer
    from PIL import Image
    from safetensors import safe_open
    from safetensors.torch import load_file

    device = mebench_worker.device_of(request)
    kind = device.partition(":")[0]
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False  # as app.py has them
    found, revision = mebench_worker.find_model(request["model"], *FILES)
    folder = Path(found)
    language = Qwen2Config.from_json_file(str(folder / "llm_config.json"))
    language.qk_norm, language.tie_word_embeddings = True, False
    language.layer_module = "Qwen2MoTDecoderLayer"
    vision = SiglipVisionConfig.from_json_file(str(folder / "vit_config.json"))
    vision.rope = False
    vision.num_hidden_layers -= 1
    autoencoder, autoencoder_config = load_ae(local_path=str(folder / "ae.safetensors"))
    with safe_open(str(folder / "ae.safetensors"), "pt") as stored:
        complain("ae.safetensors", set(autoencoder.state_dict()) - set(stored.keys()))
    if kind == "cpu":  # where convolutions in bfloat16 take minutes
        autoencoder.float()
        autoencoder.encode = in_float32(kind, autoencoder.encode)
        autoencoder.decode = in_float32(kind, autoencoder.decode)
    config = BagelConfig(
        visual_gen=True,
        visual_und=True,
        llm_config=language,
        vit_config=vision,
        vae_config=autoencoder_config,
        vit_max_num_patch_per_side=VIT_PATCHES,
        connector_act="gelu_pytorch_tanh",
        latent_patch_size=LATENT_PATCH,
        max_latent_size=LATENT_SIZE,
    )
    with init_empty_weights():
        model = Bagel(Qwen2ForCausalLM(language), SiglipVisionModel(vision), config)
        model.vit_model.vision_model.embeddings.convert_conv2d_to_linear(vision, meta=True)
    weights = load_file(str(folder / "ema.safetensors"))
    weights = {name: tensor.to(torch.bfloat16) for name, tensor in weights.items()}
    absent, unknown = model.load_state_dict(weights, strict=False, assign=True)
    print("weights that the model does not know:", unknown)
    complain("ema.safetensors", set(absent))
    for name in PREPARES:
        setattr(model, name, onto(device, getattr(model, name)))
    tokenizer, new_tokens, _ = add_special_tokens(Qwen2Tokenizer.from_pretrained(str(folder)))
    inferencer = InterleaveInferencer(
        model=model.to(device).eval(),
        vae_model=autoencoder.to(device).eval(),
        tokenizer=tokenizer,
        vae_transform=ImageTransform(1024, 512, 16),
        vit_transform=ImageTransform(980, 224, 14),
        new_token_ids=new_tokens,
    )
    chosen = request["settings"]

    def edit(item: dict[str, Any]) -> None:
        torch.manual_seed(item["seed"])
        with Image.open(item["input"]) as opened:
            image = opened.convert("RGB")
        with torch.autocast(kind, torch.bfloat16):
            made = inferencer(
                image=image,
                text=item["instruction"],
                think=False,
                num_timesteps=chosen["steps"],
                cfg_text_scale=chosen["cfg_text"],
                cfg_img_scale=chosen["cfg_image"],
                cfg_interval=[chosen["cfg_start"], 1.0],
                timestep_shift=chosen["shift"],
                cfg_renorm_min=chosen["renorm_min"],
                cfg_renorm_type=chosen["renorm"],
            )["image"]
        made.save(item["output"])

    about = {
        **revision,
        "device": device,
        "dtype": "bfloat16",
        "autoencoder": "float32" if kind == "cpu" else "bfloat16 by autocast",
        "attention": by,
        "packages": mebench_worker.versions("torch", "transformers", "flash_attn"),
    }
    return edit, about


if __name__ == "__main__":
    mebench_worker.serve(load)
