"""A second opinion where flow is blind: single points of the subject, found again in target and edit."""

from dataclasses import dataclass

import cv2
import numpy as np

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.base import Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison, Pixels, Scene
from motionedit_bench.metrics.flow.groups import find_groups
from motionedit_bench.metrics.flow.keypoints import Matches, Points, find_matches
from motionedit_bench.metrics.functional.placing import LEAST, place, subject
from motionedit_bench.metrics.instruments import Instruments

LONGER = 960
"""The longer side at which points are looked for, pixels; smaller pictures are left as they are."""


class MovedPlace(Metric):
    """How near the edit takes the subject to its place in the target, 0 to 1, higher is better.

    Points of the input are found again in the target, as `keypoints` does, in groups that move together
    (`groups`). The subject's are those that do not move with the largest group; see `placing`. The same
    points are then looked for in the edit. No dense flow is involved.
    """

    name = "moved_place"

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self.implementation["opencv"] = cv2.__version__

    def measure(self, comparison: Comparison) -> Measurement:
        scene = comparison.scene
        plan = _plan(scene)
        found = _found(plan, find_matches(_grey(scene.input), _grey(comparison.edited)))
        seen = np.isfinite(found).all(-1)
        terms = {"points": len(found), "points_found": int(seen.sum())}
        return Measurement(place(plan.start, plan.goal, found), terms)


@dataclass(frozen=True)
class _Plan:
    """The subject's points in the input, as keypoints (N, 4), and their places in the target."""

    points: Points
    goal: Points

    @property
    def start(self) -> Points:
        return self.points[:, :2]


def _plan(scene: Scene) -> _Plan:
    """What the target does with the subject.

    Raises:
        NotApplicable: the item has no target, or too few points of the input are found moved in it.
    """
    first = _grey(scene.input)
    matches = find_matches(first, _grey(scene.target))
    diagonal = float(np.hypot(*first.shape))
    groups = find_groups(matches, diagonal)
    grouped = {tuple(spot) for group in groups for spot in group.places}
    kept = np.array([tuple(point[:2]) in grouped for point in matches.first], dtype=bool)
    points, goal = matches.first[kept], matches.second[kept, :2]
    if len(groups):
        start, matrix = points[:, :2], groups[0].matrix
        chosen = subject(start, goal, start @ matrix[:, :2].T + matrix[:, 2], diagonal)
        points, goal = points[chosen], goal[chosen]
    if len(points) < LEAST:
        raise NotApplicable(f"fewer than {LEAST} points of the input are found moved in the target")
    return _Plan(points, goal)


def _found(plan: _Plan, matches: Matches) -> Points:
    """Where each of the plan's points is in the edit; NaN where it is not."""
    places = dict(zip(map(tuple, matches.first), matches.second[:, :2], strict=True))
    nowhere = np.full(2, np.nan)
    return np.array([places.get(tuple(point), nowhere) for point in plan.points])


def _grey(image: Pixels) -> Pixels:
    scale = LONGER / max(image.shape[:2])
    if scale < 1:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
