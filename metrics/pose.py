"""Whether a person moves as in the target, by joints: no flow is needed."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.base import Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison, Pixels
from motionedit_bench.metrics.flow.keypoints import find_matches
from motionedit_bench.metrics.functional.camera import camera, undone
from motionedit_bench.metrics.functional.pose import LEAST, SMALLEST, motion_of, pose_alignment, weights
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.blazepose import Person

NEAR = 0.005
"""How near a point must be to where the camera takes it to follow it, as a share of the diagonal."""
LONGER = 960
"""The longer side at which points of the background are looked for, pixels."""
SPAN = 0.5
"""Points that follow a camera lie this far apart in x or in y, as a share of the longer side; else they are a
thing's."""
AROUND = 0.1
"""How far beyond the joints a person reaches, as a share of the box around them."""

PLACES, VISIBILITY_PLACES = 2, 3
"""Decimals of a joint's place, in pixels, and of its visibility, as they are recorded and computed with."""

Matrix = npt.NDArray[np.float64]


class PoseAlignment(Metric):
    """How near the edit takes the person's joints to where the target takes them, -1 to 1, higher is better.

    1 for the target, 0 for doing nothing, negative further off than that; see `functional.pose`. Joints are
    BlazePose's; each counts by how visible it is in all three pictures. What the camera does is taken away
    from target and edit, as far as points of the background tell it: no edit need copy the target's pan, and
    none is credited with it. Where the target's camera cannot be told, nothing is taken away from either.

    In the detail stands all that it is computed from: joints and visibility in each picture, rounded before
    use, the body's size, and what the cameras do.

    Experimental. It says something only where exactly one person is found in each of the three pictures.
    """

    name = "pose_alignment"
    version = 2
    weights = "pose"

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self._network = instruments.poses
        self.implementation |= {"network": self._network.version(), "opencv": cv2.__version__}

    def measure(self, comparison: Comparison) -> Measurement:
        scene = comparison.scene
        pictures = {"input": scene.input, "target": scene.target, "edit": comparison.edited}
        people = {name: self.person(name, picture) for name, picture in pictures.items()}
        weight = weights(np.array([_seen(one, scene.input) for one in people.values()]))
        joints = int(np.count_nonzero(weight))
        if joints < LEAST:
            raise NotApplicable(f"{joints} joints are seen in input, target and edit, fewer than {LEAST}")
        first, target, edit = people.values()
        wanted = background(scene.input, scene.target, first, target)
        made = None if wanted is None else background(scene.input, comparison.edited, first, edit)
        goal, place = _undone(wanted, target), _undone(made, edit)
        if motion_of(first.joints, goal, weight, first.size) < SMALLEST:
            raise NotApplicable(f"the target moves the joints by less than {SMALLEST:.0%} of the body's size")
        found = pose_alignment(first.joints, goal, place, weight, first.size)
        terms: dict[str, Any] = {
            "motion": found.motion,
            "error": found.error,
            "joints": joints,
            "body": first.size,
            "camera": _told(wanted, scene.input),
            "edit_camera": _told(made, scene.input),
            "camera_matrix": None if wanted is None else wanted.tolist(),
            "edit_camera_matrix": None if made is None else made.tolist(),
            "certainty": [one.certainty for one in people.values()],
            "input_size": list(scene.input_image.size),
            "poses": {name: recorded(one) for name, one in people.items()},
        }
        return Measurement(found.value, terms)

    def person(self, name: str, picture: Pixels) -> Person:
        """The one person in the picture of that name, as `recorded`.

        Raises:
            NotApplicable: there is none, or there are several.
        """
        found = self._network.people(picture)
        if len(found) != 1:
            count = f"{len(found)} people are" if found else "no person is"
            raise NotApplicable(f"{count} found in the {name}, and exactly one must be")
        (one,) = found
        joints, visibility = np.round(one.joints, PLACES), np.round(one.visibility, VISIBILITY_PLACES)
        return replace(one, joints=joints, visibility=visibility)


def recorded(one: Person) -> list[list[float]]:
    """A person's joints as a row has them: x, y and visibility of each; see `Person`."""
    found: list[list[float]] = np.column_stack([one.joints, one.visibility]).tolist()
    return found


def background(first: Pixels, second: Pixels, person: Person, there: Person) -> Matrix | None:
    """What the camera does between two pictures of one size, by points off the person; see `camera`."""
    scale = min(1.0, LONGER / max(first.shape[:2]))
    matches = find_matches(_grey(first, scale), _grey(second, scale)).scaled(1 / scale, 1 / scale)
    start, end = matches.first[:, :2], matches.second[:, :2]
    apart = _outside(start, person) & _outside(end, there)
    start, end = start[apart], end[apart]
    near = NEAR * float(np.hypot(*first.shape[:2]))
    found = camera(start, end, near, rigid=True)
    if found is None:
        return None
    follow = np.linalg.norm(undone(found, end) - start, axis=-1) <= near
    return found if (np.ptp(start[follow], axis=0) >= SPAN * max(first.shape[:2])).any() else None


def _seen(one: Person, picture: Pixels) -> Matrix:
    """How visible the joints are; not at all outside of the picture."""
    height, width = picture.shape[:2]
    inside = ((one.joints >= 0) & (one.joints <= [width - 1, height - 1])).all(-1)
    return np.asarray(np.where(inside, one.visibility, 0.0))


def _outside(points: Matrix, one: Person) -> npt.NDArray[np.bool_]:
    low, high = one.joints.min(0), one.joints.max(0)
    margin = AROUND * (high - low)
    return np.asarray(~((points > low - margin) & (points < high + margin)).all(-1))


def _undone(matrix: Matrix | None, one: Person) -> Matrix:
    return one.joints if matrix is None else undone(matrix, one.joints)


def _told(matrix: Matrix | None, picture: Pixels) -> float | None:
    """How far the camera takes the picture's corners, in the mean, pixels."""
    if matrix is None:
        return None
    height, width = picture.shape[:2]
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], dtype=np.float64)
    return float(np.linalg.norm(corners - undone(matrix, corners), axis=-1).mean())


def _grey(image: Pixels, scale: float) -> Pixels:
    if scale < 1:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
