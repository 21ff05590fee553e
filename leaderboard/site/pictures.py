"""The gallery's pictures, and what is known of them: made once, named by what they were made from."""

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from motionedit_bench.files import json_bytes, make_folder, sweep, write_whole
from motionedit_bench.records import digest_of

RECIPE = "webp-1"
"""Raised whenever the same source would give another picture."""

KEY = re.compile(r"[0-9a-f]{24}")
"""The name of a picture or note; see `key_of`."""

Shown = tuple[str, int, int]
"""(address, width, height in pixels), as the page needs it."""


class Store(Protocol):
    """Where pictures go. ``full`` is the longer side of a large picture, ``flow`` that of a drawn flow,
    ``thumb`` that of a small one, pixels."""

    full: int
    flow: int
    thumb: int

    def find(self, key: str) -> Shown | None:
        """The picture with this key, if it was made before."""

    def put(self, key: str, image: Image.Image, side: int) -> Shown:
        """Keep the picture with its longer side at most ``side`` pixels."""

    def recall(self, key: str) -> dict[str, Any] | None:
        """What was noted under this key, if it was before."""

    def note(self, key: str, facts: dict[str, Any]) -> None:
        """Keep JSON values that took as long to find as a picture."""


class PictureFolder:
    """Pictures as files ``<key>-<width>x<height>.webp``, notes as ``<key>.json``; those of earlier builds are
    found again."""

    full, flow, thumb = 800, 480, 160

    def __init__(self, root: Path, name: str = "pictures") -> None:
        self._folder = make_folder(root / name)
        self._name = name
        sweep(self._folder)
        self._known = {path.name.split("-")[0]: path.name for path in self._folder.glob("*-*x*.webp")}
        self._notes = {path.stem for path in self._folder.glob("*.json") if KEY.fullmatch(path.stem)}
        self._used: set[str] = set()

    def find(self, key: str) -> Shown | None:
        name = self._known.get(key)
        if name is None:
            return None
        self._used.add(name)
        width, height = name[: -len(".webp")].split("-")[1].split("x")
        return f"{self._name}/{name}", int(width), int(height)

    def put(self, key: str, image: Image.Image, side: int) -> Shown:
        content, width, height = _encode(image, side)
        name = f"{key}-{width}x{height}.webp"
        write_whole(self._folder / name, content, durable=False)
        self._known[key] = name
        self._used.add(name)
        return f"{self._name}/{name}", width, height

    def recall(self, key: str) -> dict[str, Any] | None:
        if key not in self._notes:
            return None
        self._used.add(f"{key}.json")
        try:
            found = json.loads((self._folder / f"{key}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def note(self, key: str, facts: dict[str, Any]) -> None:
        write_whole(self._folder / f"{key}.json", json_bytes(facts), durable=False)
        self._notes.add(key)
        self._used.add(f"{key}.json")

    def clear(self) -> None:
        """Remove what nothing has asked for since this folder was opened."""
        for name in {*self._known.values(), *(f"{key}.json" for key in self._notes)} - self._used:
            (self._folder / name).unlink(missing_ok=True)


class EmbeddedPictures:
    """Pictures inside the page, as ``data:`` addresses."""

    full, flow, thumb = 560, 360, 160

    def __init__(self) -> None:
        self._known: dict[str, Shown] = {}
        self._notes: dict[str, dict[str, Any]] = {}

    def find(self, key: str) -> Shown | None:
        return self._known.get(key)

    def put(self, key: str, image: Image.Image, side: int) -> Shown:
        content, width, height = _encode(image, side)
        shown = f"data:image/webp;base64,{base64.b64encode(content).decode()}", width, height
        self._known[key] = shown
        return shown

    def recall(self, key: str) -> dict[str, Any] | None:
        return self._notes.get(key)

    def note(self, key: str, facts: dict[str, Any]) -> None:
        self._notes[key] = facts


def keep(store: Store, source: object, side: int, draw: Callable[[], Image.Image]) -> Shown:
    """The picture of a source (a JSON value that says all it depends on), drawn only if it is not there."""
    key = key_of(source, side)
    return store.find(key) or store.put(key, draw(), side)


def key_of(source: object, side: int) -> str:
    """The name of a picture: 24 hexadecimal digits."""
    return digest_of([RECIPE, source, side])[:24]


def _encode(image: Image.Image, side: int) -> tuple[bytes, int, int]:
    scale = min(1.0, side / max(image.size))
    width, height = (max(1, round(length * scale)) for length in image.size)
    buffer = io.BytesIO()
    image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2).save(
        buffer, format="WEBP", quality=82, method=2
    )
    return buffer.getvalue(), width, height
