"""What a step of MotionNFT on FLUX.1 Kontext takes on one GPU: memory and seconds, beside the estimate.

The transformer of FLUX.1 Kontext [dev] (12 B parameters) is built on the GPU with random bfloat16 weights,
gets two LoRAs of rank 32, and is called as in training at 512x512: 1,024 tokens of the edit, 1,024 of the
reference, 128 of the prompt. No checkpoint, text encoder, autoencoder or reward is used: what these take is
not in the figures. Measured are an edit of 6 steps, and, for each size of micro-batch, three forwards (old,
reference, trained) with one backward; a step of 24 x 8 edits and an epoch follow from them.

    python timing/training_step_gpu.py            # needs a GPU of 80 GB, about 3 minutes
    python timing/training_step_gpu.py --tiny     # anywhere: shows that the script runs, nothing else
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from motionedit_bench.training import memory

KONTEXT = {"guidance_embeds": True}
TINY = {
    "in_channels": 16,
    "num_layers": 1,
    "num_single_layers": 1,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "joint_attention_dim": 32,
    "pooled_projection_dim": 32,
    "guidance_embeds": True,
    "axes_dims_rope": (4, 6, 6),
}
TARGETS = (
    *(f"attn.{name}" for name in ("to_q", "to_k", "to_v", "to_out.0")),
    *(f"attn.{name}" for name in ("add_q_proj", "add_k_proj", "add_v_proj", "to_add_out")),
)
RANK, ALPHA = 32, 64
STEPS, TIMES = 6, 5
"""Of an edit's sampling, and at how many of them it is trained."""
EDITS = 24 * 8
ITEMS = 9142
"""Training pairs that the paper speaks of: an epoch is as many / 24 steps."""
GIB = 2**30


@dataclass(frozen=True)
class Sizes:
    tokens: int
    text: int


def build(config: dict[str, Any], device: str) -> nn.Module:
    """The transformer with random weights, and LoRAs ``default`` (trained, float32) and ``old``."""
    from diffusers import FluxTransformer2DModel
    from peft import LoraConfig

    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        transformer = FluxTransformer2DModel(**config)
        transformer.requires_grad_(False)
        lora = LoraConfig(
            r=RANK, lora_alpha=ALPHA, init_lora_weights="gaussian", target_modules=list(TARGETS)
        )
        for name in ("old", "default"):
            transformer.add_adapter(lora, adapter_name=name)
    torch.set_default_dtype(torch.float32)
    for name, parameter in transformer.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.float()
            parameter.requires_grad_(".default." in name)
    return transformer


def condition(transformer: nn.Module, sizes: Sizes, batch: int, device: str) -> dict[str, Tensor]:
    """Random conditions of a batch of edits of one item; ids of the reference have 1 in column 0."""
    config: Any = transformer.config
    edge = round(sizes.tokens**0.5)
    grid = torch.stack(torch.meshgrid(torch.arange(edge), torch.arange(edge), indexing="ij"), -1).reshape(
        -1, 2
    )
    ids = [torch.cat([torch.full((len(grid), 1), first), grid], 1) for first in (0, 1)]
    made = {
        "encoder_hidden_states": torch.randn(batch, sizes.text, config.joint_attention_dim),
        "pooled_projections": torch.randn(batch, config.pooled_projection_dim),
        "reference": torch.randn(batch, sizes.tokens, config.in_channels),
    }
    return {
        **{name: value.to(device, torch.bfloat16) for name, value in made.items()},
        "img_ids": torch.cat(ids).to(device, torch.bfloat16),
        "txt_ids": torch.zeros(sizes.text, 3, device=device, dtype=torch.bfloat16),
        "guidance": torch.full((batch,), 2.5, device=device),
    }


def velocity(transformer: nn.Module, x: Tensor, t: Tensor, given: dict[str, Tensor]) -> Tensor:
    rest = {name: value for name, value in given.items() if name != "reference"}
    states = torch.cat([x.to(torch.bfloat16), given["reference"]], 1)
    with torch.autocast(x.device.type, torch.bfloat16):
        full: Tensor = transformer(hidden_states=states, timestep=t, return_dict=False, **rest)[0]
    return full[:, : x.shape[1]].float()


