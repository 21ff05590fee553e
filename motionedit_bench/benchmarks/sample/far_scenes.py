"""The stages of the embedded benchmark `sample-far`: what moves before which backdrop, how, and in words."""

from motionedit_bench.benchmarks.sample.layers import ellipse
from motionedit_bench.benchmarks.sample.light import Light, Shadow
from motionedit_bench.benchmarks.sample.motions import Similarity, above, chain, shift, stretch, turn, within
from motionedit_bench.benchmarks.sample.outlines import (
    ASTRONAUT,
    CUP,
    MOTORCYCLE,
    PHOTOGRAPHER,
    ROCKET,
    SHUTTLE,
)
from motionedit_bench.benchmarks.sample.stage import Actor, Backdrop, Cutout, Stage
from motionedit_bench.benchmarks.sample.task import (
    FORMATION,
    LOCOMOTION,
    POSE,
    VIEWPOINT,
    WITH_OBJECT,
    WITH_SUBJECT,
    Task,
)

WOMAN = Cutout("astronaut.png", ASTRONAUT)
MAN = Cutout("camera.png", PHOTOGRAPHER)
MOTORBIKE = Cutout("motorcycle_left.png", MOTORCYCLE)
ROCKET_ALONE = Cutout("rocket.jpg", ROCKET)
SPACECRAFT = Cutout("astronaut.png", SHUTTLE)
COFFEE = Cutout("coffee.png", CUP)
CAT_CARD = Cutout("chelsea.png", ((3, 3), (447, 3), (447, 296), (3, 296)))
PAGE = Cutout("page.png", ((3, 3), (380, 3), (380, 187), (3, 187)))
ROUND_CELL = Cutout("cell.png", ellipse((427, 374), (66, 66)), soft=2.0)
PATCH = Cutout("astronaut.png", ellipse((170.7, 385.3), (38.5, 38.5)))
STANDING_MAN_COIN = Cutout("coins.png", ellipse((335.5, 44), (31, 29.5)))
BIG_COIN = Cutout("coins.png", ellipse((271, 119), (27, 26)))
SMALL_COIN = Cutout("coins.png", ellipse((153.5, 126.5), (21, 19.5)))
HEAD_COIN = Cutout("coins.png", ellipse((243.5, 264), (26, 25.5)))
LAST_COIN = Cutout("coins.png", ellipse((301, 263), (25.5, 25)))

LAWN = Backdrop("grass.png", 1.7, (-115, -243), (0.75, 1.0, 0.55))
GRAVEL = Backdrop("gravel.png", 1.7, (-115, -243))
PAVING = Backdrop("brick.png", 1.75, (-128, -256), (1.25, 0.9, 0.75))
STARS = Backdrop("hubble_deep_field.jpg", 0.9, (-130, -200))
MOON = Backdrop("moon.png", 1.8, (-140, -268))
GARAGE = Backdrop("motorcycle_left.png", 1.2, (-125, -108))
LAUNCH_SITE = Backdrop("rocket.jpg", 1.4, (-128, -107))
TISSUE = Backdrop("ihc.png", 1.8, (-140, -268))

CLOUD = Light((0.86, 0.88, 0.94), 1.1, noise=2.0, quality=92)
LAMP = Light((1.1, 1.04, 0.92), 0.92, noise=1.5, quality=88)
DUSK = Light((0.88, 0.85, 0.87), 1.0, Shadow((520, 90), (260, 200), 0.3), noise=2.5, quality=90)
TREE = Light((1.0, 1.0, 0.96), 0.95, Shadow((120, 300), (240, 170), 0.35), noise=1.5, quality=92)
COARSE = Light((0.97, 0.97, 1.0), 1.0, noise=4.0, quality=70)


def go(
    right: float = 0,
    down: float = 0,
    turned: float = 0,
    scaled: float = 1,
    about: tuple[float, float] = (0, 0),
) -> Similarity:
    """An actor's or the camera's way, in the order of the words."""
    return Similarity((right, down), turned, scaled, about)


