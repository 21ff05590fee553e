"""The frozen records that pass from stage to stage; standard library only.

Times are in seconds of the video's own clock, never counted from frames. A time stands for the frame that is
shown then: the last one whose own time is not later.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, Self

VideoStatus = Literal["ok", "partial", "missing", "corrupt", "not_applicable", "unavailable"]

Rule = Literal[
    "unreadable",
    "light",
    "light_change",
    "camera",
    "subject",
    "moved",
    "fb",
    "inliers",
    "sharpness",
    "faces",
    "elsewhere",
    "shared_frame",
    "per_shot",
    "duplicate",
    "limit",
]
"""What can drop a pair, in the order in which it is asked; the first one that does is the pair's."""

CATEGORIES = (
    "Pose / Posture",
    "Locomotion / Distance",
    "Object State / Formation",
    "Orientation / Viewpoint",
    "Subject-Object Interaction",
    "Inter-Subject Interaction",
)
"""The paper's kinds of motion, as it spells them."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the upright frame; right and bottom are not part of it."""


class Record:
    """A record that is an object of JSON in a journal."""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """The record in a journal's line, whose other fields are passed over; lists become tuples."""
        own = (field.name for field in fields(cls))  # type: ignore[arg-type]
        return cls(**{name: _frozen(row[name]) for name in own if name in row})

    def row(self) -> dict[str, Any]:
        """The record as an object of JSON."""
        return asdict(self)  # type: ignore[call-overload,no-any-return]


@dataclass(frozen=True)
class Video(Record):
    """One file that was asked for.

    Attributes:
        name: its path below the folder that was named, else its file's name.
        status: ``ok``; ``partial``: broken on the way, its shots end there; ``missing``, or not ours
            to read; ``corrupt``: nothing can be decoded; ``not_applicable``: no moving pictures;
            ``unavailable``: no decoder for them.
        reason: why it is not ``ok``.
        sha256: of the file. size: in bytes.
        width, height: of an upright frame with square pixels.
        mirrored: whether frames are mirrored, left for right, to be upright. rotation: in degrees
            anticlockwise, by which they are turned then.
        sar: width of a stored pixel by its height.
        fps: mean frames a second. duration: in seconds, as the file claims.
    """

    name: str
    status: VideoStatus
    reason: str | None = None
    sha256: str = ""
    size: int = 0
    codec: str = ""
    width: int = 0
    height: int = 0
    mirrored: bool = False
    rotation: int = 0
    sar: float = 1.0
    fps: float = 0.0
    duration: float | None = None


@dataclass(frozen=True)
class Shot(Record):
    """A stretch of a video without a cut.

    Attributes:
        number: from 0 on, in the video.
        start: of its first frame. end: of the next shot's first frame, or when the last frame goes.
        first, last: between them pairs may lie, some frames clear of the ends; ``None`` if it is too short.
    """

    number: int
    start: float
    end: float
    first: float | None
    last: float | None


@dataclass(frozen=True)
class Pair(Record):
    """Two frames of one shot: at ``t0`` the input, at ``t1`` the target; ``video`` is its SHA-256."""

    id: str
    video: str
    shot: int
    t0: float
    t1: float


@dataclass(frozen=True)
class Measures(Record):
    """What was measured of a pair; lengths are shares of the frame's diagonal.

    Attributes:
        camera: mean displacement by the camera, composed of fits between consecutive frames.
        shift: that displacement as a vector (dx, dy), in pixels of the upright frame.
        subject: mean motion that the camera does not explain, where both frames show the place.
        direction: its mean vector (dx, dy), as ``subject``.
        moved: share of those places where it is above 0.01, 0 to 1.
        fb: share where the flow there and the flow back agree to 0.01, 0 to 1.
        inliers: least share of a fit's points that agree with it, 0 to 1.
        sharpness: of both frames: variance of the Laplacian of the grey levels.
        light: of both frames: mean grey level, 0 to 1.
        box: what black bars leave of both frames.
        phash: perceptual hashes of both frames without bars, 64 bits in hexadecimal.
    """

    camera: float
    shift: tuple[float, float]
    subject: float
    direction: tuple[float, float]
    moved: float
    fb: float
    inliers: float
    sharpness: tuple[float, float]
    light: tuple[float, float]
    box: Box
    phash: tuple[str, str]


@dataclass(frozen=True)
class Decision(Record):
    """Whether the pair of this ``id`` is kept, or which rule dropped it.

    Without a rule, a pair that is not kept is none of those that were looked at last.

    Attributes:
        value, limit: what the rule looked at, and the bound that it broke.
        other: the pair that was kept in its place.
    """

    id: str
    kept: bool
    rule: Rule | None = None
    value: float | None = None
    limit: float | None = None
    other: str | None = None


@dataclass(frozen=True)
class Measured:
    """A pair with what was measured of it.

    ``faces`` says how many are in the frame that has more; ``None``: none was looked for.
    """

    pair: Pair
    measures: Measures
    faces: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A pair that all rules keep, and the video that it is from."""

    video: Video
    pair: Pair
    measures: Measures

    @property
    def id(self) -> str:
        return self.pair.id


def pair_id(video: str, t0: float, t1: float) -> str:
    """The name of a pair: the first 12 hexadecimal digits of a hash of its video's SHA-256 and its times.

    >>> pair_id("0" * 64, 0.083333, 1.583333)
    '72295047e2ff'
    """
    return hashlib.sha256(f"{video} {t0:.6f} {t1:.6f}".encode()).hexdigest()[:12]


def split_of(video: str, test_share: int) -> Literal["test", "train"]:
    """The split that all pairs of a video belong to, by its SHA-256, or that of its kin's leader.

    ``test_share`` is in percent.

    >>> split_of("0" * 64, 10)
    'test'
    """
    return "test" if int(video, 16) % 100 < test_share else "train"


def candidate_folder(bench: Path, pair: str) -> Path:
    """Where the pictures of a candidate are: ``input.png``, ``target.png``, ``flow.png``."""
    return bench / "mine" / "candidates" / pair


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
