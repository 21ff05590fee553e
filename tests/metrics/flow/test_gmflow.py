"""GMFlow against golden flows that another implementation computed.

The golden flows are of ptlflow 0.4.2's class `unimatch_sc2_ref6`, in float64, for the weights of
`random_checkpoint` and the pairs of `golden_pair`. Where ptlflow is installed, they are made anew by

    python tests/metrics/flow/test_gmflow.py
"""

import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from motionedit_bench.metrics.flow.gmflow import GMFlow
from motionedit_bench.metrics.flow.unimatch import (
    random_checkpoint,
    read_weights,
)

GOLDEN = Path(__file__).resolve().parents[2] / "data" / "gmflow_golden.npz"
SIZES = ((64, 96), (32, 64))
"""The second has attention windows one place high, which cannot shift."""

Pair = tuple[Tensor, Tensor]


def golden_pair(height: int, width: int) -> Pair:
    """Two normalised images (1, 3, H, W), float64: noise, and other noise; the same wherever it is drawn."""
    noise = np.random.RandomState(height * width).standard_normal((2, 1, 3, height, width))
    first, second = torch.from_numpy(noise)
    return first, second


def by_ptlflow(state: dict[str, Tensor], pair: Pair) -> Tensor:
    """Flow (H, W, 2) by ptlflow's class, past its own padding and normalisation."""
    from ptlflow.models.unimatch.unimatch import unimatch_sc2_ref6

    network = unimatch_sc2_ref6()
    network.load_state_dict(state)
    network.eval().to(pair[0].dtype)
    network.preprocess_images = lambda images, **_: (images, None)
    network.postprocess_predictions = lambda flow, *_, **__: flow
    with torch.inference_mode():
        return network({"images": torch.stack(pair, 1)})["flows"][0, 0].permute(1, 2, 0)


def test_it_has_the_official_tensors():
    state = GMFlow().state_dict()
    assert len(state) == 152
    assert sum(value.numel() for value in state.values()) == 7_360_688
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    assert shapes["backbone.conv1.weight"] == (64, 3, 7, 7)
    assert shapes["backbone.layer2.0.downsample.0.bias"] == (96,)
    assert shapes["backbone.trident_conv.weight"] == (128, 128, 3, 3)
    assert shapes["transformer.layers.5.cross_attn_ffn.mlp.2.weight"] == (128, 1024)
    assert shapes["feature_flow_attn.k_proj.bias"] == (128,)
    assert shapes["refine_proj.weight"] == (256, 128, 1, 1)
    assert shapes["refine.gru.convq2.weight"] == (128, 384, 5, 1)
    assert shapes["refine.mask.2.weight"] == (144, 256, 1, 1)


def test_names_and_shapes_are_those_of_the_golden_network():
    with np.load(GOLDEN) as golden:
        listed = [str(line) for line in golden["tensors"]]
    assert listed == sorted(f"{name} {tuple(value.shape)}" for name, value in GMFlow().state_dict().items())


@pytest.mark.parametrize("size", SIZES)
def test_golden_flows_in_float64(network, size):
    with np.load(GOLDEN) as golden, torch.inference_mode():
        wanted, found = golden[f"{size[0]}x{size[1]}"], network(*golden_pair(*size))[0].numpy()
    assert np.abs(wanted).mean() > 1
    assert np.abs(found - wanted).max() <= 1e-6 * np.abs(wanted).mean()


@pytest.mark.parametrize("size", SIZES)
def test_golden_flows_in_float32(state, size):
    network = GMFlow().eval()
    network.load_state_dict(state)
    with np.load(GOLDEN) as golden, torch.inference_mode():
        wanted = golden[f"{size[0]}x{size[1]}"]
        found = network(*(image.float() for image in golden_pair(*size)))[0].numpy()
    assert np.abs(found - wanted).mean() <= 1e-3
    assert np.abs(found - wanted).max() <= 1e-2


@pytest.mark.skipif(
    find_spec("ptlflow") is None,
    reason="NOT RUN: ptlflow is not installed, so that only its golden flows were compared with",
)
@pytest.mark.filterwarnings("ignore")
def test_the_same_as_ptlflow_on_other_sizes(state, network):
    for size in ((96, 160), (128, 64)):
        pair = golden_pair(*size)
        wanted = by_ptlflow(state, pair)
        with torch.inference_mode():
            found = network(*pair)[0]
        assert (found - wanted).abs().max() <= 1e-6 * wanted.abs().mean()


def test_a_batch_is_its_images_one_by_one(network):
    first, second = torch.from_numpy(np.random.RandomState(3).standard_normal((2, 2, 3, 32, 64)))
    with torch.inference_mode():
        together = network(first, second)
        singly = [network(first[k : k + 1], second[k : k + 1])[0] for k in range(2)]
    assert torch.allclose(together, torch.stack(singly), atol=1e-8)


def write_golden() -> None:
    """Make the golden file anew, by ptlflow."""
    with tempfile.TemporaryDirectory() as work:
        random_checkpoint(Path(work, "random.pth"))
        state = read_weights(Path(work, "random.pth"))[1]
    flows = {f"{h}x{w}": by_ptlflow(state, golden_pair(h, w)).numpy() for h, w in SIZES}
    listed = sorted(f"{name} {tuple(value.shape)}" for name, value in state.items())
    np.savez_compressed(GOLDEN, tensors=np.array(listed), **flows)


if __name__ == "__main__":
    write_golden()