@torch.no_grad()
def roll_out(transformer: Any, given: dict[str, Tensor], noise: Tensor) -> Tensor:
    """Edits by the old policy in `STEPS` Euler steps."""
    transformer.set_adapter("old")
    times = torch.linspace(1, 0, STEPS + 1).tolist()
    x = noise
    for now, later in pairwise(times):
        x = x + (later - now) * velocity(transformer, x, torch.full((len(x),), now, device=x.device), given)
    return x


def train_once(transformer: Any, given: dict[str, Tensor], x0: Tensor, optimality: Tensor) -> Tensor:
    """Three forwards and a backward at one time; returns the loss."""
    noise = torch.randn_like(x0)
    t = torch.full((len(x0),), 0.7, device=x0.device)
    x_t = 0.3 * x0 + 0.7 * noise
    with torch.no_grad():
        transformer.set_adapter("old")
        old = velocity(transformer, x_t, t, given)
        transformer.disable_adapters()
        reference = velocity(transformer, x_t, t, given)
        transformer.enable_adapters()
    transformer.set_adapter("default")
    trained = velocity(transformer, x_t, t, given)
    halves = [_distance(x_t - 0.7 * v, x0) for v in (trained, 2 * old - trained)]
    loss = (5 * (optimality * halves[0] + (1 - optimality) * halves[1])).mean()
    loss = loss + 1e-4 * (trained - reference).square().mean()
    loss.backward()
    return loss.detach()


def _distance(guess: Tensor, x0: Tensor) -> Tensor:
    weight = (guess - x0).abs().double().mean((1, 2), keepdim=True).clamp_min(1e-5).detach()
    return ((guess - x0).square() / weight).mean((1, 2)).float()


def measured(work: Callable[[], object], device: str, times: int) -> dict[str, float | None]:
    """Seconds of the fastest of so many runs after one to warm up, and the peak of memory, GiB."""
    cuda = device == "cuda"
    wait = torch.cuda.synchronize if cuda else lambda: None
    work()
    if cuda:
        torch.cuda.reset_peak_memory_stats()
    seconds = []
    for _ in range(times):
        wait()
        start = time.perf_counter()
        work()
        wait()
        seconds.append(time.perf_counter() - start)
    peak = torch.cuda.max_memory_allocated() / GIB if cuda else None
    return {"seconds": min(seconds), "peak_gib": peak}


def measure_training(transformer: Any, sizes: Sizes, batch: int, device: str) -> dict[str, float | None]:
    given = condition(transformer, sizes, batch, device)
    x0 = torch.randn(batch, sizes.tokens, transformer.config.in_channels, device=device)
    return measured(lambda: train_once(transformer, given, x0, torch.rand(batch, device=device)), device, 2)


