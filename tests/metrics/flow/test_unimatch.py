"""Flow `unimatch`, against golden flows that another implementation computed, and against itself.

The golden flows are of ptlflow 0.4.2's class `unimatch_sc2_ref6`, in float64, for the weights of
`random_checkpoint` and the pairs of `golden_pair`. Where ptlflow is installed, they are made anew by

    python tests/metrics/flow/test_unimatch.py
"""

import os
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from motionedit_bench.errors import ImageError, UsageError, WeightsUnavailable
from motionedit_bench.metrics.flow import FLOWS, unimatch
from motionedit_bench.metrics.flow.gmflow import Features, GMFlow, matching, refinement, transformer
from motionedit_bench.metrics.flow.gmflow.network import MEAN, STD, normalise
from motionedit_bench.metrics.flow.unimatch import (
    UniMatch,
    free_memory,
    random_checkpoint,
    read_weights,
    room,
)
from motionedit_bench.weights import CATALOGUE

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


def scene(height: int, width: int, dx: int = 0) -> np.ndarray:
    """A smooth colourful picture, uint8, moved by dx."""
    y, x = np.mgrid[:height, :width]
    waves = [np.sin((x - dx) / (5 + c) + c) + np.cos(y / (4 + c)) for c in range(3)]
    return (np.stack(waves, -1) * 60 + 128).astype(np.uint8)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "random.pth"
    random_checkpoint(path)
    return path


@pytest.fixture(scope="module")
def state(checkpoint: Path) -> dict[str, Tensor]:
    return read_weights(checkpoint)[1]


@pytest.fixture(scope="module")
def network(state: dict[str, Tensor]) -> GMFlow:
    network = GMFlow().double().eval()
    network.load_state_dict(state)
    return network


@pytest.fixture(scope="module")
def estimator(checkpoint: Path) -> UniMatch:
    return UniMatch("cpu", checkpoint)


# The same numbers as the original


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


# Parts, against plain forms of what they compute


def test_attention_is_the_plain_formula():
    query, key, value = torch.randn(3, 2, 40, 16, dtype=torch.float64)
    regions = torch.arange(40) // 15
    for given, bias in ((None, 0.0), (regions, -100.0 * (regions[:, None] != regions))):
        plain = (query @ key.mT / 4 + bias).softmax(-1) @ value
        assert torch.allclose(transformer.attend(query, key, value, given), plain, atol=1e-12)


def test_attention_in_pieces_is_attention_at_once(monkeypatch):
    query, key, value = torch.randn(3, 2, 40, 16, dtype=torch.float64)
    regions = torch.arange(40) // 15
    whole = transformer.attend(query, key, value, regions)
    monkeypatch.setattr(transformer, "piece", lambda *_: 7)
    assert torch.allclose(transformer.attend(query, key, value, regions), whole, atol=1e-12)


@pytest.mark.parametrize("shifted", [False, True])
def test_windows_hold_every_place_once(shifted):
    groups = transformer.windows(16, 24, 4, shifted, torch.device("cpu"))
    places = torch.cat([places for places, _ in groups])
    assert places.shape == (16, 4 * 6)
    assert sorted(places.flatten().tolist()) == list(range(16 * 24))
    assert [len(places) for places, regions in groups if regions is None] == [9 if shifted else 16]


def test_a_shifted_window_keeps_what_wrapped_around_apart():
    groups = transformer.windows(8, 8, 2, True, torch.device("cpu"))
    for places, regions in groups:
        for window in places:
            y, x = window // 8, window % 8
            apart = ((y[:, None] - y).abs() > 4) | ((x[:, None] - x).abs() > 4)
            different = regions[:, None] != regions if regions is not None else torch.zeros(16, 16).bool()
            assert torch.equal(apart, different)


def test_position_is_the_formula_written_out():
    code = transformer.encode_position(3, 5, 16, torch.zeros((), dtype=torch.float64))
    assert code.shape == (3, 5, 16)
    for y in range(3):
        for x in range(5):
            angles = [2 * np.pi * (y + 1) / (3 + 1e-6), 2 * np.pi * (x + 1) / (5 + 1e-6)]
            terms = [f(a / 10_000 ** (k / 4)) for a in angles for k in range(4) for f in (np.sin, np.cos)]
            assert np.allclose(code[y, x], terms, atol=1e-14)


