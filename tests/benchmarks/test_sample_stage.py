"""Stages: actors before a backdrop, a camera that moves, and the truth about what is seen."""

from dataclasses import replace

import numpy as np
import pytest

from motionedit_bench.benchmarks.sample.layers import Layer, Triplet, compose, coverage, ellipse
from motionedit_bench.benchmarks.sample.light import Light, Shadow, lit
from motionedit_bench.benchmarks.sample.motions import Similarity, grid, shift
from motionedit_bench.benchmarks.sample.stage import Actor, Backdrop, Cutout, Stage, photographed, staged
from motionedit_bench.benchmarks.sample.task import LOCOMOTION, Task

SIZE = (120, 160)
TASK = Task("coin", LOCOMOTION, "Move the coin.")
COIN = Cutout("coins.png", ellipse((335.5, 44), (31, 29.5)))
GRAVEL = Backdrop("gravel.png", 1.0, (-100, -150))


def stage(*actors: Actor, camera: Similarity | None = None, light: Light | None = None) -> Stage:
    return Stage(TASK, GRAVEL, actors, camera, light or Light(), SIZE)


def slope(height: int = 60, width: int = 80) -> np.ndarray:
    return np.repeat((grid(height, width) @ np.array([1.0, 1.0]) + 20)[..., None], 3, axis=-1)


def at(points: list[tuple[float, float]]) -> np.ndarray:
    return np.array(points, float)


def test_a_similarity_by_hand() -> None:
    way = Similarity(shift=(10, 0), turn=90, scale=2, about=(1, 1))
    assert way(at([(2, 1)])) == pytest.approx(at([(11, 3)]))  # clockwise: y is down
    assert Similarity()(at([(3, 4)])).tolist() == [[3, 4]]


@pytest.mark.parametrize("turn", [0, 60, -118, 180])
@pytest.mark.parametrize("scale", [0.6, 1, 1.6])
def test_a_similarity_is_undone_exactly(turn: float, scale: float) -> None:
    way = Similarity((37, -20), turn, scale, (50, 30))
    points = grid(20, 30)
    assert np.abs(way.back(way(points)) - points).max() < 1e-11


def test_parts_of_a_similarity_turn_and_scale_on_the_way() -> None:
    way = Similarity((90, -30), 120, 0.25, (5, 5))
    half = way.part(0.5)
    assert half == Similarity((45, -15), 60, 0.5, (5, 5))
    assert way.part(1) == way
    assert way.part(0)(at([(7, 9)])) == pytest.approx(at([(7, 9)]))
    assert way.part(-1) == Similarity((-90, 30), -120, 4, (5, 5))


def test_the_flow_of_an_actor_is_its_way_and_then_the_cameras() -> None:
    still = staged(stage(Actor(COIN, (50, 60))))
    assert (still.flow == 0).all()
    assert (still.input == still.target).all()
    assert still.visible is not None
    assert still.visible.all()
    moved = staged(stage(Actor(COIN, (50, 60), carry=Similarity((60, 0), 90)), camera=Similarity((4, 8))))
    assert moved.flow[60, 50] == pytest.approx([64, 8])
    assert moved.flow[60, 60] == pytest.approx([64 - 10, 8 + 10])  # turned by a right angle about its middle
    assert moved.flow[5, 5] == pytest.approx([4, 8])
    zoomed = staged(stage(camera=Similarity(scale=1.5)))
    assert zoomed.flow[60, 80] == pytest.approx([0, 0])  # about the middle of the picture
    assert zoomed.flow[60, 120] == pytest.approx([20, 0])


def test_what_is_covered_or_has_left_is_not_visible() -> None:
    coin = Actor(COIN, (50, 60), carry=Similarity((60, 0)))
    seen = staged(stage(coin)).visible
    assert seen is not None
    assert seen[60, 50]
    assert not seen[60, 110]  # where the coin comes to lie
    assert seen[60, 15]
    hidden = staged(stage(coin, Actor(COIN, (125, 60)))).visible
    assert hidden is not None
    assert not hidden[60, 60]  # of the coin, what slips under the other one
    assert hidden[60, 25]
    left = staged(stage(camera=Similarity((-40, 0)))).visible
    assert left is not None
    assert not left[:, :40].any()
    assert left[:, 40:].all()


