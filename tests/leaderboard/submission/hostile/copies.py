"""Edits that are not the model's own work, at the scores that they truly have."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from helpers.pictures import png
from PIL import Image, ImageFilter

from .attempt import NOT_VERIFIED, Attempt, Family
from .raw_images import jpeg
from .world import METRICS

TARGETS = Family("the targets, hardly changed", NOT_VERIFIED)
OTHERS = Family("another model's edits, hardly changed", NOT_VERIFIED)

Change = Callable[[Image.Image], Image.Image | bytes]


def scored_anew(attempt: Attempt, pictures: Callable[[str], bytes]) -> None:
    """Replace the attempt by an honest submission of these pictures, made by the commands themselves."""
    edits = attempt.place / "preds" / "mover"
    edits.mkdir(parents=True)
    for item in attempt.items:
        (edits / f"{item}.png").write_bytes(pictures(item))
    card = shutil.copy(attempt.folder / "card.json", attempt.place / "card.json")
    score = ["score", str(edits), "--bench", str(attempt.world.bench), "--metrics", METRICS]
    made = attempt.place / "made"
    submit = ["submit", str(edits), "--card", str(card), "--with-images", "--to", str(made)]
    for command in ([*score, "--judge", "reference", "--flow", "dis"], submit):
        done = attempt.command(command, attempt.place.parent)
        assert done.status == 0, done.err
    (anew,) = (path for path in (made / "submissions/mover").iterdir() if path.is_dir())
    shutil.rmtree(attempt.folder)
    shutil.copytree(anew, attempt.folder)


def encoded(image: Image.Image | bytes) -> bytes:
    return image if isinstance(image, bytes) else png(image)


def from_target(change: Change):
    def build(attempt: Attempt) -> None:
        scored_anew(attempt, lambda item: encoded(change(attempt.world.target(item))))

    return build


def from_other(change: Change):
    """What the model ``shifter`` on the board has made."""

    def build(attempt: Attempt) -> None:
        edits: Path = attempt.world.place / "preds" / "shifter"
        scored_anew(attempt, lambda item: encoded(change(Image.open(edits / f"{item}.png").convert("RGB"))))

    return build


def one_pixel(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image).copy()
    pixels[0, 0] ^= 1
    return Image.fromarray(pixels)


def noisy(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 2, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def moved(by: int) -> Change:
    return lambda image: Image.fromarray(np.roll(np.asarray(image), by, axis=1))


def larger(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS)


def brighter(image: Image.Image) -> Image.Image:
    return image.point(lambda value: min(255, round(value * 1.03)))


def softer(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(0.5))


def cropped(image: Image.Image) -> Image.Image:
    return image.crop((2, 2, image.width - 2, image.height - 2)).resize(image.size)


def watermarked(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image).copy()
    pixels[-10:, -24:] = 255
    return Image.fromarray(pixels)


CHANGES: dict[str, Change] = {
    "one pixel": one_pixel,
    "saved as JPEG": jpeg,
    "moved by a pixel": moved(1),
    "with noise": noisy,
    "twice as large": larger,
    "brighter": brighter,
    "softer": softer,
    "cropped": cropped,
    "with a mark in a corner": watermarked,
}

for name, change in CHANGES.items():
    TARGETS.add(name, from_target(change))
    OTHERS.add(name, from_other(change))
OTHERS.add("moved back by two pixels", from_other(moved(-2)))


@TARGETS.case("with a little of the input")
def _(attempt: Attempt) -> None:
    world = attempt.world

    def blend(item: str) -> bytes:
        return png(Image.blend(world.input(item), world.target(item), 0.97))

    scored_anew(attempt, blend)
