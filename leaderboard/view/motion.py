"""How motion is drawn: as colours, as arrows, as the distance to the target's; and how far it was seen."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.errors import ImageError
from motionedit_bench.leaderboard.view.arrows import Arrows, arrows
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.flow.base import Flow
from motionedit_bench.metrics.flow.colour import colour, hatched, heat
from motionedit_bench.metrics.functional.regions import diagonal, end_point_error, moved
from motionedit_bench.metrics.functional.trust import SEEN, Trust, flow_trust

CROWDED = 0.8
"""Where more than this share of the picture moves, a line around what moves says nothing."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Motion:
    """A motion from the input on, ready to be drawn.

    Attributes:
        colours: the flow in its colour code, RGB (H, W, 3), hatched where it cannot be trusted.
        arrows: what is left without the camera's motion; no arrows where the motion is not seen.
        trust: how much of what happens the flow saw, 0 to 1, see `flow_trust`; ``None`` where the flow back
            cannot be had: then nothing is hatched, and there are no arrows.
    """

    colours: Pixels
    arrows: Arrows
    trust: float | None

    @property
    def seen(self) -> bool:
        """Whether the flow saw enough of it to be looked at as motion."""
        return self.trust is not None and bool(self.trust >= SEEN)


def told(motion: Motion) -> str:
    """How far a motion was seen, and what the camera did, in words."""
    if motion.trust is None:
        return "whether the flow saw it is not known, so it has no arrows"
    seen = f"the flow saw {100 * motion.trust:.0f} % of what happens"
    if not motion.seen:
        return f"{seen}, too little to be read as motion"
    if motion.arrows.camera is None:
        return f"{seen}; no camera's motion can be told from the subjects', nothing is taken away"
    if not motion.arrows.camera:
        return f"{seen}; the camera stands still"
    return f"{seen}; the camera moves by {motion.arrows.camera:.1f} px"


def target_motion(scene: Scene, full: float) -> Motion:
    """The target's motion; ``full`` is the length that has full colour, pixels.

    Raises:
        NotApplicable: the item is too small for the flow.
    """
    return _motion(scene.target_flow, full, _trust_of_target(scene))


def edit_motion(comparison: Comparison, full: float) -> Motion:
    """The same for the edit's; it takes the flow back, which no metric asks for.

    Raises:
        NotApplicable: the item is too small for the flow.
    """
    scene = comparison.scene
    forward = comparison.flow
    try:
        backward = scene.flows.flow(comparison.edited, scene.input)
        trust = flow_trust(forward, backward, scene.input, comparison.edited)
    except ImageError:
        trust = None
    return _motion(forward, full, trust)


def error_of_motion(comparison: Comparison, full: float) -> tuple[Pixels, bool]:
    """The distance between the edit's motion and the target's as colours, and whether there is a line around
    what moves in the target: not where nearly everything does.

    Raises:
        NotApplicable: the item is too small for the flow.
    """
    wanted = comparison.scene.target_flow
    error = heat(end_point_error(comparison.flow, wanted) * diagonal(wanted) / 100, full)
    region = moved(wanted)
    if region.mean() > CROWDED:
        return error, False
    return _outlined(error, region), True


def full_motion(comparison: Comparison) -> float:
    """The motion that has full colour, pixels: the target's longest, or the edit's where it stands still.

    Raises:
        NotApplicable: the item is too small for the flow.
    """
    return longest(comparison.scene.target_flow) or longest(comparison.flow) or 1.0


def longest(flow: Flow) -> float:
    """The longest motion of a flow (H, W, 2), pixels."""
    return float(np.hypot(flow[..., 0], flow[..., 1]).max())


def scale(width: int, height: int) -> Pixels:
    """The key to the error's colours, from none on the left to full."""
    return heat(np.broadcast_to(np.linspace(0, 1, width), (height, width)), 1)


def _trust_of_target(scene: Scene) -> Trust | None:
    try:
        return scene.trust
    except ImageError:  # the flow back cannot be had
        return None


def _motion(flow: Flow, full: float, trust: Trust | None) -> Motion:
    painted = colour(flow, full)
    if trust is None:
        return Motion(painted, Arrows((), None, diagonal(flow)), None)
    found = arrows(flow, trust.trusted)
    if not trust.seen:
        found = replace(found, arrows=())
    return Motion(hatched(painted, trust.untrusted), found, float(trust.value))


def _outlined(image: Pixels, region: npt.NDArray[np.bool_]) -> Pixels:
    """The picture with a line around a region, white on black, so that it shows on all colours."""
    lines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    width = max(1, round(sum(image.shape[:2]) / 800))
    drawn = cv2.drawContours(image.copy(), lines, -1, (0, 0, 0), 3 * width, cv2.LINE_AA)
    return np.asarray(cv2.drawContours(drawn, lines, -1, (255, 255, 255), width, cv2.LINE_AA))
