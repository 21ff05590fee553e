import io
import json

import cv2
import numpy as np
import pytest
from helpers.pictures import photograph
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.reference import carried_out, rate, same_detail, share_kept

SIZE = (160, 120)
BOX = (slice(35, 85), slice(40, 90))


def moved(pixels, right, down=0):
    """The box of the picture moved over the rest."""
    made = pixels.copy()
    rows, columns = BOX
    made[rows.start + down : rows.stop + down, columns.start + right : columns.stop + right] = pixels[BOX]
    return made


FIRST = photograph(3, *SIZE)
TARGET = moved(FIRST, 16)


def rated(edited, target=TARGET, first=FIRST):
    scene = Scene(Image.fromarray(first), Image.fromarray(target), Instruments("dis"))
    return rate(Comparison(scene, Image.fromarray(edited)))


def test_the_target_gets_full_marks_and_the_input_none():
    best, none = rated(TARGET), rated(FIRST)
    assert (best.fidelity, best.preservation, best.coherence) == (5, 5, 5)
    assert (none.fidelity, none.preservation, none.coherence) == (0, 0, 0)


def test_the_scores_follow_from_their_terms_and_the_reason_names_them():
    found = rated(moved(FIRST, 8))
    assert found.fidelity == 5 * found.terms["carried_out"]
    assert found.preservation == pytest.approx(found.fidelity * found.terms["found_again"])
    assert found.coherence == pytest.approx(found.fidelity * found.terms["same_detail"])
    assert f"{100 * found.terms['carried_out']:.0f} % of the target's motion" in found.reason


def test_more_of_the_motion_is_more_fidelity():
    scores = [rated(moved(FIRST, right)).fidelity for right in (0, 5, 10, 16)]
    assert scores[0] == 0 < scores[1] < scores[2] < scores[3] == 5


@given(st.floats(0, 1), st.integers(0, 99))
def test_a_part_of_the_way_is_that_part(part, seed):
    wanted = np.random.default_rng(seed).normal(0, 20, (12, 16, 2)) + 1
    assert carried_out(part * wanted, wanted) == pytest.approx(part)


def test_the_wrong_way_earns_nothing_where_it_goes():
    assert rated(moved(FIRST, -16)).fidelity < 1
    assert rated(moved(FIRST, 16)).fidelity == 5


def test_a_change_of_what_should_stay_is_less_preservation():
    scores = []
    for rows in (0, 15, 30):
        edited = TARGET.copy()
        edited[90 : 90 + rows] = photograph(9, *SIZE)[90 : 90 + rows]
        scores.append(rated(edited).terms["found_again"])
    assert scores[0] > scores[1] > scores[2]


def test_what_is_still_must_stay_at_its_place():
    edited = TARGET.copy()
    edited[:, 120:] = np.roll(TARGET[:, 120:], 4, axis=0)  # a flow finds it again, 4 pixels lower
    assert rated(edited).terms["found_again"] < 0.95


def test_lost_colours_are_less_preservation():
    grey = np.repeat(cv2.cvtColor(TARGET, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    assert rated(grey).preservation < rated(TARGET).preservation - 0.5


def test_what_an_edit_keeps_and_the_target_does_not_makes_up_for_nothing():
    target = np.array([[1.0, 0.5], [0.5, 0.0]])
    assert share_kept(target, target) == 1
    assert share_kept(np.ones((2, 2)), target) == 1
    assert share_kept(np.array([[0.5, 1.0], [1.0, 1.0]]), target) == pytest.approx(0.75)
    with pytest.raises(NotApplicable, match="found again"):
        share_kept(target, np.zeros((2, 2)))


def test_noise_and_blur_are_less_coherence():
    rng = np.random.default_rng(1)
    noises = [
        np.clip(TARGET + rng.normal(0, level, TARGET.shape), 0, 255).astype(np.uint8) for level in (4, 12, 30)
    ]
    sounds = [rated(edited).terms["same_detail"] for edited in (TARGET, *noises)]
    assert sounds == sorted(sounds, reverse=True)
    sharp = rng.integers(0, 256, (120, 160)).astype(np.float32)
    blurs = [same_detail(cv2.GaussianBlur(sharp, (0, 0), sigma), sharp) for sigma in (0.4, 1, 3)]
    assert 0.9 > blurs[0] > blurs[1] > blurs[2] > 0


def test_detail_does_not_care_where_it_is():
    grey = TARGET[..., 0].astype(np.float32)
    assert same_detail(np.ascontiguousarray(grey[:, ::-1]), grey) > 0.99


def test_carried_out_by_hand():
    wanted = np.zeros((4, 4, 2), np.float32)
    wanted[:2, :, 0] = 2.0
    made = np.zeros_like(wanted)
    made[0, :, 0] = 1.0  # half of the way
    made[1, :, 0] = -2.0  # the wrong way
    made[2:] = 7.0  # where nothing should move: not counted
    assert carried_out(made, wanted) == pytest.approx(0.25)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_any_picture_is_rated_within_the_scale(seed):
    found = rated(np.random.default_rng(seed).integers(0, 256, FIRST.shape, dtype=np.uint8))
    assert 0 <= found.preservation <= found.fidelity <= 5
    assert 0 <= found.coherence <= found.fidelity


def test_an_item_that_nobody_can_be_rated_on():
    with pytest.raises(NotApplicable, match="does not move"):
        rated(TARGET, target=FIRST)
    with pytest.raises(NotApplicable):
        rated(TARGET[:10, :16], TARGET[:10, :16], FIRST[:10, :16])


@pytest.mark.slow
def test_on_real_items_the_target_is_above_all_models_and_the_input_below(published):
    """On the first three items, by every score; all twelve are in docs/design/the-reference-judge.md."""
    bench = published / "bench"
    lines = [json.loads(line) for line in (bench / "metadata.jsonl").read_text().splitlines()]
    opened = open_benchmark(str(bench))
    checked = 0
    for item in opened.items:
        for model in ("bagel", "qwen_image_edit"):
            path = next((published / "preds" / model).glob(f"{item.id}.*"), None)
            if path is None or checked == 3:
                continue
            checked += 1
            scene = Scene(
                Image.open(item_picture(item.input)).convert("RGB"),
                Image.open(item_picture(item.target)).convert("RGB"),
                Instruments("dis"),
            )
            ratings = [
                rate(Comparison(scene, image))
                for image in (scene.target_image, Image.open(path).convert("RGB"), scene.input_image)
            ]
            assert [round(one.fidelity, 9) for one in ratings[::2]] == [5, 0]
            assert 0 < ratings[1].fidelity < 5
            assert ratings[1].coherence < 5
    assert (checked, len(lines)) == (3, 12)


def item_picture(picture):
    return io.BytesIO(picture.read())
