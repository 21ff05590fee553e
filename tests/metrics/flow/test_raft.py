import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage import data

from motionedit_bench import weights
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.raft import RaftLarge, RaftSmall

BOTH = pytest.mark.parametrize("kind", [RaftSmall, RaftLarge], ids=lambda kind: kind.name)
PHOTOGRAPH = data.coffee()


@pytest.fixture
def random_weights(tmp_path, monkeypatch):
    """Put a random checkpoint where the published one would lie, with its hash in the catalogue."""
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    (tmp_path / "weights").mkdir()

    def place(kind: type[RaftSmall] | type[RaftLarge]) -> torch.nn.Module:
        torch.manual_seed(0)
        network = kind.build().eval()
        entry = weights.CATALOGUE[kind.name]
        path = tmp_path / "weights" / entry.file
        torch.save(network.state_dict(), path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        monkeypatch.setitem(weights.CATALOGUE, kind.name, replace(entry, sha256=sha256))
        return network

    return place


def pair(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    return PHOTOGRAPH[50 : 50 + height, 90 : 90 + width], PHOTOGRAPH[53 : 53 + height, 85 : 85 + width]


def asked_directly(kind, network: torch.nn.Module, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The network as torchvision documents it: 8-bit tensors through the weights' own transforms."""
    images = (torch.tensor(image).permute(2, 0, 1)[None] for image in (first, second))
    with torch.inference_mode():
        return network(*kind.weights.transforms()(*images))[-1][0].permute(1, 2, 0).numpy()


@BOTH
def test_it_is_what_torchvision_gives(kind, random_weights):
    network = random_weights(kind)
    first, second = pair(128, 136)
    flow = kind("cpu").flow(first, second)
    assert flow.shape == (128, 136, 2)
    assert flow.dtype == np.float32
    assert np.abs(flow).max() > 0.1
    assert np.allclose(flow, asked_directly(kind, network, first, second), atol=1e-4)


@pytest.mark.parametrize(("size", "top", "left"), [((133, 150), 1, 1), ((129, 143), 3, 0)])
def test_other_sizes_are_padded_by_their_edges_and_cut_off_again(random_weights, size, top, left):
    network = random_weights(RaftSmall)
    first, second = pair(*size)
    flow = RaftSmall("cpu").flow(first, second)
    down, right = -size[0] % 8, -size[1] % 8
    margins = ((top, down - top), (left, right - left), (0, 0))
    wide = asked_directly(
        RaftSmall, network, *(np.pad(image, margins, mode="edge") for image in (first, second))
    )
    assert flow.shape == (*size, 2)
    assert np.allclose(flow, wide[top : top + size[0], left : left + size[1]], atol=1e-4)


def test_equal_arguments_give_equal_results_whatever_the_type(random_weights):
    random_weights(RaftSmall)
    estimator = RaftSmall("cpu")
    first, second = pair(131, 129)
    flow = estimator.flow(first, second)
    assert np.array_equal(estimator.flow(first, second), flow)
    assert np.array_equal(estimator.flow(first.astype(np.float32), second.astype(np.float32)), flow)


def test_small_and_wrong_images_are_refused(random_weights):
    random_weights(RaftSmall)
    estimator = RaftSmall("cpu")
    with pytest.raises(ValueError, match="at least 128 pixels, but got 200x127"):
        estimator.flow(*pair(127, 200))
    with pytest.raises(ValueError, match="one shape"):
        estimator.flow(PHOTOGRAPH, PHOTOGRAPH[:-1])


@BOTH
def test_the_catalogue_names_the_weights_that_are_used(kind):
    entry = weights.CATALOGUE[kind.name]
    assert entry.url == kind.weights.url
    assert entry.megabytes == pytest.approx(kind.weights.meta["_file_size"] * 2**20 / 1e6, abs=0.6)
    assert kind.weights == type(kind.weights).DEFAULT
    assert FLOWS.get(kind.name) is kind


def test_the_version_names_library_weights_and_their_hash(random_weights):
    random_weights(RaftSmall)
    version = RaftSmall("cpu").version()
    for part in (
        "torchvision 0.",
        "torch 2.",
        "C_T_V2",
        weights.CATALOGUE["raft_small"].sha256,
        "edge values",
    ):
        assert part in version


@BOTH
def test_without_weights_it_says_what_to_put_where(kind, monkeypatch, tmp_path):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "ours"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(
        WeightsUnavailable, match=f"put the file {kind.weights.url} into {tmp_path}/ours/weights"
    ):
        kind("cpu")
