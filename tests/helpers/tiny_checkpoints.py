"""Tiny random checkpoints of the real classes, built offline in about a second each.

Every builder writes a folder with ``save_pretrained``, as a published checkpoint is written, and
returns it. The weights are random and small (0.5 to 2 MB), so an edit is noise; what is real is
every class, every file and every call. Equal ``seed`` gives equal weights.
"""

import json
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLQwenImage,
    DiffusionPipeline,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxKontextPipeline,
    FluxTransformer2DModel,
    QwenImageEditPipeline,
    QwenImageEditPlusPipeline,
    QwenImageTransformer2DModel,
    StableDiffusionInstructPix2PixPipeline,
    UNet2DConditionModel,
)
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from safetensors.torch import save_file
from torch import nn
from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    CLIPTextModel,
    T5Config,
    T5EncoderModel,
)

from helpers.checkpoints.parts import CHAT, autoencoder, clip_config, qwen_vl, saved
from helpers.tiny_tokenizers import clip_tokenizer, t5_tokenizer


def build_kontext(folder: Path, seed: int = 0) -> Path:
    """A `FluxKontextPipeline` (guidance-distilled, as the published one)."""
    torch.manual_seed(seed)
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        guidance_embeds=True,
        axes_dims_rope=(4, 6, 6),
    )
    pipeline = FluxKontextPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
        vae=autoencoder(
            shift_factor=0.1159, scaling_factor=0.3611, use_quant_conv=False, use_post_quant_conv=False
        ),
        text_encoder=CLIPTextModel(clip_config()),
        tokenizer=clip_tokenizer(),
        text_encoder_2=T5EncoderModel(
            T5Config(
                vocab_size=300,
                d_model=32,
                d_kv=16,
                d_ff=64,
                num_layers=1,
                num_heads=2,
                feed_forward_proj="gated-gelu",
            )
        ),
        tokenizer_2=t5_tokenizer(),
        transformer=transformer,
    )
    return saved(pipeline, folder)


def build_qwen_edit(folder: Path, seed: int = 0) -> Path:
    """A `QwenImageEditPipeline`: the first release of Qwen-Image-Edit."""
    return _build_qwen(QwenImageEditPipeline, folder, seed)


def build_qwen_edit_plus(folder: Path, seed: int = 0) -> Path:
    """A `QwenImageEditPlusPipeline`: Qwen-Image-Edit-2509 and later."""
    return _build_qwen(QwenImageEditPlusPipeline, folder, seed)


def build_instruct_pix2pix(folder: Path, seed: int = 0) -> Path:
    """A `StableDiffusionInstructPix2PixPipeline`, without a safety checker."""
    torch.manual_seed(seed)
    pipeline = StableDiffusionInstructPix2PixPipeline(
        vae=autoencoder(scaling_factor=0.18215),
        text_encoder=CLIPTextModel(clip_config()),
        tokenizer=clip_tokenizer(),
        unet=UNet2DConditionModel(
            sample_size=16,
            in_channels=8,
            out_channels=4,
            block_out_channels=(16, 32),
            layers_per_block=1,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=32,
            attention_head_dim=8,
            norm_num_groups=8,
        ),
        scheduler=EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return saved(pipeline, folder)


def add_safety_checker(folder: Path) -> None:
    """Give an InstructPix2Pix checkpoint a safety checker that withholds every image."""
    torch.manual_seed(0)
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    checker = StableDiffusionSafetyChecker(
        CLIPConfig(
            text_config=dict(tower),
            vision_config=tower | {"image_size": 32, "patch_size": 16},
            projection_dim=32,
        )
    )
    with torch.no_grad():  # thresholds that every image exceeds
        checker.concept_embeds_weights.fill_(-2.0)
        checker.special_care_embeds_weights.fill_(-2.0)
    checker.save_pretrained(folder / "safety_checker")
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(
        folder / "feature_extractor"
    )
    index = json.loads((folder / "model_index.json").read_text())
    index["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    index["feature_extractor"] = ["transformers", "CLIPImageProcessor"]
    (folder / "model_index.json").write_text(json.dumps(index))


def build_lora(
    model: nn.Module,
    folder: Path,
    file: str = "pytorch_lora_weights.safetensors",
    prefix: str = "transformer.",
    layers: tuple[str, ...] = ("to_q", "to_k", "to_v"),
    rank: int = 4,
    alpha: int = 8,
    strength: float = 0.5,
    seed: int = 0,
) -> Path:
    """A random LoRA for the named linear layers of ``model``; returns its file.

    ``prefix`` makes the key style: ``transformer.`` or ``unet.`` for diffusers' own,
    ``base_model.model.`` for raw PEFT, beside which an ``adapter_config.json`` is written too.
    """
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and name.endswith(layers):
            down = torch.randn(rank, module.in_features, generator=generator)
            up = torch.randn(module.out_features, rank, generator=generator) * strength
            tensors[f"{prefix}{name}.lora_A.weight"] = down
            tensors[f"{prefix}{name}.lora_B.weight"] = up
    if not tensors:
        raise ValueError(f"no linear layer of {type(model).__name__} is named {layers}")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / file)
    if prefix.startswith("base_model"):
        config = {"peft_type": "LORA", "r": rank, "lora_alpha": alpha, "target_modules": list(layers)}
        (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder / file


def _build_qwen(pipeline: Callable[..., DiffusionPipeline], folder: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    language, processor = qwen_vl()
    transformer = QwenImageTransformer2DModel(
        patch_size=2,
        in_channels=16,
        out_channels=4,
        num_layers=1,
        attention_head_dim=16,
        num_attention_heads=1,
        joint_attention_dim=32,
        axes_dims_rope=(4, 6, 6),
    )
    vae = AutoencoderKLQwenImage(
        # The pipelines encode every input at one megapixel: this width is what an edit costs.
        base_dim=2,
        z_dim=4,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 4,
        latents_std=[1.0] * 4,
    )
    return saved(
        pipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=True),
            vae=vae,
            text_encoder=language,
            tokenizer=processor.tokenizer,
            processor=processor,
            transformer=transformer,
        ),
        folder,
    )


def build_judge(folder: Path, seed: int = 0) -> Path:
    """A `Qwen2_5_VLForConditionalGeneration` with a chat template: it sees pictures and talks nonsense."""
    torch.manual_seed(seed)
    language, processor = qwen_vl()
    processor.chat_template = CHAT
    language.generation_config.eos_token_id = language.config.text_config.eos_token_id
    language.generation_config.pad_token_id = language.config.text_config.eos_token_id
    language.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def build_clip(folder: Path, seed: int = 0) -> Path:
    """A `CLIPModel` with the preprocessing of pictures."""
    torch.manual_seed(seed)
    size = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {**size, "vocab_size": 99, "max_position_embeddings": 8, "bos_token_id": 1, "eos_token_id": 2}
    vision = {**size, "image_size": 32, "patch_size": 8}
    CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)).save_pretrained(folder)
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(
        folder
    )
    return folder
