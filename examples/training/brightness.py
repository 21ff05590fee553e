"""MotionNFT moves the score of a pipeline: a tiny random one learns to make bright pictures.

The reward is the mean brightness of an edit, 0 to 1. The checkpoint has the classes of FLUX.1 Kontext or of
Qwen-Image-Edit and random weights, so that an edit is noise; what is real is every class, the harness's
loading, its training, the file of the LoRA and its way back into the released pipeline by
`load_lora_weights`. The edits that are compared at the end are that pipeline's own, of items and seeds that
were not trained on.

    python examples/training/brightness.py                        # Kontext: 60 steps of 2 x 8 edits
    python examples/training/brightness.py --family qwen --prompts 1 --images 4 --learning-rate 0.05 --seeds 1
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from helpers.pictures import make_benchmark
from helpers.tiny_checkpoints import build_kontext, build_qwen_edit_plus

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import read_lines
from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.training.request import Request, chosen_recipe

FAMILIES = {"kontext": ("flux_kontext", build_kontext), "qwen": ("qwen_image_edit", build_qwen_edit_plus)}


class Brightness:
    """The mean of a picture, 0 to 1."""

    def score(self, item: Item, pictures: Any) -> list[Rewarded]:
        return [Rewarded(float(np.mean(picture)) / 255) for picture in pictures]

    def facts(self) -> dict[str, Any]:
        return {"weights": {"brightness": 1.0}}


def edits(request: Request, items: list[Item], lora: Path | None, seeds: int) -> np.ndarray:
    """The brightness of the released pipeline's edits of items, by item and seed."""
    made = request.made
    settings = made.settings.model_copy(update={"lora": str(lora) if lora else None})
    adapter = type(made)(settings, made.model, "cpu")
    assert isinstance(adapter, DiffusersAdapter)
    adapter.load()
    return np.array([[brightness(adapter.edit(item, seed)) for seed in range(seeds)] for item in items])


def brightness(image: Image.Image) -> float:
    return float(np.mean(np.asarray(image))) / 255


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", choices=FAMILIES, default="kontext")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--prompts", type=int, default=2, help="items a step")
    parser.add_argument("--images", type=int, default=8, help="edits of each")
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--seeds", type=int, default=4, help="edits to compare of each held-out item")
    chosen = parser.parse_args()
    adapter, build = FAMILIES[chosen.family]
    recipe = chosen_recipe(
        (f"steps={chosen.steps}", f"prompts={chosen.prompts}", f"images={chosen.images}", "micro_batch=8",
         "rank=8", "alpha=16", f"learning_rate={chosen.learning_rate}", "flat_std=0.0", "evaluation_steps=2",
         "eval_every=1000", "save_every=1000", "checkpointing=false")
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        build(folder / "model")
        bench = str(make_benchmark(folder / "trainset", 8))
        request = Request(
            adapter,
            recipe,
            bench,
            "sample",
            4,
            str(folder / "model"),
            ("max_area=4096",),
            folder / "run",
            "cpu",
        )
        lora = request.run(Brightness())
        lines = [line for line in read_lines(folder / "run" / "steps.jsonl") if "reward_mean" in line]
        means = [line["reward_mean"] for line in lines]
        for start in range(0, len(means), 10):
            part = means[start : start + 10]
            print(f"steps {start + 1:3d} to {start + len(part):3d}: mean reward {np.mean(part):.4f}")
        held_out = {item.id for item in request.data.held_out}
        items = [item for item in open_benchmark(bench).items if item.id in held_out]
        base, tuned = (edits(request, items, one, chosen.seeds) for one in (None, lora))
        better = int(np.sum(tuned > base))
        print(
            f"released pipeline, {base.size} edits of {len(items)} held-out items: "
            f"base {base.mean():.4f}, with the LoRA {tuned.mean():.4f}, brighter in {better} of {base.size}"
        )


if __name__ == "__main__":
    main()
