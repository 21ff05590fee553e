"""Builds a tiny random checkpoint of BAGEL, within BAGEL's own environment.

``python build_tiny_bagel.py CHECKOUT FOLDER``. All is tiny but the autoencoder, whose size the
official code has fixed (84 M parameters, 170 MB).
"""

import json
import sys
import types
from importlib.machinery import ModuleSpec
from pathlib import Path

sys.path[0] = sys.argv[1]
stand_in = types.ModuleType("flash_attn")  # building calls no attention
stand_in.__spec__ = ModuleSpec("flash_attn", None)
stand_in.flash_attn_varlen_func = None
sys.modules["flash_attn"] = stand_in

import torch  # noqa: E402
from modeling.autoencoder import load_ae  # noqa: E402
from modeling.bagel import (  # noqa: E402
    Bagel,
    BagelConfig,
    Qwen2Config,
    Qwen2ForCausalLM,
    SiglipVisionConfig,
    SiglipVisionModel,
)
from safetensors.torch import save_file  # noqa: E402

LANGUAGE = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 320,
    "max_position_embeddings": 8192,
    "rope_theta": 1000000.0,
    "rms_norm_eps": 1e-6,
    "hidden_act": "silu",
}
VISION = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "image_size": 980,
    "patch_size": 14,
    "num_channels": 3,
    "hidden_act": "gelu_pytorch_tanh",
    "layer_norm_eps": 1e-6,
}


def byte_symbols() -> list[str]:
    """The 256 characters that a byte-level vocabulary writes bytes with."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    named = {byte: chr(byte) for byte in plain} | {byte: chr(256 + n) for n, byte in enumerate(others)}
    return [named[byte] for byte in range(256)]


def main(folder: Path) -> None:
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    (folder / "llm_config.json").write_text(json.dumps(LANGUAGE))
    (folder / "vit_config.json").write_text(json.dumps(VISION))
    (folder / "vocab.json").write_text(
        json.dumps({s: n for n, s in enumerate([*byte_symbols(), "<|endoftext|>"])})
    )
    (folder / "merges.txt").write_text("#version: 0.2\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "Qwen2Tokenizer"}))

    language = Qwen2Config(**LANGUAGE, qk_norm=True, tie_word_embeddings=False)
    language.layer_module = "Qwen2MoTDecoderLayer"
    vision = SiglipVisionConfig(**VISION)
    vision.rope = False
    vision.num_hidden_layers -= 1
    autoencoder, autoencoder_config = load_ae(local_path=None)
    config = BagelConfig(
        visual_gen=True,
        visual_und=True,
        llm_config=language,
        vit_config=vision,
        vae_config=autoencoder_config,
        vit_max_num_patch_per_side=70,
        connector_act="gelu_pytorch_tanh",
        latent_patch_size=2,
        max_latent_size=64,
    )
    model = Bagel(Qwen2ForCausalLM(language), SiglipVisionModel(vision), config)
    model.vit_model.vision_model.embeddings.convert_conv2d_to_linear(vision)
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1 and "pos_embed" not in name:
            torch.nn.init.normal_(parameter, std=0.1)  # some are zero by default, and would hide a fault
    for part, file in ((model, "ema.safetensors"), (autoencoder, "ae.safetensors")):
        tensors = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in part.state_dict().items()}
        save_file(tensors, str(folder / file))


if __name__ == "__main__":
    main(Path(sys.argv[2]))