def correlate_by_sampling(first: Tensor, second: Tensor, flow: Tensor, radius: int) -> Tensor:
    """The original's way: (2 radius + 1)^2 bilinear samples of every channel for each place."""
    count, height, width, channels = first.shape
    steps = torch.arange(-radius, radius + 1, dtype=flow.dtype)
    offsets = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), -1).flatten(0, 1)
    goal = (matching.grid_like(flow) + flow).flatten(1, 2)[:, :, None] + offsets
    middle = flow.new_tensor([(width - 1) / 2, (height - 1) / 2])
    samples = grid_sample(second.permute(0, 3, 1, 2), (goal - middle) / middle, align_corners=True)
    products = torch.einsum("bnc,bcnk->bnk", first.flatten(1, 2), samples) / channels**0.5
    return products.view(count, height, width, -1)


@pytest.mark.parametrize("reach", [0.0, 0.7, 5.0, 1e3, 1e30])
def test_correlation_is_what_sampling_gives_inside_at_the_border_and_far_outside(reach):
    generator = torch.Generator().manual_seed(0)
    first, second = torch.randn(2, 2, 7, 9, 8, generator=generator, dtype=torch.float64)
    flow = reach * torch.randn(2, 7, 9, 2, generator=generator, dtype=torch.float64)
    found = matching.correlate(first, second, flow, 4)
    assert torch.allclose(found, correlate_by_sampling(first, second, flow, 4), atol=1e-10)


def test_correlation_in_pieces_is_correlation_at_once(monkeypatch):
    first, second = torch.randn(2, 1, 7, 9, 8, dtype=torch.float64)
    flow = 3 * torch.randn(1, 7, 9, 2, dtype=torch.float64)
    whole = matching.correlate(first, second, flow, 4)
    monkeypatch.setattr(matching, "piece", lambda *_: 5)
    assert torch.equal(matching.correlate(first, second, flow, 4), whole)


def test_flow_that_is_no_number_stays_none_and_reads_nothing_outside():
    first, second = torch.randn(2, 1, 7, 9, 8)
    flow = torch.zeros(1, 7, 9, 2)
    flow[0, 3, 4, 0] = torch.nan
    found = matching.correlate(first, second, flow, 4)
    assert found[0, 3, 4].isnan().all()
    assert found.isnan().sum() == 81


def test_matching_finds_features_where_they_went():
    second = 30 * torch.randn(1, 8, 12, 64, dtype=torch.float64)
    first = torch.zeros_like(second)
    first[:, :7, :10] = second[:, 1:, 2:]
    inside = (slice(None), slice(7), slice(10))
    for flow in (matching.match_everywhere(first, second), matching.match_nearby(first, second, 4)):
        assert torch.allclose(flow[inside], torch.tensor([2.0, 1.0], dtype=torch.float64), atol=1e-6)


def test_matching_nearby_never_points_outside():
    flow = matching.match_nearby(*torch.randn(2, 1, 8, 12, 16, dtype=torch.float64), 4)
    goal = matching.grid_like(flow) + flow
    assert (goal >= 0).all()
    assert (goal[..., 0] <= 11).all()
    assert (goal[..., 1] <= 7).all()


def test_the_prepared_recurrent_unit_is_the_textbook_one():
    unit = refinement.RecurrentUnit().double()
    state, context, motion = torch.randn(3, 1, 128, 6, 7, dtype=torch.float64)
    found = unit(state, motion, unit.prepare(state, context))
    for axis, padding in ((1, (0, 2)), (2, (2, 0))):

        def gate(letter: str, state: Tensor, axis: int = axis, padding: tuple[int, int] = padding) -> Tensor:
            convolution = getattr(unit, f"conv{letter}{axis}")
            inputs = torch.cat([state, context, motion], 1)
            return torch.conv2d(inputs, convolution.weight, convolution.bias, padding=padding)

        z, r = gate("z", state).sigmoid(), gate("r", state).sigmoid()
        state = (1 - z) * state + z * gate("q", r * state).tanh()
    assert torch.allclose(found, state, atol=1e-10)


def test_upsampling_an_even_flow_gives_it_four_times():
    flow = torch.ones(1, 5, 6, 2) * torch.tensor([1.5, -2.0])
    finer = refinement.upsample(flow, torch.randn(1, 5, 6, 144))
    assert finer.shape == (1, 20, 24, 2)
    assert torch.allclose(finer[:, 4:-4, 4:-4], 4 * flow[0, 0, 0], atol=1e-5)


