"""What a run of mining is asked for: ``mine.toml``, or its defaults."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from motionedit_bench.errors import UsageError, one_line
from motionedit_bench.files import read_toml

SETTINGS = "mine.toml"

MOST_FRAMES = 1000
"""Frames of a pair that are held at once while it is measured, small as they are."""

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


class Strict(BaseModel):
    """No other field, no value of another type, and no number that is none."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class ShotSettings(Strict):
    """How cuts are found.

    Attributes:
        threshold: mean change of hue, saturation and value of a pixel, 0 to 255, from which on it is a cut.
        shortest: frames; cuts closer to each other than this are one.
        clear: frames at both ends of a shot that no pair uses.
    """

    threshold: Annotated[float, Field(gt=0, le=255)] = 27.0
    shortest: Annotated[int, Field(ge=1)] = 15
    clear: Annotated[int, Field(ge=0, le=100)] = 2


class PairSettings(Strict):
    """Which frames are a pair.

    Attributes:
        window: seconds from input to target.
        min_window: a shot that is shorter than a window gives one pair if it has so many seconds.
        per_shot: how many pairs are kept of one shot, the best ones.
    """

    window: Seconds = 3.0
    min_window: Seconds = 1.0
    per_shot: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_window > self.window:
            raise ValueError(f"min_window ({self.min_window:g}) must not be above window ({self.window:g})")
        return self


class MeasureSettings(Strict):
    """How motion is measured.

    Attributes:
        flow: the estimator; see `mebench list flows`.
        rate: frames a second between which the camera is followed.
        width: pixels that frames are made wide for it.
    """

    flow: str = "dis"
    rate: Annotated[float, Field(gt=0, le=60)] = 8.0
    width: Annotated[int, Field(ge=64, le=4096)] = 320


class GateSettings(Strict):
    """Bounds of what is measured, see `records.Measures`; a pair outside of one is dropped.

    Attributes:
        light: mean grey of both frames, at least and at most. light_change: between them, at most.
        camera: at most. subject: at least. moved: at least and at most. fb, inliers: at least.
        sharpness: of the target by that of the input, at least and at most.
        faces: whether a pair with a face in a frame may be kept; if so, none is looked for.
        duplicate: bits by which perceptual hashes of two inputs, or of two targets, must differ at least.
    """

    light: Annotated[tuple[Share, Share], Field(strict=False)] = (0.05, 0.95)
    light_change: Share = 0.1
    camera: Share = 0.01
    subject: Share = 0.002
    moved: Annotated[tuple[Share, Share], Field(strict=False)] = (0.02, 0.8)
    fb: Share = 0.5
    inliers: Share = 0.25
    sharpness: Annotated[tuple[float, float], Field(strict=False)] = (0.5, 2.0)
    faces: bool = True
    duplicate: Annotated[int, Field(ge=0, le=64)] = 7

    @field_validator("light", "moved", "sharpness")
    @classmethod
    def _in_order(cls, bounds: tuple[float, float]) -> tuple[float, float]:
        if not 0 <= bounds[0] <= bounds[1]:
            raise ValueError("must be 0 or more, the lesser one first")
        return bounds


class Settings(Strict):
    """All of it; the tables of ``mine.toml``.

    Attributes:
        test_share: percent of the videos whose pairs are for testing; the others' are for training.
    """

    shots: ShotSettings = ShotSettings()
    pairs: PairSettings = PairSettings()
    measures: MeasureSettings = MeasureSettings()
    gates: GateSettings = GateSettings()
    test_share: Annotated[int, Field(ge=0, le=100)] = 10

    @model_validator(mode="after")
    def _held(self) -> Self:
        if self.pairs.window * self.measures.rate > MOST_FRAMES:
            raise ValueError(
                f"pairs.window ({self.pairs.window:g}) times measures.rate ({self.measures.rate:g}) must not "
                f"be above {MOST_FRAMES} frames, which are held at once"
            )
        return self


def read_settings(path: Path, asked: Mapping[str, Any] | None = None) -> Settings:
    """The settings in a file, or the defaults where there is none; what is ``asked`` holds before them.

    Raises:
        UsageError: it cannot be read, is no TOML, or has a setting or a value that there is not.
    """
    try:
        given = read_toml(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {path}: {one_line(error)}") from error
    for name, value in (asked or {}).items():
        own = given.get(name)
        given[name] = {**own, **value} if isinstance(own, dict) and isinstance(value, Mapping) else value
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"] if not isinstance(part, int))
        said = first["msg"].removeprefix("Value error, ")
        got = f"{where}: {said}, but got {first['input']!r}" if where else said
        raise UsageError(f"{path}: {got}") from error


def settings_text(settings: Settings) -> str:
    """The settings as the text of a ``mine.toml``."""
    tables = settings.model_dump()
    lines = [f"{name} = {_value(value)}" for name, value in tables.items() if not isinstance(value, dict)]
    for name, table in tables.items():
        if isinstance(table, dict):
            lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value}"
