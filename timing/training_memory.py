"""What a GPU has to hold to train a LoRA of FLUX.1 Kontext by MotionNFT, on 1, 8 and 16 GPUs of 80 GB.

Nothing is loaded: networks of the published sizes are built without bytes, and counted. The denoiser is
called once on these to see what a training forward keeps; see `motionedit_bench.training.memory`. Rewards'
networks are not in it. `training_step_gpu.py` measures what is estimated here.

    python timing/training_memory.py
"""

import argparse

import torch
from diffusers import AutoencoderKL, FluxTransformer2DModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

from motionedit_bench.training.memory import Footprint, Load, footprint, parts
from motionedit_bench.training.recipe import Recipe

GIB = 2**30
CARD = 80e9
"""Bytes of a GPU of 80 GB."""
SIDE = 512
TEXT = 128
TOKENS = (SIDE // 16) ** 2
LATENTS = TOKENS * 64


def frozen() -> int:
    """Parameters of the text encoders and the autoencoder, of the sizes that are published."""
    with torch.device("meta"):
        networks: tuple[nn.Module, ...] = (
            T5EncoderModel(
                T5Config(
                    vocab_size=32128,
                    d_model=4096,
                    d_kv=64,
                    d_ff=10240,
                    num_layers=24,
                    num_heads=64,
                    feed_forward_proj="gated-gelu",
                )
            ),
            CLIPTextModel(
                CLIPTextConfig(
                    vocab_size=49408,
                    hidden_size=768,
                    intermediate_size=3072,
                    num_hidden_layers=12,
                    num_attention_heads=12,
                )
            ),
            AutoencoderKL(
                block_out_channels=(128, 256, 512, 512),
                down_block_types=("DownEncoderBlock2D",) * 4,
                up_block_types=("UpDecoderBlock2D",) * 4,
                layers_per_block=2,
                latent_channels=16,
                use_quant_conv=False,
                use_post_quant_conv=False,
            ),
        )
    return sum(parameter.numel() for network in networks for parameter in network.parameters())


def kontext(recipe: Recipe) -> Footprint:
    with torch.device("meta"):
        denoiser = FluxTransformer2DModel(guidance_embeds=True)
    return footprint(denoiser, recipe.targets, recipe.rank, 2 * TOKENS, TEXT)


def table(network: Footprint, others: int, recipe: Recipe) -> list[str]:
    """A column for each number of GPUs, a row for each part; then all of it for other micro-batches."""
    edits = recipe.prompts * recipe.images
    counts = (1, 8, 16)
    loads = [Load(others, -(-edits // count), LATENTS, count) for count in counts]
    columns = [parts(network, load, recipe.micro_batch, recipe.checkpointing) for load in loads]
    lines = [f"{'GiB on each GPU':26s}" + "".join(f"{count:>8d} GPU" for count in counts)]
    for name in columns[0]:
        lines.append(f"{name:26s}" + "".join(f"{column[name] / GIB:12.2f}" for column in columns))
    lines.append(f"{'together':26s}" + "".join(f"{sum(column.values()) / GIB:12.2f}" for column in columns))
    lines.append(
        f"{'left of 80 GB':26s}" + "".join(f"{(CARD - sum(c.values())) / GIB:12.2f}" for c in columns)
    )
    lines.append(f"{'edits of a step':26s}" + "".join(f"{load.images:12d}" for load in loads))
    lines.append("")
    lines.append(f"{'micro-batch, one GPU':26s}" + "".join(f"{size:12d}" for size in (1, 2, 4, 8)))
    for checkpointing in (True, False):
        totals = [sum(parts(network, loads[0], size, checkpointing).values()) for size in (1, 2, 4, 8)]
        name = "computed again" if checkpointing else "kept"
        lines.append(f"{f'together, {name}':26s}" + "".join(f"{total / GIB:12.2f}" for total in totals))
    return lines


def main() -> None:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    recipe = Recipe()
    network = kontext(recipe)
    print(
        f"transformer {network.parameters:,} parameters in {network.blocks} blocks; "
        f"LoRA of rank {recipe.rank}: {network.lora_parameters:,} in {network.lora_layers} linears"
    )
    print(
        f"{SIDE} x {SIDE}: {TOKENS} + {TOKENS} + {TEXT} tokens; a forward: {network.forward / 1e12:.1f} TFLOP"
    )
    print("\n".join(table(network, frozen(), recipe)))


if __name__ == "__main__":
    main()
