"""The README's picture: one item of `sample`, three answers to it, and what the metrics say to each.

    python docs/first_look.py [FILE]

Runs and scores the baselines on that item, and writes docs/pictures/first-look.jpg unless FILE is named.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.cli import invoke
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.colour import colour, wheel

ITEM = "coffee-slides-right"
EDITS = {"target": "as it should be", "identity": "does nothing", "shift": "moves everything"}
"""Baselines, and what they do."""

PANEL = WIDTH, HEIGHT = 300, 200
MARGIN, GAP, LINE, KEY = 20, 12, 30, 120
INK, GREY, GOOD, BAD = "#1c1c1e", "#6b6b70", "#15803d", "#b91c1c"


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("pictures") / "first-look.jpg"
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder)).save(out, quality=85, subsampling=0, optimize=True)


def draw(preds: Path) -> Image.Image:
    """The input and the key to the colours, then a column an edit: picture, motion, figures."""
    benchmark = open_benchmark("sample")
    (item,) = benchmark.select(ids=[ITEM])
    estimator = FLOWS.get(benchmark.default_flow)()
    first, target = decode(item.input.read()), decode(item.target.read())
    wanted = estimator.flow(to_array(first), to_array(target))
    full = float(np.linalg.norm(wanted, axis=-1).max())

    columns = 1 + len(EDITS)
    size = 2 * MARGIN + columns * WIDTH + (columns - 1) * GAP, 2 * MARGIN + 2 * HEIGHT + GAP + 3 * LINE + 12
    sheet = Image.new("RGB", size, "white")
    write(sheet, (MARGIN, MARGIN - 4), f"“{item.instruction}”", INK, 24)
    top = MARGIN + 2 * LINE + 10
    lower = top + HEIGHT + GAP
    show(sheet, first, (MARGIN, top), "input")
    key = Image.fromarray(wheel(4 * KEY)).resize((KEY, KEY), Image.Resampling.LANCZOS)
    sheet.paste(key, (MARGIN + (WIDTH - KEY) // 2, lower + 10))
    write(sheet, (MARGIN + WIDTH // 2, lower + KEY + 22), "colour: moves that way", GREY, 18, "ma")
    write(sheet, (MARGIN + WIDTH // 2, lower + KEY + 46), "white: stands still", GREY, 18, "ma")

    for column, (name, does) in enumerate(EDITS.items(), start=1):
        edited, mas, gain = answered(name, preds / name)
        motion = colour(estimator.flow(to_array(first), to_array(edited)), full)
        left = MARGIN + column * (WIDTH + GAP)
        show(sheet, edited, (left, top), f"{name}: {does}")
        show(sheet, Image.fromarray(motion), (left, lower))
        below = lower + HEIGHT + 10
        write(sheet, (left, below), f"MAS {mas:.0f}", INK, 24)
        said = f"gain {gain:+.0f}" if gain else "gain 0"
        write(sheet, (left + 120, below), said, GOOD if gain > 0 else BAD if gain < 0 else INK, 24)
    return sheet


def answered(name: str, folder: Path) -> tuple[Image.Image, float, float]:
    """The baseline's edit of the item, its MAS and its motion gain, as the commands leave them."""
    invoke(["run", "--adapter", name, "--bench", "sample", "--ids", ITEM, "--out", str(folder)])
    invoke(["score", str(folder), "--metrics", "mas,motion_gain"])
    rows = map(json.loads, (folder / "scores.jsonl").read_text().splitlines())
    values = {row["metric"]: row["value"] for row in rows if row["item_id"] == ITEM}
    return decode((folder / f"{ITEM}.png").read_bytes()), values["mas"], values["motion_gain"]


def show(sheet: Image.Image, picture: Image.Image, corner: tuple[int, int], title: str = "") -> None:
    """A picture below its title, in a thin frame that shows where white ends."""
    fitted = picture.resize(PANEL, Image.Resampling.LANCZOS)
    ImageDraw.Draw(fitted).rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline="#c8c8cc")
    sheet.paste(fitted, corner)
    write(sheet, (corner[0], corner[1] - LINE + 2), title, GREY, 20)


def write(
    sheet: Image.Image, at: tuple[int, int], text: str, ink: str, size: int, anchor: str = "la"
) -> None:
    ImageDraw.Draw(sheet).text(at, text, ink, ImageFont.load_default(size), anchor)


if __name__ == "__main__":
    main()
