"""MotionNFT from end to end on a laptop: does a reward for motion teach an editor which way to move?

    python examples/training/toy.py --out toy/

A small FLUX transformer is first taught to move pictures by 8 pixels, to the left or the right as a coin
falls; it learns to move each patch, and not yet to one side all at once. Then MotionNFT trains a LoRA on it,
with the reward for moving to the right; beside it stand the same training with its rewards shuffled among
the edits of a picture, and one without the negative half of the loss. What is told is of 48 pictures that no
training saw: the reward before rounding, and how many edits are nearer to the picture moved to the right.
"""

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from moving import SIDE, Codec, Movement, MovingEditor, goes_right, items, pixels_of, pretrain, transformer
from PIL import Image, ImageDraw
from scipy.stats import t as student
from tabulate import tabulate

from motionedit_bench.images import decode, to_array
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.train import Task, train

VARIANTS = {
    "MotionNFT": {},
    "rewards shuffled": {"shuffled": True},
    "no negative half": {"negative": 0.0},
}
HELD_OUT = 48


def recipe(seed, steps, negative=1.0):
    """As released but for sizes: fewer and smaller steps' worth of pictures, a faster and smaller LoRA."""
    return Recipe(
        seed=seed, steps=steps, prompts=3, images=8, micro_batch=8, rank=8, alpha=16, learning_rate=6e-3,
        flat_std=0.01, eval_every=steps, save_every=steps, negative=negative, checkpointing=False,
    )  # fmt: skip


def base(out, seed, steps):
    """The file of a network that moves pictures to either side; made where it is not there yet."""
    torch.set_num_threads(1)
    path = out / f"base-{seed}-{steps}.pt"
    if not path.exists():
        editor = MovingEditor(transformer(seed), Codec())
        pretrain(editor, steps, seed)
        torch.save(editor.transformer.state_dict(), path)
    return path


def one(out, seed, variant, steps, weights):
    """Train one variant, or go on with it; returns what is known before and after."""
    torch.set_num_threads(1)
    settings = dict(VARIANTS[variant])
    reward = Movement(settings.pop("shuffled", False))
    network = transformer(seed)
    network.load_state_dict(torch.load(weights, weights_only=True))
    held_out = items("held", HELD_OUT, 1000)
    task = Task(MovingEditor(network, Codec()), reward, items("train", 400, 2000 + seed), held_out)
    folder = out / variant.replace(" ", "-") / str(seed)
    started = time.monotonic()
    train(task, recipe(seed, steps, **settings), folder)
    seconds = (time.monotonic() - started) / steps
    return {"seed": seed, "seconds": seconds, "before": standing(folder, 0), "after": standing(folder, steps)}


def standing(folder, step):
    """Held-out reward and share of right directions, from what the training recorded."""
    lines = (json.loads(line) for line in (folder / "steps.jsonl").read_text().splitlines())
    (line,) = (line for line in lines if line["step"] == step)
    right = [goes_right(item, edited(folder, step, item)) for item in items("held", HELD_OUT, 1000)]
    return {"reward": line["held_out_mean"], "right": 100 * float(np.mean(right))}


def edited(folder, step, item):
    return to_array(decode((folder / "held_out" / str(step) / f"{item.id}.png").read_bytes()))


def interval(values):
    """Mean and half the width of its 95 % interval over seeds; no width for a single one."""
    if len(values) < 2:
        return float(np.mean(values)), float("nan")
    half = student.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5
    return float(np.mean(values)), float(half)


def table(found):
    """A row a variant, and one for the model that all start from."""
    (first, *_) = found.values()
    rows = [("as pretrained", [one["before"] for one in first], None)]
    rows += [(name, [one["after"] for one in own], own) for name, own in found.items()]
    cells = [
        [
            name,
            *("{:.3f} ± {:.3f}".format(*interval([one["reward"] for one in stands])),),
            *("{:.0f} ± {:.0f} %".format(*interval([one["right"] for one in stands])),),
            f"{np.mean([one['seconds'] for one in own]):.2f}" if own else "",
        ]
        for name, stands, own in rows
    ]
    return tabulate(cells, ["", "held-out reward", "to the right", "s a step"], disable_numparse=True)


def anchors():
    """What doing nothing, the target, and the wrong direction are worth."""
    reward, held_out = Movement(), items("held", HELD_OUT, 1000)
    codec = Codec()

    def mean(edit):
        return np.mean([reward.score(item, [edit(item)])[0].value for item in held_out])

    kept = mean(lambda item: codec.decode(codec.encode(pixels_of(item.target)[None]))[0])
    wrong = mean(lambda item: np.roll(pixels_of(item.target), SIDE // 2, axis=1))
    nothing = mean(lambda item: pixels_of(item.input))
    return f"target through the codec {kept:.3f}, doing nothing {nothing:.3f}, wrong direction {wrong:.3f}"


def figure(out, seed, steps, path, count=8, scale=3):
    """Held-out pictures as they are, as wanted, as edited before the training and after it."""
    folder = out / "MotionNFT" / str(seed)
    held_out = items("held", HELD_OUT, 1000)[:count]
    rows = {
        "input": [pixels_of(item.input) for item in held_out],
        "target": [pixels_of(item.target) for item in held_out],
        "before": [edited(folder, 0, item) for item in held_out],
        "after": [edited(folder, steps, item) for item in held_out],
    }
    side = SIDE * scale + 6
    sheet = Image.new("RGB", (60 + side * count, side * len(rows)), "white")
    draw = ImageDraw.Draw(sheet)
    for row, (name, pictures) in enumerate(rows.items()):
        draw.text((4, row * side + side // 2 - 6), name, fill="black")
        for column, pixels in enumerate(pictures):
            large = Image.fromarray(pixels).resize((SIDE * scale, SIDE * scale), Image.Resampling.NEAREST)
            sheet.paste(large, (60 + column * side, row * side))
    sheet.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="how many times all is done (3)")
    parser.add_argument("--steps", type=int, default=50, help="of MotionNFT (50)")
    parser.add_argument("--pretraining", type=int, default=600, help="steps of the network before (600)")
    parser.add_argument("--ablate", nargs="*", choices=list(VARIANTS)[1:], default=list(VARIANTS)[1:],
                        help="what stands beside it (all)")  # fmt: skip
    parser.add_argument(
        "--out", type=Path, default=Path("toy"), help="folder of the runs and the figure (toy)"
    )
    parser.add_argument("--workers", type=int, default=2, help="trainings at a time, a core each (2)")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    seeds, started = range(given.seeds), time.monotonic()
    with ProcessPoolExecutor(given.workers, get_context("spawn")) as pool:
        bases = list(pool.map(base, [given.out] * len(seeds), seeds, [given.pretraining] * len(seeds)))
        print(f"pretrained after {time.monotonic() - started:.0f} s", flush=True)
        asked = {
            name: [pool.submit(one, given.out, s, name, given.steps, bases[s]) for s in seeds]
            for name in ["MotionNFT", *given.ablate]
        }
        found = {name: [future.result() for future in futures] for name, futures in asked.items()}
    (given.out / "toy.json").write_text(json.dumps(found, indent=2))
    figure(given.out, 0, given.steps, given.out / "toy.png")
    print(
        f"{given.seeds} seeds, {given.steps} steps, {HELD_OUT} held-out pictures; 95 % intervals over seeds"
    )
    print(table(found))
    print(f"For scale: {anchors()}.")
    print(f"{time.monotonic() - started:.0f} s, {given.workers} trainings at a time; see {given.out}/toy.png")


if __name__ == "__main__":
    main()