def test_a_batch_is_its_images_one_by_one(network):
    first, second = torch.from_numpy(np.random.RandomState(3).standard_normal((2, 2, 3, 32, 64)))
    with torch.inference_mode():
        together = network(first, second)
        singly = [network(first[k : k + 1], second[k : k + 1])[0] for k in range(2)]
    assert torch.allclose(together, torch.stack(singly), atol=1e-8)


# The estimator


def test_it_is_registered_under_its_name():
    assert FLOWS.get("unimatch") is UniMatch
    assert UniMatch.name == "unimatch"


@pytest.mark.parametrize("size", [(64, 96), (50, 70), (33, 32), (1, 1)])
def test_images_are_padded_with_black_right_and_below_then_normalised(estimator, state, size):
    height, width = size
    first, second = scene(height, width), scene(height, width, dx=3)
    flow = estimator.flow(first, second)
    assert flow.shape == (height, width, 2)
    assert flow.dtype == np.float32
    assert flow.flags.c_contiguous

    black = np.zeros((2, -height % 32 + height, -width % 32 + width, 3))
    black[0, :height, :width], black[1, :height, :width] = first, second
    by_hand = torch.from_numpy((black / 255 - MEAN) / STD).permute(0, 3, 1, 2).float()
    network = GMFlow().eval()
    network.load_state_dict(state)
    with torch.inference_mode():
        wanted = network(by_hand[:1], by_hand[1:])[0, :height, :width].numpy()
    assert np.abs(flow - wanted).max() < 1e-2


def test_normalisation_expects_rgb_in_0_to_255():
    white = normalise(torch.full((1, 3, 2, 2), 255.0))
    assert torch.allclose(white[0, :, 0, 0], (1 - torch.tensor(MEAN)) / torch.tensor(STD))
    assert normalise(torch.zeros(1, 3, 2, 2))[0, 0, 0, 0] < -2


def test_equal_arguments_give_equal_results_in_any_order(estimator, checkpoint):
    images = [scene(40, 60, dx) for dx in (0, 2, 5)]
    there, back = estimator.flow(images[0], images[1]), estimator.flow(images[1], images[0])
    estimator.flow(images[2], images[0])
    assert not np.array_equal(there, back)
    assert np.array_equal(there, estimator.flow(images[0], images[1]))
    assert np.array_equal(back, UniMatch("cpu", checkpoint).flow(images[1], images[0]))


def test_floats_and_bytes_of_equal_value_have_equal_flow(estimator):
    first, second = scene(40, 60), scene(40, 60, dx=2)
    flow = estimator.flow(first.astype(np.float32), second.astype(np.float32))
    assert np.array_equal(flow, estimator.flow(first, second))


def test_the_order_of_the_colours_matters(estimator):
    first, second = scene(40, 60), scene(40, 60, dx=2)
    reversed_ = estimator.flow(first[..., ::-1], second[..., ::-1])
    assert np.abs(reversed_ - estimator.flow(first, second)).mean() > 0.01


def test_features_of_an_image_serve_several_flows(estimator):
    images = [scene(64, 96, dx) for dx in (0, 2, 5)]
    seen = [estimator.features(image) for image in images]
    assert isinstance(seen[0], Features)
    assert seen[0].coarse.shape == (1, 8, 12, 128)
    assert seen[0].fine.shape == (1, 16, 24, 128)
    kept = seen[0].fine.clone()
    for k in (1, 2):
        flow = estimator.flows_between(seen[0], seen[k])[0]
        assert np.array_equal(flow, estimator.flow(images[0], images[k]))
    assert torch.equal(seen[0].fine, kept)


def test_an_input_is_looked_at_once_for_target_and_edits(checkpoint, monkeypatch):
    estimator = UniMatch("cpu", checkpoint)
    seen: list[float] = []
    look = estimator.features
    monkeypatch.setattr(estimator, "features", lambda image: (seen.append(image.mean()), look(image))[1])
    images = [scene(32, 32, dx) for dx in range(4)]
    for k in (1, 2, 3):
        estimator.flow(images[0].copy(), images[k])
    assert seen == [image.mean() for image in images]


