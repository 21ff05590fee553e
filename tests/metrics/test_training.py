import numpy as np
import pytest
import torch
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.errors import UsageError
from motionedit_bench.files import read_lines
from motionedit_bench.metrics import MotionReward, motion_reward
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.flow.unimatch import random_checkpoint
from motionedit_bench.metrics.training import as_pixels

FIRST, MOVED = photograph(1), np.roll(photograph(1), 6, axis=1)


def tensor(*images):
    return torch.stack([torch.from_numpy(image.copy()).permute(2, 0, 1) / 255 for image in images])


@pytest.fixture
def reward():
    return MotionReward(flow="dis")


def test_a_batch_is_what_its_flows_give(reward):
    flow, still = Dis().flow(FIRST, MOVED), Dis().flow(FIRST, FIRST)
    found = reward.terms([FIRST] * 3, [MOVED, FIRST, photograph(2)], [MOVED] * 3)
    assert found.reward.shape == (3,)
    assert found.reward.dtype == torch.float64
    for number, edited in enumerate((flow, still, Dis().flow(FIRST, photograph(2)))):
        expected = motion_reward(edited, flow)
        for term in ("reward", "continuous", "d_mag", "d_dir", "m_move", "d_comb"):
            assert float(getattr(found, term)[number]) == pytest.approx(float(getattr(expected, term)))
    assert torch.equal(reward([FIRST] * 3, [MOVED, FIRST, photograph(2)], [MOVED] * 3), found.reward)
    assert found.reward[0] > found.reward[1]


def test_tensors_arrays_and_pictures_are_the_same(reward):
    edited = np.roll(FIRST, 4, axis=1)
    arrays = reward.terms([FIRST], [edited], [MOVED])
    pictures = reward.terms(*([Image.fromarray(image)] for image in (FIRST, edited, MOVED)))
    tensors = reward.terms(tensor(FIRST), tensor(edited), tensor(MOVED))
    mixed = reward.terms(tensor(FIRST), [edited], list(tensor(MOVED)))
    for other in (pictures, tensors, mixed):
        assert torch.equal(other.continuous, arrays.continuous)


def test_it_is_the_metric_of_that_name(mebench, bench, tmp_path, reward):
    """Also where sizes differ: flows run at the size of the edit."""
    folder = tmp_path / "m"
    folder.mkdir()
    edits = {
        f"item-{k}": Image.fromarray(photograph(k, *size)) for k, size in enumerate([(160, 120), (200, 152)])
    }
    for name, edit in edits.items():
        edit.save(folder / f"{name}.png")
    mebench("score", folder, "--bench", bench, "--metrics", "motion_reward", "--flow", "dis")
    rows = {row["item_id"]: row for row in read_lines(folder / "scores.jsonl")}
    inputs, targets = (
        [Image.open(bench / kind / f"{name}.png") for name in edits] for kind in ("input", "target")
    )
    found = reward.terms(inputs, list(edits.values()), targets)
    for number, name in enumerate(edits):
        assert float(found.reward[number]) == rows[name]["value"]
        expected = rows[name]["detail"]["continuous"]
        assert float(found.continuous[number]) == pytest.approx(expected, abs=1e-12)


def test_batches_must_agree(reward):
    with pytest.raises(ValueError, match=r"one length of at least 1, but got \(1, 2, 1\)"):
        reward([FIRST], [FIRST, FIRST], [FIRST])
    with pytest.raises(ValueError, match=r"one length of at least 1, but got \(0, 0, 0\)"):
        reward([], [], [])


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (
            torch.zeros(3, 8, 8, dtype=torch.uint8),
            r"float \(3, H, W\) in 0..1, but got torch.uint8 \(3, 8, 8\)",
        ),
        (torch.zeros(8, 8, 3), r"but got torch.float32 \(8, 8, 3\)"),
        (torch.full((3, 8, 8), 2.0), "must be in 0..1, but got 2.0 to 2.0"),
        (torch.full((3, 8, 8), torch.nan), "must be in 0..1, but got nan"),
        (FIRST.astype(np.float32), "a uint8 array, a Pillow image or a float tensor, but got float32"),
        ("input.png", "but got str"),
    ],
)
def test_what_is_no_picture_is_refused(picture, says):
    with pytest.raises(ValueError, match=says):
        as_pixels(picture)


def test_options_go_to_the_estimator(tmp_path):
    random_checkpoint(tmp_path / "random.pth")
    options = {"weights": tmp_path / "random.pth"}
    pictures = [FIRST[:64, :64]], [MOVED[:64, :64]], [FIRST[4:68, :64]]
    single = MotionReward("unimatch", "cpu", options).terms(*pictures)
    both = MotionReward("unimatch", "cpu", options | {"batch": 2}).terms(*pictures)
    assert 0 < float(single.continuous[0]) < 1
    assert float(both.continuous[0]) == pytest.approx(float(single.continuous[0]), abs=1e-4)
    with pytest.raises(UsageError, match="takes no --flow-weights"):
        MotionReward("dis", flow_options=options)


def test_an_unknown_flow_is_refused():
    with pytest.raises(UsageError, match="did you mean 'dis'"):
        MotionReward(flow="diss")
