"""Whether an adapter keeps what an adapter promises, tried on small pictures of all sizes and modes."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from motionedit_bench.adapters import Adapter
from motionedit_bench.conformance.kit import Broken, Finding, Skipped, Step, try_all
from motionedit_bench.images import encode_png
from motionedit_bench.records import Item, Picture

INSTRUCTION = "Move the disc to the right."
SEED, OTHER_SEED = 1, 2
AT_ONCE = 4
"""At most so many edits are tried at once, of an adapter that takes more than one."""


def check(adapter: Adapter) -> list[Finding]:
    """Load the adapter, try each promise of `Adapter`, and say what came of it.

    Where it does not load, or cannot edit even a plain picture, the later checks are skipped.
    """
    try:
        return try_all(_Trial(adapter).steps())
    finally:
        adapter.close()


class _Trial:
    """The checks of one adapter, in order; they compare with what it made of the plain picture first."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.plain = _item("plain", encode_png(_scene(96, 64)))
        self.first = b""

    def steps(self) -> list[Step]:
        inputs = {f"input {name}": _item(name, content) for name, content in _inputs().items()}
        return [
            ("loads", self.adapter.load),
            ("edits a plain picture", self.edits),
            ("same seed, same bytes", self.same_seed),
            ("another seed", self.another_seed),
            *((name, partial(self.edit, item)) for name, item in inputs.items()),
            *((f"fails on {what}", partial(self.fails, item)) for what, item in _unreadable().items()),
            ("same bytes after all that", self.same_seed),
            ("several at once", self.several_at_once),
            ("provenance", self.provenance),
        ]

    def edit(self, item: Item, seed: int = SEED) -> bytes:
        image = self.adapter.edit(item, seed)
        if not isinstance(image, Image.Image):
            raise Broken(f"edit returned {type(image).__name__}, not a PIL image")
        if image.mode != "RGB":
            raise Broken(f"edit returned an image of mode {image.mode}, not RGB")
        return encode_png(image)

    def edits(self) -> None:
        self.first = self.edit(self.plain)

    def same_seed(self) -> None:
        if self.edit(self.plain) != self.first:
            raise Broken("the same item and seed gave another image")

    def another_seed(self) -> None:
        same = self.edit(self.plain, OTHER_SEED) == self.first
        if same and self.adapter.samples:
            raise Broken("samples is True, but another seed gave the same image")
        if not same and not self.adapter.samples:
            raise Broken("samples is False, but another seed gave another image")

    def fails(self, item: Item) -> None:
        try:
            self.adapter.edit(item, SEED)
        except Exception:  # noqa: BLE001 (any exception is an honest failure)
            return
        raise Broken("edit returned an image all the same: let it raise")

    def several_at_once(self) -> None:
        if self.adapter.concurrency == 1:
            raise Skipped("it edits one at a time")
        seeds = range(SEED, SEED + min(self.adapter.concurrency, AT_ONCE))
        one_by_one = [self.edit(self.plain, seed) for seed in seeds]
        with ThreadPoolExecutor(len(seeds)) as pool:
            at_once = list(pool.map(partial(self.edit, self.plain), seeds))
        if at_once != one_by_one:
            raise Broken(f"{len(seeds)} edits at once gave other images than one by one")

    def provenance(self) -> None:
        facts = self.adapter.provenance()
        try:
            again = json.loads(json.dumps(facts, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise Broken(f"not JSON values: {error}") from error
        if again != facts:
            raise Broken("not JSON values: written and read again, they differ (text keys, lists, no tuples)")
        if self.adapter.model is not None:
            _check_names_the_model(facts)


def _check_names_the_model(facts: dict[str, Any]) -> None:
    for key in ("model", "revision"):
        if key not in facts:
            raise Broken(f"it loads a model, but there is no {key!r}")
    if not isinstance(facts["model"], str) or not facts["model"]:
        raise Broken(f"'model' must name the model, but is {facts['model']!r}")
    if not facts["revision"] and not facts.get("revision_is"):
        raise Broken(
            "'revision' is empty: give a commit or a digest, or say in 'revision_is' why there is none"
        )


def _scene(width: int, height: int) -> Image.Image:
    """A speckled slope with a disc on it."""
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([255 * x / width, 255 * y / height, np.full(x.shape, 90.0)], axis=-1)
    pixels += np.random.default_rng(0).normal(0, 8, pixels.shape)
    pixels[np.hypot(x - width / 3, y - height / 2) < min(width, height) / 4] = (230, 40, 60)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _inputs() -> dict[str, bytes]:
    """Encoded pictures of the sizes and modes that benchmarks hold."""
    scene = _scene(96, 64)
    see_through = scene.copy()
    see_through.putalpha(scene.convert("L"))
    deep = Image.fromarray(np.asarray(scene.convert("L")).astype(np.uint16) * 257)
    turned = Image.Exif()
    turned[0x0112] = 6  # orientation: a quarter turn clockwise
    return {
        **{f"{w}x{h}": encode_png(_scene(w, h)) for w, h in ((33, 47), (97, 61), (512, 96), (96, 512))},
        "black and white": _encoded(scene.convert("1")),
        "grey": _encoded(scene.convert("L")),
        "grey with alpha": _encoded(see_through.convert("LA")),
        "16-bit grey": _encoded(deep),
        "palette": _encoded(scene.convert("P")),
        "RGBA": _encoded(see_through),
        "CMYK JPEG": _encoded(scene.convert("CMYK"), "JPEG"),
        "rotated by EXIF": _encoded(scene, "JPEG", exif=turned),
        "WebP": _encoded(scene, "WEBP"),
    }


def _unreadable() -> dict[str, Item]:
    """Items whose input cannot be had; an image made of one of them is made up."""
    whole = encode_png(_scene(96, 64))
    broken = {"an empty file": b"", "a file of text": b"no image\n", "half a file": whole[: len(whole) // 2]}

    def unread() -> bytes:
        raise OSError("the check made this input unreadable")

    gone = Picture("gone.png", unread)
    return {
        **{what: _item("unreadable", content) for what, content in broken.items()},
        "a file that cannot be read": Item("check-gone", INSTRUCTION, input=gone, target=gone),
    }


def _item(name: str, content: bytes) -> Item:
    """An item whose input, and target, is that picture."""
    picture = Picture(f"{name}.png", lambda: content)
    return Item(f"check-{name.replace(' ', '-')}", INSTRUCTION, input=picture, target=picture)


def _encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=form, **options)
    return buffer.getvalue()