def test_flows_in_batches_are_the_flows_one_by_one(estimator, checkpoint, monkeypatch):
    """But for rounding; also where memory has room for fewer at a time than were asked for."""
    first, seconds = scene(40, 60), [scene(40, 60, dx) for dx in (1, 2, 3, 4, 5)]
    singly = np.stack(estimator.flows(first, seconds))
    assert np.array_equal(singly[3], estimator.flow(first, seconds[3]))
    batched = UniMatch("cpu", checkpoint, batch=4)
    counts: list[int] = []
    network = batched._network.flow

    def counted(one: Features, others: Features) -> Tensor:
        counts.append(len(others.fine))
        return network(one, others)

    monkeypatch.setattr(batched._network, "flow", counted)
    assert np.abs(np.stack(batched.flows(first, seconds)) - singly).max() < 1e-2
    assert counts == [4, 1]
    pixels = 64 * 64
    monkeypatch.setattr(unimatch, "free_memory", lambda device: 200_000_000 + 2 * 1_000 * pixels)
    assert np.abs(np.stack(batched.flows(first, seconds)) - singly).max() < 1e-2
    assert counts[2:] == [2, 2, 1]
    assert batched.flows(first, []) == []


def test_threads_take_turns_on_a_gpu(checkpoint, monkeypatch):
    estimator = UniMatch("cpu", checkpoint)
    estimator._turn = unimatch.turns(torch.device("cuda"))
    network, inside, together = estimator._network.flow, [0], []

    def watched(one: Features, others: Features) -> Tensor:
        inside[0] += 1
        together.append(inside[0])
        found = network(one, others)
        inside[0] -= 1
        return found

    monkeypatch.setattr(estimator._network, "flow", watched)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda dx: estimator.flow(scene(32, 64), scene(32, 64, dx=dx)), range(8)))
    assert together == [1] * 8


def test_bfloat16_is_another_version_with_nearby_numbers(estimator, checkpoint):
    rough = UniMatch("cpu", checkpoint, precision="bfloat16")
    first, second = scene(64, 96), scene(64, 96, dx=2)
    flow, exact = rough.flow(first, second), estimator.flow(first, second)
    assert flow.dtype == np.float32
    assert 0 < np.abs(flow - exact).mean() < 0.25 * np.abs(exact).mean()
    assert rough.version() != estimator.version()


def test_the_version_names_network_weights_library_and_precision(estimator, checkpoint, tmp_path):
    digest = read_weights(checkpoint)[0]
    assert f"weights {digest}" in estimator.version()
    for part in (
        "gmflow-scale2-regrefine6-mixdata",
        f"torch {torch.__version__.partition('+')[0]}",
        "float32",
    ):
        assert part in estimator.version()
    other = torch.load(checkpoint, weights_only=True)
    other["model"]["refine_proj.bias"] += 1
    torch.save(other, tmp_path / "other.pth")
    assert UniMatch("cpu", tmp_path / "other.pth").version() != estimator.version()


def test_random_weights_are_always_the_same(checkpoint, state, tmp_path):
    random_checkpoint(tmp_path / "again.pth")
    again = read_weights(tmp_path / "again.pth")[1]
    assert all(torch.equal(again[name], value) for name, value in state.items())


# Weights


@pytest.mark.parametrize("form", ["under model", "bare", "old file format"])
def test_checkpoints_are_read_in_the_forms_in_which_they_exist(state, estimator, tmp_path, form):
    path = tmp_path / "weights.pth"
    content = state if form == "bare" else {"model": state, "step": 1}
    torch.save(content, path, _use_new_zipfile_serialization=form != "old file format")
    first, second = scene(32, 32), scene(32, 32, dx=2)
    assert np.array_equal(UniMatch("cpu", path).flow(first, second), estimator.flow(first, second))


def without(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value for name, value in state.items() if not name.startswith("refine_proj")}


WRONG = {
    "2 missing (refine_proj.weight, refine_proj.bias)": without,
    "1 unexpected (upsampler.0.weight)": lambda state: state | {"upsampler.0.weight": torch.zeros(1)},
    "1 of another shape (refine_proj.bias)": lambda state: state | {"refine_proj.bias": torch.zeros(255)},
    "1 not floating (refine_proj.bias)": lambda state: state | {"refine_proj.bias": torch.zeros(256).int()},
    "152 missing": lambda state: {},
    "holds no network's tensors": lambda state: {"model": {"a": 1}, "step": 2},
}


@pytest.mark.parametrize("told", WRONG)
def test_a_file_of_another_network_is_an_error_that_names_what_is_wrong(state, tmp_path, told):
    path = tmp_path / "wrong.pth"
    torch.save({"model": WRONG[told](state)}, path)
    with pytest.raises(UsageError) as raised:
        UniMatch("cpu", path)
    assert told in str(raised.value)
    assert str(path) in str(raised.value)
    assert CATALOGUE["unimatch"].file in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"", b"not a checkpoint", b"PK\x03\x04", b"\x80\x02c__builtin__\neval\n.", b"\x80\x02K\x01."]
)
def test_a_file_that_is_no_checkpoint_is_an_error(tmp_path, content):
    path = tmp_path / "wrong.pth"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="checkpoint|holds no network"):
        UniMatch("cpu", path)


