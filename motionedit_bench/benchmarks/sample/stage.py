"""Scenes put together from several photographs, seen by a camera that moves, in light that changes."""

from dataclasses import dataclass, replace

import numpy as np

from motionedit_bench.benchmarks.sample.layers import EDGE, Layer, Outline, Photo, Triplet, compose, coverage
from motionedit_bench.benchmarks.sample.light import RGB, Light, lit
from motionedit_bench.benchmarks.sample.motions import Motion, Pair, Similarity, part
from motionedit_bench.benchmarks.sample.photos import open_photo
from motionedit_bench.benchmarks.sample.task import Task
from motionedit_bench.images import to_array
from motionedit_bench.records import digest

WIDE = (384, 640)
"""Height and width of a picture, unless a stage says otherwise."""
SAME = Light()


@dataclass(frozen=True)
class Cutout:
    """What an outline encloses in a photograph."""

    photo: str
    outline: Outline
    soft: float = EDGE


@dataclass(frozen=True)
class Backdrop:
    """A photograph that fills the picture and more.

    ``corner`` is where the middle of its upper left pixel lies, in pixels of the picture; its colours are
    multiplied by ``tint``; ``bend`` moves it, in its own pixels.
    """

    photo: str
    scale: float
    corner: Pair
    tint: RGB = (1.0, 1.0, 1.0)
    bend: Motion | None = None


@dataclass(frozen=True)
class Actor:
    """A cutout in the picture: the middle of its outline's box lies ``at`` a pixel.

    It is bent by ``bend`` in the pixels of its photograph, then carried; ``carry.about`` counts from
    ``at``. What only hides others has neither.
    """

    cutout: Cutout
    at: Pair
    scale: float = 1.0
    carry: Similarity | None = None
    bend: Motion | None = None


@dataclass(frozen=True)
class Stage:
    """A backdrop with actors before it, later ones over earlier ones.

    ``camera`` carries everything after its own motion; its ``about`` counts from the middle of the picture.
    ``light`` is that of the target.
    """

    task: Task
    backdrop: Backdrop
    actors: tuple[Actor, ...] = ()
    camera: Similarity | None = None
    light: Light = SAME
    size: tuple[int, int] = WIDE

    def part(self, fraction: float) -> "Stage":
        """The same stage where everything goes that fraction of its way (less than 0: the opposite way)."""

        def some(bend: Motion | None) -> Motion | None:
            return None if bend is None else part(fraction, bend)

        def along(carry: Similarity | None) -> Similarity | None:
            return None if carry is None else carry.part(fraction)

        actors = tuple(replace(one, carry=along(one.carry), bend=some(one.bend)) for one in self.actors)
        backdrop = replace(self.backdrop, bend=some(self.backdrop.bend))
        return replace(self, backdrop=backdrop, actors=actors, camera=along(self.camera))


def staged(stage: Stage) -> Triplet:
    """The triplet of a stage, all in the light of the input."""
    middle = (stage.size[1] / 2, stage.size[0] / 2)
    camera = () if stage.camera is None else (_about(stage.camera, middle),)
    layers = [_ground(stage, camera), *(_figure(actor, stage.size, camera) for actor in stage.actors)]
    return compose(tuple(layers))


def photographed(stage: Stage) -> Triplet:
    """The triplet of a stage, its target in its own light."""
    triplet = staged(stage)
    seed = int(digest(stage.task.id.encode())[:8], 16)
    return replace(triplet, target=lit(triplet.target, stage.light, seed))


def _ground(stage: Stage, camera: tuple[Similarity, ...]) -> Layer:
    backdrop = stage.backdrop
    texture = np.clip(_photo(backdrop.photo) * np.array(backdrop.tint), 0, 255)
    place = Similarity(shift=backdrop.corner, scale=backdrop.scale)
    return Layer(stage.size, texture, place=place, bend=backdrop.bend, carries=camera)


def _figure(actor: Actor, size: tuple[int, int], camera: tuple[Similarity, ...]) -> Layer:
    texture = _photo(actor.cutout.photo).astype(np.float64)
    outline, soft = actor.cutout.outline, actor.cutout.soft
    cover = coverage(outline, (texture.shape[0], texture.shape[1]), soft)
    cover[[0, -1]] = cover[:, [0, -1]] = 0  # what the photograph cuts off ends there
    middle = (np.min(outline, axis=0) + np.max(outline, axis=0)) / 2
    right, down = np.array(actor.at) - actor.scale * middle
    place = Similarity(shift=(float(right), float(down)), scale=actor.scale)
    carries = camera if actor.carry is None else (_about(actor.carry, actor.at), *camera)
    return Layer(size, texture, cover, outline, soft, place, actor.bend, carries)


def _about(carry: Similarity, origin: Pair) -> Similarity:
    return replace(carry, about=(carry.about[0] + origin[0], carry.about[1] + origin[1]))


def _photo(name: str) -> Photo:
    return to_array(open_photo(name))
