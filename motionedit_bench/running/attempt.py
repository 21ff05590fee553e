"""One edit of a run: made, whatever comes of it, with its record."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from motionedit_bench.adapters import Adapter
from motionedit_bench.errors import AdapterError, EditRefused, ServerFailed, explain
from motionedit_bench.images import encode_png
from motionedit_bench.progress import warn
from motionedit_bench.records import Item, digest


def item_seed(seed: int, item_id: str) -> int:
    """The seed of one item, in [0, 2**31): a hash of the run's seed and the item's id.

    So it does not depend on order, selection, or how many workers there are.

    >>> item_seed(42, "a") == item_seed(42, "a") != item_seed(43, "a")
    True
    """
    return int(digest(f"{seed}:{item_id}".encode())[:8], 16) >> 1


@dataclass(frozen=True)
class Attempt:
    """What came of one edit.

    Attributes:
        image: RGB; ``None`` where there is none, and then ``status`` and ``reason`` say why.
        seconds: that the adapter took.
        notes: what the adapter says of this edit besides; JSON values.
        in_outage: whether the failure is the item's only if a server serves others after it.
    """

    item_id: str
    seed: int
    image: Image.Image | None = None
    status: str = "ok"
    reason: str | None = None
    seconds: float = 0.0
    notes: dict[str, Any] = field(default_factory=dict)
    in_outage: bool = False

    def encoded(self) -> bytes | None:
        """The image as PNG."""
        return encode_png(self.image) if self.image is not None else None

    def record(self, content: bytes | None) -> dict[str, Any]:
        """The attempt's record, with its image encoded as ``content``."""
        return {
            "item_id": self.item_id,
            "status": self.status,
            "reason": self.reason,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "sha256": digest(content) if content is not None else None,
            "width": self.image.width if self.image is not None else None,
            "height": self.image.height if self.image is not None else None,
        } | self.notes


def attempt(adapter: Adapter, item: Item, seed: int) -> Attempt:
    """Have one item edited, with its own seed; whatever the adapter raises becomes the attempt's reason.

    Raises:
        AdapterError: no further item can be edited.
    """
    image, status, reason, in_outage = None, "ok", None, False
    started = time.monotonic()
    try:
        image = _picture(adapter.edit(item, seed))
    except AdapterError:
        raise
    except Exception as error:  # noqa: BLE001 (foreign code: becomes the record's reason)
        image, status, reason = (
            None,
            "refused" if isinstance(error, EditRefused) else "failed",
            explain(error),
        )
        in_outage = isinstance(error, ServerFailed)
    seconds = time.monotonic() - started
    notes = adapter.notes() | (_cut(adapter, item) if image is not None else {})
    return Attempt(item.id, seed, image, status, reason, seconds, notes, in_outage)


def attempt_together(adapter: Adapter, items: Sequence[Item], seeds: Sequence[int]) -> list[Attempt]:
    """Have items edited in one call, each with its own seed; one by one where that fails.

    So nobody is charged with another's failure. Notes of those from one call say how many were in it;
    each has an equal part of its seconds.

    Raises:
        AdapterError: no further item can be edited.
    """
    if len(items) > 1:
        started = time.monotonic()
        try:
            images = [_picture(image) for image in adapter.edit_together(items, seeds)]
            each = (time.monotonic() - started) / len(items)
            return [
                Attempt(item.id, seed, image, seconds=each, notes={"batch": len(items)} | _cut(adapter, item))
                for item, seed, image in zip(items, seeds, images, strict=True)
            ]
        except AdapterError:
            raise
        except Exception as error:  # noqa: BLE001 (foreign code: whose failure it is, is found one by one)
            warn(f"{len(items)} items cannot be edited in one call ({explain(error)}): one by one")
    return [attempt(adapter, item, seed) for item, seed in zip(items, seeds, strict=True)]


def _cut(adapter: Adapter, item: Item) -> dict[str, Any]:
    """The note of an edit whose instruction was not read whole."""
    cut = adapter.cut(item)
    return {"cut": cut} if cut else {}


def _picture(made: object) -> Image.Image:
    """What an adapter returned, as RGB, if it is a picture that can be saved."""
    if not isinstance(made, Image.Image):
        raise TypeError(f"the adapter must return a PIL image, but returned {type(made).__name__}")
    if 0 in made.size:
        raise ValueError(f"the adapter returned an image of {made.width}x{made.height} pixels")
    return made.convert("RGB")