def test_a_truncated_checkpoint_is_an_error(checkpoint, tmp_path):
    path = tmp_path / "half.pth"
    path.write_bytes(checkpoint.read_bytes()[: checkpoint.stat().st_size // 2])
    with pytest.raises(UsageError, match="no PyTorch checkpoint"):
        UniMatch("cpu", path)


def test_a_checkpoint_cannot_run_code(tmp_path):
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "made"),)

    torch.save({"model": Evil()}, tmp_path / "evil.pth")
    with pytest.raises(UsageError, match="no PyTorch checkpoint"):
        UniMatch("cpu", tmp_path / "evil.pth")
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        UniMatch("cpu", tmp_path / "none.pth")
    with pytest.raises(UsageError, match="directory"):
        UniMatch("cpu", tmp_path)


def test_a_file_of_the_official_name_must_have_the_official_digest(checkpoint, tmp_path):
    path = tmp_path / "gmflow-scale2-regrefine6-mixdata-train320x576-4e7b215d.pth"
    path.write_bytes(checkpoint.read_bytes())
    with pytest.raises(UsageError, match="SHA-256 begins .*, not 4e7b215d"):
        UniMatch("cpu", path)


def test_without_weights_it_is_unavailable_and_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    damaged = tmp_path / "cache" / "weights" / CATALOGUE["unimatch"].file
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"half a file")
    with pytest.raises(WeightsUnavailable, match="damaged.*--flow-weights FILE"):
        UniMatch("cpu")


# Faults


def test_wrong_arguments_are_refused(estimator, checkpoint):
    with pytest.raises(ValueError, match="one shape"):
        estimator.flow(scene(32, 32), scene(32, 33))
    with pytest.raises(ValueError, match="must be uint8 or float32"):
        estimator.flow(scene(32, 32).astype(float), scene(32, 32).astype(float))
    with pytest.raises(UsageError, match="at least 1, but got 0"):
        UniMatch("cpu", checkpoint, batch=0)
    with pytest.raises(UsageError, match="unknown precision 'float16'.*bfloat16, float32"):
        UniMatch("cpu", checkpoint, precision="float16")
    with pytest.raises(UsageError, match="cannot use device 'tpu'"):
        UniMatch("tpu", checkpoint)


def test_numbers_that_are_not_finite_are_an_error_not_a_flow(state, tmp_path):
    broken = {
        name: value * (1e38 if name == "refine.flow_head.conv2.weight" else 1)
        for name, value in state.items()
    }
    torch.save({"model": broken}, tmp_path / "broken.pth")
    with pytest.raises(ImageError, match="no finite numbers"):
        UniMatch("cpu", tmp_path / "broken.pth").flow(scene(32, 32), scene(32, 32, dx=2))


def test_what_does_not_fit_in_memory_is_refused_before_it_starts():
    assert room(720, 1280, free=2 * 10**9) == 1
    assert room(720, 1280, free=4 * 10**9) == 4
    told = r"images of 1280x720 pixels needs about 1\.1 GB of memory, and 0\.5 GB are free: use smaller"
    with pytest.raises(ImageError, match=told):
        room(720, 1280, free=500_000_000)
    assert 10**6 < free_memory(torch.device("cpu")) < 10**15


def test_memory_that_runs_out_on_the_way_is_the_pairs_error_not_a_crash(checkpoint):
    program = f"""
        import resource
        import numpy as np, psutil, torch
        from motionedit_bench.errors import ImageError
        from motionedit_bench.metrics.flow.unimatch import UniMatch

        torch.set_num_threads(1)
        estimator = UniMatch("cpu", {str(checkpoint)!r})
        image = np.random.RandomState(0).randint(0, 256, (640, 640, 3), dtype=np.uint8)
        small = estimator.flow(image[:32, :32], image[32:64, :32])
        held = psutil.Process().memory_info().vms
        resource.setrlimit(resource.RLIMIT_AS, (held + 100_000_000, resource.RLIM_INFINITY))
        try:
            estimator.flow(image, image[::-1])
        except ImageError as error:
            print(error)
        assert np.array_equal(small, estimator.flow(image[:32, :32], image[32:64, :32]))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "between images of 640x640 pixels ran out of memory: use smaller images" in done.stdout


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
