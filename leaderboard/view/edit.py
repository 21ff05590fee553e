"""What one edit looks like to the metrics: its pictures, its flows and where they disagree, its numbers."""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import NotApplicable, PredictionsError, UsageError
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.view.arrows import enlargement
from motionedit_bench.leaderboard.view.motion import (
    Motion,
    edit_motion,
    error_of_motion,
    full_motion,
    target_motion,
    told,
)
from motionedit_bench.leaderboard.view.skeleton import LEGEND, skeletons
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import SCORES, ModelPredictions
from motionedit_bench.records import Item
from motionedit_bench.scoring.gauge import MetricGauge
from motionedit_bench.scoring.open import Gap, Task, open_edit
from motionedit_bench.scoring.rows import slot

NUMBERS = ("mas", "motion_gain", "mas_noop", "motion_magnitude", "motion_iou", "epe", "ssim", "psnr")
"""The metrics that stand below the pictures: those that need no weights but the flow's."""
POSE = "pose_alignment"
"""The metric that stands with them where joints are drawn."""
WORST_BY = "motion_gain"
"""The metric by which edits are called the worst: the one in which doing nothing is 0."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Drawn:
    """The pictures of one edit.

    Attributes:
        panels: pictures by title, in reading order, RGB arrays (H, W, 3) of one size.
        motions: those of them that are motions, by title.
        full: the motion and the error that have full colour, pixels; ``None`` where no motion is drawn.
        outlined: whether the error has a line around what moves in the target.
    """

    panels: Mapping[str, Pixels]
    motions: Mapping[str, Motion] = field(default_factory=dict)
    full: float | None = None
    outlined: bool = False

    @property
    def enlargement(self) -> int:
        """How many times as long as the motion arrows are."""
        return enlargement(motion.arrows for motion in self.motions.values())


@dataclass(frozen=True)
class View:
    """One edit, ready to be drawn.

    Attributes:
        heading: item, model, category. instruction: what was asked for.
        numbers: metric and value as text, ``None`` where there is none. notes: why there is none.
        flow: name of the estimator. diagonal: length of the picture's diagonal, pixels.
    """

    heading: str
    instruction: str
    drawn: Drawn
    numbers: Mapping[str, str | None]
    notes: tuple[str, ...]
    flow: str
    diagonal: float

    @property
    def scale(self) -> str | None:
        """What full colour means, where motion is drawn."""
        if self.drawn.full is None:
            return None
        return f"{self.drawn.full:.1f} px ({100 * self.drawn.full / self.diagonal:.1f} % of the diagonal)"

    @property
    def legend(self) -> tuple[str, ...]:
        """What the colours of motion and of error and the arrows mean, where they are drawn."""
        joints = (LEGEND,) if any(title.startswith("pose") for title in self.drawn.panels) else ()
        if self.scale is None:
            return joints
        times = self.drawn.enlargement
        line = (
            "the line encloses what moves in the target"
            if self.drawn.outlined
            else "no line around what moves in the target: nearly everything does"
        )
        return (
            f"motion from the input on, by {self.flow}: hue is direction, full colour is {self.scale} "
            "and more; hatched: the flow cannot be trusted there",
            "arrows: what moves by itself, the camera's motion taken away"
            + (f", {times} times as long as it is" if times > 1 else ""),
            *(f"{title}: {told(motion)}" for title, motion in self.drawn.motions.items()),
            f"error: from none to {self.scale} and more; {line}",
            *joints,
        )


def view(item: Item, predictions: ModelPredictions, instruments: Instruments, pose: bool = False) -> View:
    """One item as one model edited it; with ``pose`` people's joints as well.

    Raises:
        UsageError: the item has no target.
        PredictionsError: the model has no usable edit of it.
        WeightsUnavailable: the weights of the flow, or of the pose, cannot be had.
    """
    comparison = _compare(item, predictions, instruments)
    drawn = Drawn(pictures(comparison))
    with suppress(NotApplicable):  # which the notes will tell
        drawn = panels(comparison)
    if pose:
        drawn = replace(drawn, panels={**drawn.panels, **skeletons(comparison, instruments.poses)})
    heading = " · ".join(filter(None, (item.id, predictions.model, item.category)))
    names = (*NUMBERS, POSE) if pose else NUMBERS
    found = {name: MetricGauge(name, instruments).finding(comparison) for name in names}
    numbers = {name: _number(name, one.value) for name, one in found.items()}
    notes = tuple(
        f"{name}: {one.status.replace('_', ' ')}, {one.reason}"
        for name, one in found.items()
        if one.value is None
    )
    across = math.hypot(*comparison.scene.input_image.size)
    return View(heading, item.instruction, drawn, numbers, notes, instruments.flow, across)


def pictures(comparison: Comparison) -> dict[str, Pixels]:
    """The pictures of an edit by title, as they are."""
    scene = comparison.scene
    return {"input": scene.input, "target": scene.target, "edited": comparison.edited}


def panels(comparison: Comparison) -> Drawn:
    """The pictures of an edit, and its motion beside the target's.

    Raises:
        NotApplicable: the item is too small for the flow.
    """
    full = full_motion(comparison)
    error, outlined = error_of_motion(comparison, full)
    wanted, made = target_motion(comparison.scene, full), edit_motion(comparison, full)
    drawn = {
        **pictures(comparison),
        "error of the motion": error,
        "motion of the target": wanted.colours,
        "motion of the edit": made.colours,
    }
    motions = {"motion of the target": wanted, "motion of the edit": made}
    return Drawn(drawn, motions, full, outlined)


def worst(
    benchmark: Benchmark,
    predictions: ModelPredictions,
    instruments: Instruments,
    count: int,
    scores: Path | None = None,
) -> tuple[Item, ...]:
    """The items with the lowest `WORST_BY` by this flow, lowest first, as `mebench score` left them.

    ``scores`` is the folder that it wrote to, of this model or of several, where that is not its images'.

    Raises:
        UsageError: none is scored by it.
    """
    folder = scores or predictions.folder
    inner = folder / predictions.model
    path = (inner if (inner / SCORES).exists() else folder) / SCORES
    last = {slot(row): row for row in read_lines(path)}
    values = {
        row["item_id"]: row["value"]
        for row in last.values()
        if row["metric"] == WORST_BY and row["status"] == "ok" and row["detail"]["flow"] == instruments.flow
    }
    found = sorted((item for item in benchmark.items if item.id in values), key=lambda item: values[item.id])
    if not found:
        raise UsageError(
            f"{path} has no {WORST_BY} by {instruments.flow}: run `mebench score {predictions.folder} "
            f"--metrics {WORST_BY} --flow {instruments.flow}` first"
        )
    return tuple(found[:count])


def _compare(item: Item, predictions: ModelPredictions, instruments: Instruments) -> Comparison:
    if item.target is None:
        raise UsageError(f"item {item.id} has no target image: there is no motion to compare with")
    try:
        found = open_edit(Task(item, instruments), predictions)
        if isinstance(found, Gap):
            raise PredictionsError(f"cannot show what {predictions.model} made of {item.id}: {found.reason}")
        _ = found.scene.target_image
    except (NotApplicable, OSError) as error:
        raise PredictionsError(f"item {item.id} cannot be shown: {error}") from error
    return found


def _number(name: str, value: float | None) -> str | None:
    return None if value is None else f"{value:.{CATALOGUE[name].digits}f}"