LOCOMOTIONS = (
    Stage(
        Task("motorcycle-crosses", LOCOMOTION, "Drive the motorcycle across the paving to the right."),
        PAVING,
        (Actor(MOTORBIKE, (205, 205), 0.62, go(205, -12, scaled=0.92)),),
        light=TREE,
    ),
    Stage(
        Task("rocket-flies-off", LOCOMOTION, "Make the rocket fly off to the upper right, further away."),
        STARS,
        (Actor(ROCKET_ALONE, (240, 220), 1.15, go(170, -70, 48, 0.65)),),
        go(-60, 34, scaled=1.08),
        light=COARSE,
    ),
    Stage(
        Task("coin-rolls-away", LOCOMOTION, "Roll the big coin along the gravel to the right."),
        GRAVEL,
        (Actor(STANDING_MAN_COIN, (150, 200), 2.6, go(222, 20, 120)),),
        light=LAMP,
    ),
    Stage(
        Task(
            "cup-slides-behind-card",
            LOCOMOTION,
            "Slide the cup of coffee to the left until it stands partly behind the picture of the cat.",
        ),
        LAWN,
        (Actor(COFFEE, (480, 190), 0.62, go(-185, 25)), Actor(CAT_CARD, (170, 215), 0.6)),
        go(55, -20, 3),
        light=DUSK,
    ),
)

POSES = (
    Stage(
        Task("astronaut-tilts-far", POSE, "Make the astronaut lean far over to her left."),
        GARAGE,
        (Actor(WOMAN, (300, 235), 0.85, bend=above(470, 120, turn(27, (240, 400)))),),
        go(-66, 12, scaled=1.1),
        light=CLOUD,
    ),
    Stage(
        Task("photographer-bows", POSE, "Make the photographer bow down further."),
        LAWN,
        (
            Actor(
                MAN,
                (205, 200),
                0.95,
                go(60, 20, 12, about=(-60, 180)),
                bend=above(400, 150, turn(26, (100, 360))),
            ),
        ),
        light=COARSE,
    ),
    Stage(
        Task("cat-looks-away", POSE, "Make the cat turn its face far to the left of the picture."),
        Backdrop(
            "chelsea.png",
            1.75,
            (-70, -65),
            bend=within((215, 150), (213, 148), chain(shift(-62, 8), stretch(0.9, 1, (215, 150)))),
        ),
        (),
        go(48, 6, -4, 1.1),
        light=LAMP,
    ),
    Stage(
        Task("astronaut-sinks", POSE, "Make the astronaut sink down and turn to her right."),
        STARS,
        (Actor(WOMAN, (340, 250), 0.8, go(-90, 70, -14), bend=above(400, 40, turn(-18, (228, 330)))),),
        light=TREE,
    ),
)

FORMATIONS = (
    Stage(
        Task("page-buckles", FORMATION, "Make the sheet of paper buckle in the middle and lie askew."),
        PAVING,
        (
            Actor(
                PAGE,
                (300, 190),
                1.25,
                go(75, -38, 32),
                bend=within((190, 95), (185, 92), stretch(1.3, 1.3, (190, 95))),
            ),
        ),
        light=TREE,
    ),
    Stage(
        Task("coins-gather", FORMATION, "Gather the scattered coins in the middle, each touching the next."),
        LAWN,
        (
            Actor(BIG_COIN, (95, 90), 1.8, go(175, 70, 80)),
            Actor(STANDING_MAN_COIN, (555, 95), 1.7, go(-190, 60, -60)),
            Actor(SMALL_COIN, (90, 305), 2.0, go(190, -40, 30)),
            Actor(HEAD_COIN, (560, 300), 1.8, go(-185, -38, -90)),
        ),
        go(20, 24, 0, 1.15),
        light=CLOUD,
    ),
    Stage(
        Task("cell-swells", FORMATION, "Make the bright round cell swell and drift to the right."),
        TISSUE,
        (Actor(ROUND_CELL, (190, 200), 1.3, go(190, -16, 0, 1.55)),),
        light=COARSE,
    ),
    Stage(
        Task("page-shrinks", FORMATION, "Make the sheet of paper shrink into the lower left corner."),
        GRAVEL,
        (Actor(PAGE, (360, 170), 1.45, go(-190, 110, -25, 0.62)),),
        go(-62, -18),
        light=DUSK,
    ),
)

