"""A contact sheet: candidates at a glance, each with its input, target, motion and measures."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.mining.pictures import SIDES
from motionedit_bench.mining.records import Candidate, candidate_folder
from motionedit_bench.records import digest_of
from motionedit_bench.texts import visible

TILE, TEXT, GAP = 200, 30, 8
"""Pixels: width of a picture, height of what is written below it, space between."""

ACROSS, DOWN = 2, 8
"""Candidates on a sheet."""

PER_SHEET = ACROSS * DOWN


def write_sheets(bench: Path, candidates: Sequence[Candidate]) -> None:
    """Write ``mine/sheets/NNN.jpg``, where they are not those of the same candidates already."""
    folder = make_folder(bench / "mine" / "sheets")
    names = set()
    for number in range(0, len(candidates), PER_SHEET):
        own = candidates[number : number + PER_SHEET]
        shown = digest_of([(one.id, one.video.name, one.measures.row()) for one in own])[:12]
        name = f"{number // PER_SHEET + 1:03d}-{shown}.jpg"
        names.add(name)
        if not (folder / name).exists():
            encoded = BytesIO()
            sheet(bench, own).save(encoded, "JPEG", quality=85)
            write_whole(folder / name, encoded.getvalue())
    for other in folder.glob("*.jpg"):
        if other.name not in names:
            other.unlink()


def sheet(bench: Path, candidates: Sequence[Candidate]) -> Image.Image:
    """One sheet of at most `PER_SHEET` candidates: input, target and motion side by side."""
    tiles = [[_tile(candidate_folder(bench, one.id) / f"{name}.png") for name in SIDES] for one in candidates]
    height = max(tile.height for row in tiles for tile in row) + TEXT + GAP
    width = len(SIDES) * TILE + 3 * GAP
    rows = -(-len(candidates) // ACROSS)
    whole = Image.new("RGB", (ACROSS * width + GAP, rows * height + GAP), "white")
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(size=12)
    for number, (one, row) in enumerate(zip(candidates, tiles, strict=True)):
        left, top = GAP + number % ACROSS * width, GAP + number // ACROSS * height
        for place, tile in enumerate(row):
            whole.paste(tile, (left + place * TILE, top))
        pen.multiline_text((left, top + height - TEXT - GAP), caption(one), "black", font, spacing=2)
    return whole


def caption(one: Candidate) -> str:
    """Two lines: which pair it is, and what was measured of it."""
    found = one.measures
    where = f"{one.id}  {visible(one.video.name)}  {one.pair.t0:.2f} to {one.pair.t1:.2f} s"
    return (
        f"{where[:84]}\ncamera {found.camera:.4f}  subject {found.subject:.4f}  moved {found.moved:.2f}  "
        f"fb {found.fb:.2f}  inliers {found.inliers:.2f}"
    )


def _tile(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.thumbnail((TILE, TILE), Image.Resampling.BOX)
        return image.convert("RGB")
