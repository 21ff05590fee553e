"""What one edit looks like to the metrics: its pictures, its flows and where they disagree, its numbers."""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, NotApplicable, PredictionsError, UsageError
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.flow.base import Flow
from motionedit_bench.metrics.flow.colour import colour, hatched, heat
from motionedit_bench.metrics.functional.regions import diagonal, end_point_error, moved
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import SCORES, ModelPredictions
from motionedit_bench.records import Item
from motionedit_bench.scoring.gauge import MetricGauge
from motionedit_bench.scoring.open import Gap, Task, open_edit
from motionedit_bench.scoring.rows import slot

NUMBERS = ("mas", "motion_gain", "mas_noop", "motion_magnitude", "motion_iou", "epe", "ssim", "psnr")
"""The metrics that stand below the pictures: those that need no weights but the flow's."""
WORST_BY = "motion_gain"
"""The metric by which edits are called the worst: the one in which doing nothing is 0."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class View:
    """One edit, ready to be drawn.

    Attributes:
        heading: item, model, category. instruction: what was asked for.
        panels: pictures by title, in reading order, RGB arrays (H, W, 3) of one size.
        numbers: metric and value as text, ``None`` where there is none. notes: why there is none.
        flow: name of the estimator. full: the motion and the error that have full colour, pixels;
            ``None`` where no motion is drawn. diagonal: length of the picture's diagonal, pixels.
    """

    heading: str
    instruction: str
    panels: Mapping[str, Pixels]
    numbers: Mapping[str, str | None]
    notes: tuple[str, ...]
    flow: str
    full: float | None
    diagonal: float

    @property
    def legend(self) -> tuple[str, ...]:
        """What the colours of motion and of error mean, where they are drawn."""
        if self.full is None:
            return ()
        full = f"{self.full:.1f} px ({100 * self.full / self.diagonal:.1f} % of the diagonal)"
        return (
            f"motion from the input on, by {self.flow}: hue is direction, full colour is {full} and more; "
            "hatched: the flow cannot be trusted there",
            f"error: from none to {full} and more; the line encloses what moves in the target",
        )


def view(item: Item, predictions: ModelPredictions, instruments: Instruments) -> View:
    """One item as one model edited it.

    Raises:
        UsageError: the item has no target.
        PredictionsError: the model has no usable edit of it.
        WeightsUnavailable: the flow's weights cannot be had.
    """
    comparison = _compare(item, predictions, instruments)
    drawn, full = pictures(comparison), None
    with suppress(NotApplicable):  # which the notes will tell
        drawn, full = panels(comparison)
    heading = " · ".join(filter(None, (item.id, predictions.model, item.category)))
    found = {name: MetricGauge(name, instruments).finding(comparison) for name in NUMBERS}
    numbers = {name: _number(name, one.value) for name, one in found.items()}
    notes = tuple(
        f"{name}: {one.status.replace('_', ' ')}, {one.reason}"
        for name, one in found.items()
        if one.value is None
    )
    across = math.hypot(*comparison.scene.input_image.size)
    return View(heading, item.instruction, drawn, numbers, notes, instruments.flow, full, across)


def pictures(comparison: Comparison) -> dict[str, Pixels]:
    """The pictures of an edit by title, as they are."""
    scene = comparison.scene
    return {"input": scene.input, "target": scene.target, "edited": comparison.edited}


def panels(comparison: Comparison) -> tuple[dict[str, Pixels], float]:
    """The pictures of an edit by title, in reading order, and the motion that has full colour, pixels.

    Colours are scaled to the target's longest motion (to the edit's where the target stands still).

    Raises:
        NotApplicable: the item is too small for the flow.
    """
    scene = comparison.scene
    wanted, made = scene.target_flow, comparison.flow
    full = longest(wanted) or longest(made) or 1.0
    error = heat(end_point_error(made, wanted) * diagonal(wanted) / 100, full)
    drawn = {
        **pictures(comparison),
        "error of the motion": _outlined(error, moved(wanted)),
        "motion of the target": target_motion(scene, full),
        "motion of the edit": colour(made, full),
    }
    return drawn, full


def target_motion(scene: Scene, full: float) -> Pixels:
    """The target's flow in colours, hatched where it cannot be trusted; see `trust`."""
    painted = colour(scene.target_flow, full)
    try:
        return hatched(painted, scene.trust.untrusted)
    except ImageError:  # the flow back cannot be had
        return painted


def longest(flow: Flow) -> float:
    """The longest motion of a flow (H, W, 2), pixels."""
    return float(np.hypot(flow[..., 0], flow[..., 1]).max())


def worst(
    benchmark: Benchmark, predictions: ModelPredictions, instruments: Instruments, count: int
) -> tuple[Item, ...]:
    """The items with the lowest `WORST_BY` by this flow, lowest first, as `mebench score` left them.

    Raises:
        UsageError: none is scored by it.
    """
    path = predictions.folder / SCORES
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


def _outlined(image: Pixels, region: npt.NDArray[np.bool_]) -> Pixels:
    """The picture with a line around a region, white on black, so that it shows on all colours."""
    lines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    width = max(1, round(sum(image.shape[:2]) / 800))
    drawn = cv2.drawContours(image.copy(), lines, -1, (0, 0, 0), 3 * width, cv2.LINE_AA)
    return np.asarray(cv2.drawContours(drawn, lines, -1, (255, 255, 255), width, cv2.LINE_AA))
