"""The frozen records that pass along the flow; standard library only.

``Benchmark`` yields `Item`; an adapter turns it into a `Prediction`; a metric turns both into
a `Score`; the leaderboard turns many of those into a `Summary`. A score that does not exist
is ``None`` with a status and a reason, never a number.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from motionedit_bench.lazily import lazily

Status = Literal["ok", "missing", "corrupt", "failed", "refused", "unparsed", "not_applicable", "unavailable"]
STATUSES: tuple[str, ...] = get_args(Status)

Blame = Literal["judge"]
"""Who else than the model can be to blame that a score is missing."""


def digest(content: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal.

    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value in canonical form: equal values have equal digests.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return digest(canonical(value))


def canonical(value: Any) -> bytes:
    """A JSON value in canonical form.

    >>> canonical({"b": [1, None], "a": "ä"})
    b'{"a":"\\\\u00e4","b":[1,null]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Picture:
    """Encoded image bytes that are read only when asked for.

    ``name`` says where they come from, for messages; ``read`` returns the encoded bytes.
    Decode with `motionedit_bench.images.decode`.
    """

    name: str
    read: Callable[[], bytes] = field(repr=False, compare=False)

    @lazily
    def digest(self) -> str:
        """SHA-256 of the bytes, which are read once for it."""
        return digest(self.read())


@dataclass(frozen=True)
class Item:
    """One task of a benchmark: an input image, an instruction, and a target image.

    ``target`` is ``None`` where a benchmark has none (such items can be edited, not scored).
    ``true_flow`` reads the exact motion from input to target, float32 (H, W, 2) in pixels,
    (dx, dy), NaN where unknown; only embedded benchmarks have it. ``true_visible`` reads which pixels
    of the input the target shows, bool (H, W); only ``sample-far`` has it. ``video`` names the video that
    the pictures were cut from, where the benchmark says so: items of one are not independent.
    """

    id: str
    instruction: str
    input: Picture
    target: Picture | None = None
    category: str | None = None
    true_flow: Callable[[], Any] | None = field(default=None, repr=False, compare=False)
    true_visible: Callable[[], Any] | None = field(default=None, repr=False, compare=False)
    video: str | None = None


@dataclass(frozen=True)
class Prediction:
    """What one model left for one item: a file, or the reason why there is none."""

    model: str
    item_id: str
    picture: Picture | None
    status: Status = "ok"
    reason: str | None = None


@dataclass(frozen=True)
class Score:
    """One line of ``scores.jsonl``: one metric of one item of one model.

    ``value`` is a finite number if and only if ``status`` is ``ok``; otherwise ``reason`` says
    why there is none. ``key`` is a hash of all that the value depends on: while it holds, the row
    need not be computed again.

    Attributes:
        choice: what the user chose of how the metric is computed, such as the flow. Rows of one item
            and metric that differ in it stand beside each other; of others the last one counts.
        versions: of all that it was computed with. Rows that differ in them share no column.
        terms: the evidence behind the value, or behind its lack; JSON values.
        blame: who is to blame that there is no value, where that is not who made the edit.
        image: SHA-256 of the edit's file; empty where there is none, ``None`` in rows that do not say it.
            The key holds it as well, so that equal rows need not both say it.
    """

    model: str
    item_id: str
    metric: str
    value: float | None
    status: Status
    reason: str | None
    choice: Mapping[str, str]
    versions: Mapping[str, str]
    terms: Mapping[str, Any]
    key: str
    blame: Blame | None = None
    image: str | None = field(default=None, compare=False)

    @property
    def variant(self) -> dict[str, str]:
        """Choice and versions: what a column's rows have in common."""
        return {**self.choice, **self.versions}

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status must be one of {STATUSES}, but got {self.status!r}")
        if (self.value is None) == (self.status == "ok"):
            raise ValueError(f"a value goes with status ok alone, got {self.value}, {self.status}")
        if self.value is not None and not abs(self.value) < float("inf"):
            raise ValueError(f"a value must be finite, got {self.value} for {self.metric}")
        if self.status != "ok" and not self.reason:
            raise ValueError(f"status {self.status} needs a reason")
        shared = self.variant.keys() & self.terms.keys()
        if shared or self.choice.keys() & self.versions.keys():
            raise ValueError(f"{self.metric} says twice: {', '.join(sorted(shared)) or 'choice and version'}")