def trials(transformer: Any, sizes: Sizes, device: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Edits by batch, and training by micro-batch and whether activations are computed again."""
    edits, training = {}, {}
    for batch in (1, 4):
        given = condition(transformer, sizes, batch, device)
        noise = torch.randn(batch, sizes.tokens, transformer.config.in_channels, device=device)
        edits[str(batch)] = measured(
            lambda given=given, noise=noise: roll_out(transformer, given, noise), device, 2
        )
    for batch, checkpointing in ((1, True), (2, True), (4, True), (1, False), (2, False), (4, False)):
        (
            transformer.enable_gradient_checkpointing
            if checkpointing
            else transformer.disable_gradient_checkpointing
        )()
        name = f"{batch} {'recomputed' if checkpointing else 'kept'}"
        try:
            training[name] = measure_training(transformer, sizes, batch, device)
        except torch.OutOfMemoryError:
            training[name] = {"seconds": None, "peak_gib": None}  # it does not fit
        if device == "cuda":
            torch.cuda.empty_cache()
    return edits, training


def estimate(config: dict[str, Any], sizes: Sizes) -> memory.Footprint:
    from diffusers import FluxTransformer2DModel

    with torch.device("meta"):
        return memory.footprint(FluxTransformer2DModel(**config), TARGETS, RANK, 2 * sizes.tokens, sizes.text)


def estimated_peak(network: memory.Footprint, batch: int, checkpointing: bool) -> float:
    """GiB of what this script holds: the transformer, two LoRAs, one gradient, the activations; no slack."""
    held = network.parameters * memory.BF16 + 3 * network.lora_parameters * memory.FP32
    return (held + network.activations(batch, checkpointing)) / GIB


def step(edits: dict[str, Any], training: dict[str, Any]) -> dict[str, Any]:
    """Seconds of a whole step on one GPU, each part by the fastest way that was measured."""
    rolling = EDITS * min(row["seconds"] / int(name) for name, row in edits.items())
    ways = {name: row["seconds"] / int(name.split()[0]) for name, row in training.items() if row["seconds"]}
    by = min(ways, key=lambda name: ways[name])
    seconds = rolling + EDITS * TIMES * ways[by]
    return {
        "by": by,
        "seconds": seconds,
        "rollout_seconds": rolling,
        "training_seconds": EDITS * TIMES * ways[by],
        "epoch_hours": ITEMS / 24 * seconds / 3600,
    }


def table(found: dict[str, Any]) -> str:
    lines = [f"{found['device']}, {found['parameters']:,} + {found['lora_parameters']:,} parameters"]
    lines.append(f"{'':18s}{'seconds':>10s}{'peak GiB':>10s}{'estimated':>10s}{'TFLOP/s':>10s}")
    for kind in ("edits", "training"):
        for name, row in found[kind].items():
            what = f"{name} edits" if kind == "edits" else name
            expected = f"{row['estimated_gib']:10.2f}" if "estimated_gib" in row else f"{'':10s}"
            shown = [_cell(row["seconds"], 4), _cell(row["peak_gib"], 2), expected, _cell(row["tflops"], 1)]
            lines.append(f"{what:18s}{''.join(shown)}")
    step = found["step"]
    lines.append(
        f"a step of {EDITS} edits: {step['seconds']:.1f} s "
        f"({step['rollout_seconds']:.1f} s of edits, {step['training_seconds']:.1f} s by {step['by']}); "
        f"an epoch of {ITEMS} items: {step['epoch_hours']:.2f} h; without rewards"
    )
    return "\n".join(lines)


def _cell(value: float | None, digits: int) -> str:
    return f"{'-':>10s}" if value is None else f"{value:10.{digits}f}"


def _rate(operations: float, row: dict[str, Any]) -> float | None:
    return operations / row["seconds"] / 1e12 if row["seconds"] else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tiny", action="store_true", help="a transformer of a few thousand parameters")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, help="write what was measured there, as JSON")
    chosen = parser.parse_args()
    if chosen.device != "cuda" and not chosen.tiny:
        parser.error("12 B parameters need a GPU: there is none; --tiny runs anywhere")
    config, sizes = (TINY, Sizes(16, 8)) if chosen.tiny else (KONTEXT, Sizes(1024, 128))
    start = time.perf_counter()
    network = estimate(config, sizes)
    transformer = build(config, chosen.device)
    transformer.train()
    print(f"built after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    edits, training = trials(transformer, sizes, chosen.device)
    for name, row in edits.items():
        row["tflops"] = _rate(int(name) * STEPS * network.forward, row)
    for name, row in training.items():
        batch, checkpointing = int(name.split()[0]), name.endswith("recomputed")
        row["tflops"] = _rate(batch * (5 if checkpointing else 4) * network.forward, row)
        row["estimated_gib"] = estimated_peak(network, batch, checkpointing)
    found = {
        "device": torch.cuda.get_device_name() if chosen.device == "cuda" else "cpu",
        "torch": torch.__version__,
        "parameters": network.parameters,
        "lora_parameters": network.lora_parameters,
        "forward_tflop": network.forward / 1e12,
        "edits": edits,
        "training": training,
        "step": step(edits, training),
        "whole_seconds": time.perf_counter() - start,
    }
    print(table(found))
    print(json.dumps(found))
    if chosen.out:
        chosen.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