def test_who_is_later_passes_over() -> None:
    first, second = Actor(COIN, (40, 60), carry=Similarity((60, 0))), Actor(COIN, (110, 60))
    below, above = staged(stage(first, second)), staged(stage(second, first))
    assert below.visible is not None
    assert above.visible is not None
    assert not below.visible[60, 45]
    assert above.visible[60, 45]
    assert not above.visible[60, 105]


def test_what_is_shrunk_loses_its_finest_detail_and_no_more() -> None:
    size, half = (40, 60), Similarity(scale=0.5)
    stripes = np.repeat(np.indices(size)[1][..., None] % 2 * 255.0, 3, axis=-1)
    fine = compose((Layer(size, stripes), Layer(size, stripes, coverage(None, size), carries=(half,))))
    assert fine.target[5:15, 5:25].std() < 40  # an even grey, not stripes that are not there
    coarse = compose((Layer(size, slope(*size), carries=(half,)),))
    assert coarse.target[5:15, 5:25, 0] == pytest.approx(slope(*size)[10:30:2, 10:50:2, 0], abs=1)


def test_a_bend_is_in_the_photographs_pixels() -> None:
    size = SIZE
    layer = Layer(size, slope(), place=Similarity((10, 20), scale=2), bend=shift(3, 1))
    assert layer.motion(at([(50, 60)])).tolist() == [[56, 62]]


def test_part_of_a_stage_is_part_of_every_way() -> None:
    whole = stage(
        Actor(COIN, (50, 60), carry=Similarity((60, 0), 90), bend=shift(4, 0)), camera=Similarity((9, 0))
    )
    third = staged(whole.part(1 / 3))
    assert third.flow[60, 50] == pytest.approx([20 + 3 + 4 / 3 * np.cos(np.pi / 6), 4 / 3 * 0.5], abs=1e-4)
    assert third.flow[5, 5] == pytest.approx([3, 0])
    assert np.abs(staged(whole.part(0)).target.astype(int) - staged(whole).input).max() <= 1
    back = staged(whole.part(-1))
    assert back.flow[5, 5] == pytest.approx([-9, 0])


def test_light_changes_the_target_alone_and_no_truth() -> None:
    here = stage(Actor(COIN, (50, 60), carry=Similarity((60, 0))))
    plain, dusk = photographed(here), photographed(replace(here, light=Light((0.8, 0.8, 0.8), noise=2)))
    assert (plain.input == dusk.input).all()
    assert (plain.flow == dusk.flow).all()
    assert same_truth(plain, dusk)
    assert dusk.target.mean() == pytest.approx(0.8 * plain.target.mean(), abs=1)


def same_truth(one: Triplet, other: Triplet) -> bool:
    assert one.visible is not None
    assert other.visible is not None
    return bool((one.visible == other.visible).all())


def test_light_by_hand() -> None:
    grey = np.full((40, 60, 3), 100, np.uint8)
    assert (lit(grey, Light(), 0) == grey).all()
    assert lit(grey, Light((1.5, 1, 0.5)), 0)[0, 0].tolist() == [150, 100, 50]
    assert lit(grey, Light((9, 9, 9)), 0).max() == 255
    assert lit(grey, Light(gamma=0.5), 0)[0, 0, 0] == round(255 * (100 / 255) ** 0.5)
    shade = lit(grey, Light(shadow=Shadow((30, 20), (10, 10), 0.5)), 0)
    assert shade[20, 30, 0] == 50
    assert shade[0, 0, 0] == 100
    noisy = lit(grey, Light(noise=5), 1)
    assert noisy.std() == pytest.approx(5, abs=0.3)
    assert (noisy == lit(grey, Light(noise=5), 1)).all()
    assert (noisy != lit(grey, Light(noise=5), 2)).any()


def test_jpeg_keeps_a_picture_roughly() -> None:
    photo = np.rint(slope()).astype(np.uint8)
    rough = lit(photo, Light(quality=50), 0)
    assert (rough != photo).any()
    assert np.abs(rough.astype(int) - photo).mean() < 5
