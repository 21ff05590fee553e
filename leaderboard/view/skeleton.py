"""People's joints drawn on the pictures of an edit."""

from collections.abc import Iterable, Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.networks.blazepose import JOINTS, LIMBS, BlazePose, Person
from motionedit_bench.metrics.networks.blazepose.people import SEEN

LEFT, RIGHT, MIDDLE, BEFORE = (255, 149, 0), (10, 132, 255), (52, 199, 89), (174, 174, 178)
"""Colours of limbs of the person's left, right and both, and of where they were in the input; RGB."""
COLOURS = {"left": LEFT, "right": RIGHT, "both": MIDDLE}
"""Those of limbs by their `side`."""
LEGEND = (
    "pose: the joints that are seen, orange on the left of a person, blue on the right; grey: in the input"
)
FINE = 4
"""Binary digits of a pixel's parts in drawn places."""

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]


def skeletons(comparison: Comparison, poses: BlazePose) -> Mapping[str, Pixels]:
    """The pictures of an edit by title, with all people's joints; in target and edit also the input's."""
    scene = comparison.scene
    before = poses.people(scene.input)
    return {
        "pose in the input": drawn(scene.input, before),
        "pose in the target": drawn(scene.target, poses.people(scene.target), before),
        "pose in the edit": drawn(comparison.edited, poses.people(comparison.edited), before),
    }


def drawn(picture: Pixels, people: Iterable[Person], before: Sequence[Person] = ()) -> Pixels:
    """The picture (H, W, 3) with a line for each limb of which both joints are seen."""
    image = picture.copy()
    width = max(1, round(sum(picture.shape[:2]) / 500))
    for one in before:
        _draw(image, one, width, BEFORE)
    for one in people:
        _draw(image, one, width)
    return image


def side(first: int, second: int) -> str:
    """Whose a limb between two joints is: the person's ``left`` or ``right``, or of ``both``."""
    sides = {JOINTS[joint].partition("_")[0] for joint in (first, second)} & {"left", "right"}
    return "both" if len(sides) > 1 else sides.pop()


def _draw(image: Pixels, one: Person, width: int, colour: Colour | None = None) -> None:
    places = np.rint(one.joints * 2**FINE).astype(int)
    seen = one.visibility >= SEEN
    limbs = [(first, second) for first, second in LIMBS if seen[first] and seen[second]]
    for thick, cased in ((3 * width, True), (width, False)):
        for first, second in limbs:
            paint = (255, 255, 255) if cased else colour or COLOURS[side(first, second)]
            ends = tuple(places[first].tolist()), tuple(places[second].tolist())
            cv2.line(image, *ends, paint, thick, cv2.LINE_AA, FINE)
