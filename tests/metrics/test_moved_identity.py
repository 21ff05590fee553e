"""What moves, and whether it is still the same: by a small network of random weights, which see texture."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from helpers.pictures import photograph
from PIL import Image
from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.benchmarks.sample.edits import edits
from motionedit_bench.errors import NotApplicable
from motionedit_bench.images import decode
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.functional.regions import divide
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.moved_identity import MovedIdentity, cut
from motionedit_bench.metrics.networks.embedding import Encoder

SHAPE = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
GROUND, THING, OTHER = (photograph(seed, 240, 160) for seed in (1, 2, 3))


@pytest.fixture(scope="module")
def dino(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dino")
    torch.manual_seed(0)
    Dinov2Model(Dinov2Config(**SHAPE, image_size=112, patch_size=14)).save_pretrained(folder)
    crop = {"height": 112, "width": 112}
    BitImageProcessor(size={"shortest_edge": 128}, crop_size=crop).save_pretrained(folder)
    return str(folder)


def with_thing(right, thing=THING):
    """A square thing on the ground, so far to the right."""
    picture = GROUND.copy()
    if thing is not None:
        picture[50:110, 40 + right : 100 + right] = thing[:60, :60]
    return picture


@pytest.fixture(scope="module")
def measure(dino):
    instruments = Instruments("dis", dino_model=dino, device="cpu")
    metric = MovedIdentity(instruments)

    def measured(edited, target=None, first=None):
        pictures = (with_thing(0) if first is None else first, with_thing(14) if target is None else target)
        scene = Scene(*map(Image.fromarray, pictures), instruments)
        return metric.measure(Comparison(scene, Image.fromarray(edited)))

    return measured


def test_the_thing_itself_is_itself_wherever_it_is_moved(measure):
    still, there = measure(with_thing(0)), measure(with_thing(14))
    assert still.value == still.detail["along_flow"] == pytest.approx(1, abs=1e-9)
    assert there.value == pytest.approx(there.detail["target"], abs=1e-6)
    assert there.value > 0.9
    assert measure(with_thing(7)).value > 0.9


def test_another_thing_or_none_is_not(measure):
    same = measure(with_thing(14)).value
    other, gone = measure(with_thing(14, OTHER)).value, measure(with_thing(0, None)).value
    assert max(other, gone) < same - 0.02


def test_what_is_lost_by_the_flow_is_found_in_the_targets_place(measure):
    found = measure(np.roll(with_thing(14), 120, axis=0))
    assert set(found.detail) >= {"at_target", "along_flow", "target", "moved_share", "flow_trust"}
    assert found.value == max(found.detail["at_target"], found.detail["along_flow"])


def test_nothing_moves_or_the_flow_does_not_see_it(measure):
    with pytest.raises(NotApplicable, match="the target does not move"):
        measure(with_thing(14), target=with_thing(0))
    with pytest.raises(NotApplicable, match="cannot be seen by dis: what moves is not known"):
        measure(with_thing(14), target=photograph(9, 240, 160))


@pytest.mark.slow
def test_on_the_sample_what_moves_stays_itself_in_edits_of_its_motion(dino):
    instruments = Instruments("dis", dino_model=dino, device="cpu")
    metric = MovedIdentity(instruments)
    item = open_benchmark("sample").items[0]
    scene = Scene(decode(item.input.read()), decode(item.target.read()), instruments)
    made = edits(item, "sample")
    values = {
        name: metric.measure(Comparison(scene, Image.fromarray(made[name]().target))).value
        for name in ("the input", "all of the motion", "two thirds")
    }
    noise = np.random.default_rng(0).integers(0, 256, scene.input.shape, dtype=np.uint8)
    lost = metric.measure(Comparison(scene, Image.fromarray(noise))).value
    assert values["the input"] == pytest.approx(1, abs=1e-9)
    assert min(values.values()) > lost


def test_a_region_is_cut_out_with_what_is_around_it():
    picture = np.arange(100 * 200 * 3, dtype=np.uint32).reshape(100, 200, 3).astype(np.uint8)
    region = np.zeros((100, 200), bool)
    region[40:60, 100:140] = True
    image, covered = cut(picture, region)
    assert image.shape == (50, 50, 3)
    assert (image == picture[25:75, 95:145]).all()
    assert (covered == region[25:75, 95:145]).all()


def test_a_region_at_the_edge_is_cut_out_beyond_it_and_stray_pixels_do_not_count():
    picture = np.full((100, 200, 3), 7, np.uint8)
    region = np.zeros((100, 200), bool)
    region[:20, :60] = True
    region[99, 199] = True
    image, covered = cut(picture, region)
    assert image.shape == (75, 75, 3)
    assert image.min() == 7
    assert np.count_nonzero(covered) == 20 * 60
    assert not covered[:20].any()


def test_the_embedding_of_a_region_is_its_patches_mean(dino):
    encoder = Encoder("dino", dino, "cpu")
    picture = photograph(4, 128, 128)
    region = np.zeros((128, 128), bool)
    region[8 + 14 : 8 + 28, 8 + 28 : 8 + 56] = True
    pixels = encoder._prepare(images=Image.fromarray(picture), return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        patches = encoder._network(pixels).last_hidden_state[0, 1:].reshape(8, 8, -1)
    wanted = patches[1, 2:4].mean(0).double().numpy()
    found = encoder.embed_region(picture, region)
    assert found == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-6)
    assert encoder.embed_region(picture.copy(), region) is found


def test_a_target_that_takes_all_that_moves_out_of_the_picture_says_nothing(dino):
    metric = MovedIdentity(Instruments("dis", dino_model=dino, device="cpu"))
    flow = np.zeros((160, 240, 2), np.float32)
    flow[20:40, 20:40] = 500, 0
    scene = SimpleNamespace(
        regions=divide(flow), trust=SimpleNamespace(seen=True), target_flow=flow, input=GROUND
    )
    with pytest.raises(NotApplicable, match="out of the picture"):
        metric.compare(SimpleNamespace(scene=scene))
