"""The scenes of the embedded benchmark `sample`: what moves in which photograph, how, and in words."""

from dataclasses import dataclass

from motionedit_bench.benchmarks.sample.holes import Subject
from motionedit_bench.benchmarks.sample.layers import Outline, ellipse
from motionedit_bench.benchmarks.sample.motions import above, chain, shift, stretch, turn, within
from motionedit_bench.benchmarks.sample.outlines import (
    ASTRONAUT,
    ASTRONAUT_HEAD,
    CUP,
    CUP_SHADOW,
    FILM_CAMERA,
    LAUNCH_PAD,
    PHOTOGRAPHER_HEAD,
    ROCKET,
    SHUTTLE,
)
from motionedit_bench.benchmarks.sample.task import (
    FORMATION,
    LOCOMOTION,
    POSE,
    VIEWPOINT,
    WITH_OBJECT,
    WITH_SUBJECT,
    Task,
)


@dataclass(frozen=True)
class Guest:
    """Another photograph, scaled and put with its upper left corner at a pixel of the scene."""

    photo: str
    scale: float
    corner: tuple[int, int]

    def placed(self, outline: Outline) -> Outline:
        """An outline in the other photograph as it lies in the scene."""
        left, top = self.corner
        half = self.scale / 2 - 0.5  # pixel centres stand at whole numbers
        return tuple((x * self.scale + half + left, y * self.scale + half + top) for x, y in outline)


@dataclass(frozen=True)
class Scene:
    """A photograph, what moves in it, and what stands in front (see `layers.render`)."""

    task: Task
    photo: str
    subjects: tuple[Subject, ...]
    front: Outline | None = None
    guest: Guest | None = None


VISITOR = Guest("astronaut.png", scale=0.55, corner=(230, 230))

SCENES = (
    Scene(
        Task("rocket-lifts-off", LOCOMOTION, "Make the rocket rise straight up from the launch pad."),
        "rocket.jpg",
        (Subject(shift(0, -58), ROCKET, donor=(-45, 0)),),
        front=LAUNCH_PAD,
    ),
    Scene(
        Task(
            "coffee-slides-right",
            LOCOMOTION,
            "Slide the cup of coffee, with its saucer and spoon, to the right across the table.",
        ),
        "coffee.png",
        (
            Subject(shift(44, 0), CUP_SHADOW, donor=(-52, 0), soft=8.0),
            Subject(shift(44, 0), CUP, donor=(-62, 0)),
        ),
    ),
    Scene(
        Task("cell-drifts-up", LOCOMOTION, "Move the bright round cell up and to the left."),
        "cell.png",
        (Subject(shift(-64, -40), ellipse((427, 374), (118, 118)), donor=(-230, 60), soft=8.0),),
    ),
    Scene(
        Task(
            "shuttle-moves-behind-shoulder",
            LOCOMOTION,
            "Move the space shuttle model to the left, so that the astronaut's shoulder hides a part of it.",
        ),
        "astronaut.png",
        (Subject(shift(-44, 0), SHUTTLE, donor=(55, 0)),),
        front=ASTRONAUT,
    ),
    Scene(
        Task("astronaut-tilts-head", POSE, "Make the astronaut tilt her head towards her left shoulder."),
        "astronaut.png",
        (Subject(above(168, 95, turn(9, (222, 188))), ASTRONAUT_HEAD, soft=1.0),),
    ),
    Scene(
        Task("cat-squints", POSE, "Make the cat narrow its eyes."),
        "chelsea.png",
        (
            Subject(
                chain(
                    within((171, 113), (95, 85), stretch(1, 0.4, (171, 113))),
                    within((320, 135), (70, 70), stretch(1, 0.4, (320, 135))),
                )
            ),
        ),
    ),
    Scene(
        Task(
            "coins-close-ranks",
            FORMATION,
            "Push the coins of the second row from the top together until each touches the next.",
        ),
        "coins.png",
        (
            Subject(shift(40, 0), ellipse((45, 124), (22, 22))),
            Subject(shift(23, 0), ellipse((103, 126), (21, 21))),
            Subject(shift(12, 0), ellipse((153.5, 126.5), (21, 19.5))),
            Subject(shift(-19, 0), ellipse((271, 119), (27, 26))),
            Subject(shift(-39, 0), ellipse((336, 125), (21, 21))),
        ),
    ),
    Scene(
        Task("paving-bulges", FORMATION, "Make the brick paving bulge in the middle."),
        "brick.png",
        (Subject(within((256, 256), (240, 240), stretch(1.35, 1.35, (256, 256)))),),
    ),
    Scene(
        Task("cat-turns-head", VIEWPOINT, "Make the cat turn its face further to the left of the picture."),
        "chelsea.png",
        (Subject(within((215, 150), (213, 148), shift(-30, 0))),),
    ),
    Scene(
        Task("rocket-leans", VIEWPOINT, "Tilt the rocket on its launch pad to the right."),
        "rocket.jpg",
        (Subject(turn(8, (321, 404)), ROCKET, donor=(-45, 0)),),
        front=LAUNCH_PAD,
    ),
    Scene(
        Task(
            "photographer-lifts-head",
            WITH_OBJECT,
            "Make the photographer lift his head and take his eye off the camera's eyepiece.",
        ),
        "camera.png",
        (Subject(above(195, 155, turn(-11, (180, 190))), PHOTOGRAPHER_HEAD),),
        front=FILM_CAMERA,
    ),
    Scene(
        Task(
            "patch-slides-to-straps",
            WITH_OBJECT,
            "Move the round mission patch on the astronaut's suit towards the white straps.",
        ),
        "astronaut.png",
        (Subject(shift(20, 0), ellipse((170.7, 385.3), (38.5, 38.5))),),
    ),
    Scene(
        Task(
            "astronaut-joins-photographer",
            WITH_SUBJECT,
            "Make the astronaut step closer to the photographer.",
        ),
        "camera.png",
        (Subject(shift(-42, 0), VISITOR.placed(ASTRONAUT)),),
        guest=VISITOR,
    ),
    Scene(
        Task(
            "coins-meet",
            WITH_SUBJECT,
            "Move the rightmost coins of the two upper rows towards each other until they touch.",
        ),
        "coins.png",
        (
            Subject(shift(0, 15), ellipse((335.5, 44), (31, 29.5))),
            Subject(shift(0, -15), ellipse((336, 125), (21, 21))),
        ),
    ),
    Scene(
        Task(
            "coin-slips-under-neighbour",
            WITH_SUBJECT,
            "Slide the fourth coin of the bottom row partly under the coin to its right.",
        ),
        "coins.png",
        (Subject(shift(26, -1), ellipse((243.5, 264), (26, 25.5))),),
        front=ellipse((301, 263), (25.5, 25)),
    ),
)
"""The scenes made from one photograph each, or from one with a guest in it."""

STEREO = Task(
    "motorcycle-from-further-right",
    VIEWPOINT,
    "Show the motorcycle from a camera position further to the right.",
)
"""The words for the photographed stereo pair."""