VIEWPOINTS = (
    Stage(
        Task("camera-passes-motorcycle", VIEWPOINT, "Move the camera to the left and closer."),
        GARAGE,
        (),
        go(92, 26, 3, 1.18),
        light=CLOUD,
    ),
    Stage(
        Task(
            "shuttle-turns-over", VIEWPOINT, "Turn the space shuttle clockwise, by more than a right angle."
        ),
        MOON,
        (Actor(SPACECRAFT, (230, 200), 1.15, go(150, -20, 105)),),
        light=LAMP,
    ),
    Stage(
        Task(
            "card-turns-over", VIEWPOINT, "Turn the picture of the cat counterclockwise, nearly upside down."
        ),
        PAVING,
        (Actor(CAT_CARD, (350, 195), 0.85, go(-45, 10, -118, 0.95)),),
        go(40, -30, 5, 1.05),
        light=TREE,
    ),
    Stage(
        Task(
            "camera-rises-over-launch", VIEWPOINT, "Move the camera away, with the horizon slightly tilted."
        ),
        LAUNCH_SITE,
        (),
        go(-38, -48, -7, 0.84),
        light=Light((1.2, 1.15, 1.1), 0.9, noise=3.0, quality=85),
    ),
)

WITH_OBJECTS = (
    Stage(
        Task("cup-comes-to-photographer", WITH_OBJECT, "Bring the cup of coffee up to the photographer."),
        LAWN,
        (Actor(MAN, (150, 210), 0.9), Actor(COFFEE, (520, 270), 0.5, go(-215, -60, -15))),
        light=CLOUD,
    ),
    Stage(
        Task("astronaut-gets-coin", WITH_OBJECT, "Move the coin from the left into the astronaut's arm."),
        LAUNCH_SITE,
        (
            Actor(WOMAN, (400, 235), 0.8),
            Actor(STANDING_MAN_COIN, (95, 130), 2.2, go(205, 120, 90)),
        ),
        go(-56, -10, 0, 1.12),
        light=LAMP,
    ),
    Stage(
        Task("cup-lands-on-page", WITH_OBJECT, "Put the cup of coffee on the sheet of paper."),
        GRAVEL,
        (Actor(PAGE, (440, 200), 1.0, go(0, 0, 8)), Actor(COFFEE, (135, 195), 0.6, go(222, 10, 40, 0.8))),
        light=DUSK,
    ),
    Stage(
        Task("page-slips-under-cup", WITH_OBJECT, "Slide the sheet of paper to the right, under the cup."),
        PAVING,
        (Actor(PAGE, (190, 170), 0.95, go(200, 45, -20)), Actor(COFFEE, (490, 210), 0.6)),
        go(-52, 18, -4),
        light=COARSE,
    ),
)

WITH_SUBJECTS = (
    Stage(
        Task(
            "astronaut-meets-photographer", WITH_SUBJECT, "Make the astronaut step close to the photographer."
        ),
        LAWN,
        (Actor(MAN, (160, 215), 0.85), Actor(WOMAN, (520, 250), 0.72, go(-190, 0))),
        light=TREE,
    ),
    Stage(
        Task(
            "motorcycle-stops-at-astronaut",
            WITH_SUBJECT,
            "Drive the motorcycle to the right, to stand in front of the astronaut.",
        ),
        LAUNCH_SITE,
        (Actor(WOMAN, (460, 285), 0.85), Actor(MOTORBIKE, (170, 275), 0.5, go(215, -5, -4, 1.15))),
        go(40, -16, 0, 0.92),
        light=DUSK,
    ),
    Stage(
        Task("coins-swap", WITH_SUBJECT, "Let the two coins change places, one passing over the other."),
        GRAVEL,
        (
            Actor(BIG_COIN, (215, 175), 2.9, go(210, 40, 100)),
            Actor(LAST_COIN, (425, 215), 2.9, go(-210, -40, -70)),
        ),
        light=LAMP,
    ),
    Stage(
        Task(
            "shuttle-follows-rocket",
            WITH_SUBJECT,
            "Let the rocket rise out of the picture, and the shuttle follow it.",
        ),
        MOON,
        (
            Actor(ROCKET_ALONE, (430, 170), 1.0, go(60, -185, 20)),
            Actor(SPACECRAFT, (210, 245), 0.95, go(160, -90, 42, 0.85)),
        ),
        go(-48, 22, scaled=1.1),
        light=CLOUD,
    ),
)

STAGES = (*LOCOMOTIONS, *POSES, *FORMATIONS, *VIEWPOINTS, *WITH_OBJECTS, *WITH_SUBJECTS)
"""All stages, four of each motion type."""
