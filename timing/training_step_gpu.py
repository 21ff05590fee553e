"""What a step of MotionNFT on FLUX.1 Kontext takes on one GPU: memory and seconds, beside the estimate.

The transformer of FLUX.1 Kontext [dev] (12 B parameters) is built on the GPU with random bfloat16 weights,
gets two LoRAs of rank 32, and is called by the training's own loop at 512x512: 1,024 tokens of the edit,
1,024 of the reference, 128 of the prompt. No checkpoint, text encoder, autoencoder or reward is used: what
these take is not in the figures. Measured are an edit of 6 steps, and, for each size of micro-batch, three
forwards (old, base, trained) with one backward; a step of 24 x 8 edits and an epoch follow from them.

    python timing/training_step_gpu.py            # needs a GPU of 80 GB, about 3 minutes
    python timing/training_step_gpu.py --tiny     # anywhere: shows that the script runs, nothing else
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from motionedit_bench.records import Item, Picture
from motionedit_bench.training import memory
from motionedit_bench.training.learning import learn
from motionedit_bench.training.policies import Policies
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.rollout import Edits, edits_of

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
STEPS, TIMES = Recipe().sampling_steps, Recipe().trained_times
"""Of an edit's sampling, and at how many of them it is trained."""
EDITS = Recipe().prompts * Recipe().images
ITEMS = 9142
"""Training pairs that the paper speaks of: an epoch is as many / 24 steps."""
GIB = 2**30


@dataclass(frozen=True)
class Sizes:
    tokens: int
    text: int


def build(config: dict[str, Any], device: str) -> nn.Module:
    """The transformer with random bfloat16 weights."""
    from diffusers import FluxTransformer2DModel

    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        transformer: nn.Module = FluxTransformer2DModel(**config)
    torch.set_default_dtype(torch.float32)
    return transformer


class RandomEditor:
    """An editor for the training's own loop, whose conditions are random; there is one, for any item."""

    def __init__(self, transformer: Any, sizes: Sizes) -> None:
        self.transformer = transformer
        self.tokens = sizes.tokens
        config, like = transformer.config, next(transformer.parameters())
        edge = round(sizes.tokens**0.5)
        places = torch.cartesian_prod(torch.arange(edge), torch.arange(edge))
        ids = [torch.cat([torch.full((len(places), 1), first), places], 1) for first in (0, 1)]
        made = {
            "encoder_hidden_states": torch.randn(1, sizes.text, config.joint_attention_dim),
            "pooled_projections": torch.randn(1, config.pooled_projection_dim),
            "img_ids": torch.cat(ids),
            "txt_ids": torch.zeros(sizes.text, 3),
        }
        self.call = {name: value.to(like.device, like.dtype) for name, value in made.items()}
        self.reference = torch.randn(1, sizes.tokens, config.in_channels).to(like.device, like.dtype)

    def noise(self, condition: None, generator: torch.Generator) -> Tensor:
        return torch.randn(self.tokens, self.reference.shape[-1], generator=generator)

    def sigmas(self, condition: None, steps: int) -> list[float]:
        return torch.linspace(1, 0, steps + 1).tolist()

    def velocity(self, x: Tensor, t: Tensor, condition: None) -> Tensor:
        images = len(x)
        each = {"encoder_hidden_states", "pooled_projections"}
        call = {n: v.expand(images, *v.shape[1:]) if n in each else v for n, v in self.call.items()}
        states = torch.cat([x.to(self.reference.dtype), self.reference.expand(images, -1, -1)], 1)
        guidance = torch.full((images,), 2.5, device=x.device)
        full = self.transformer(
            hidden_states=states, timestep=t.to(states.dtype), guidance=guidance, return_dict=False, **call
        )[0]
        found: Tensor = full[:, : self.tokens]
        return found


ITEM = Item("item", "Move it.", Picture("none", bytes))


def train_once(editor: Any, policies: Policies, recipe: Recipe, edits: Edits) -> None:
    """Three forwards and a backward at one time for each of the edits, as a step has them."""
    learn(editor, policies, recipe, 0, [edits], {ITEM.id: [0.7] * recipe.images})


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


def recipe_for(batch: int, checkpointing: bool = True) -> Recipe:
    """The released recipe with a micro-batch of so many edits, trained at one of their times."""
    images = max(2, batch)
    return Recipe(
        images=images, micro_batch=batch, timestep_fraction=1.5 / STEPS, checkpointing=checkpointing
    )


def trials(editor: Any, policies: Policies, device: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Edits by batch, and training by micro-batch and whether activations are computed again."""
    edits, training = {}, {}
    transformer = editor.transformer
    for batch in (1, 4):
        work = partial(edits_of, editor, ITEM, None, range(batch), STEPS, "timing")
        with policies.by("old"):
            edits[str(batch)] = measured(work, device, 2)
    for batch, checkpointing in ((1, True), (2, True), (4, True), (1, False), (2, False), (4, False)):
        recipe = recipe_for(batch, checkpointing)
        (
            transformer.enable_gradient_checkpointing
            if checkpointing
            else transformer.disable_gradient_checkpointing
        )()
        with policies.by("old"):
            made = edits_of(editor, ITEM, None, range(batch), 1, "timing")
        name = f"{batch} {'recomputed' if checkpointing else 'kept'}"
        try:
            training[name] = measured(partial(train_once, editor, policies, recipe, made), device, 2)
        except torch.OutOfMemoryError:
            training[name] = {"seconds": None, "peak_gib": None}  # it does not fit
        if device == "cuda":
            torch.cuda.empty_cache()
    return edits, training


def estimate(config: dict[str, Any], sizes: Sizes) -> memory.Footprint:
    from diffusers import FluxTransformer2DModel

    with torch.device("meta"):
        return memory.footprint(
            FluxTransformer2DModel(**config), Recipe().targets, Recipe().rank, 2 * sizes.tokens, sizes.text
        )


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
    policies = Policies(transformer, Recipe())
    editor = RandomEditor(transformer, sizes)
    print(f"built after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    edits, training = trials(editor, policies, chosen.device)
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
